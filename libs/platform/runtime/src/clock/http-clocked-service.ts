import type { ServiceName } from '@smartkey/event-bus';
import { internalHeaders } from '@smartkey/http';
import type { Instant } from '@smartkey/kernel';
import { answered, carryingTrace, clientSpan, inSpan } from '@smartkey/tracing';
import { Agent, request } from 'undici';
import { PeerUnavailableError } from '../service-definition.ts';
import type { ClockedService } from './advance-clock.ts';

/** A settle may have to wait for many timers and a close run (system time). */
const TIMEOUT_MILLIS = 120_000;

/** Answers are an instant. */
const agent = new Agent({ maxResponseSize: 64 * 1024 });

type Method = 'GET' | 'PUT' | 'POST';

/** The clock of a service, by its internal routes. */
export class HttpClockedService implements ClockedService {
  constructor(
    readonly name: ServiceName,
    private readonly options: { readonly url: () => string; readonly token: string },
  ) {}

  async now(): Promise<Instant> {
    return (await this.#call<{ now: Instant }>('GET', '')).now;
  }

  async nextDue(): Promise<Instant | undefined> {
    return (await this.#call<{ nextDue: Instant | null }>('GET', '/next-due')).nextDue ?? undefined;
  }

  async takeOver(now: Instant): Promise<void> {
    await this.#call('PUT', '', { now });
  }

  async settle(instant: Instant): Promise<void> {
    await this.#call('POST', '/settle', { instant });
  }

  /** @throws PeerUnavailableError for anything but a success. */
  #call<Body>(method: Method, path: string, body?: object): Promise<Body> {
    return inSpan(`${method} ${this.name}`, clientSpan(method, this.name), async (span) => {
      const answer = await this.#ask<Body>(method, path, body);
      answered(span, 200);
      return answer;
    });
  }

  async #ask<Body>(method: Method, path: string, body?: object): Promise<Body> {
    const headers = carryingTrace(internalHeaders({ token: this.options.token }));
    const call = `${method} /internal/clock${path}`;
    try {
      const answer = await request(`${this.options.url()}/internal/clock${path}`, {
        method,
        headers: body === undefined ? headers : { ...headers, 'content-type': 'application/json' },
        body: body === undefined ? null : JSON.stringify(body),
        headersTimeout: TIMEOUT_MILLIS,
        bodyTimeout: TIMEOUT_MILLIS,
        dispatcher: agent,
      });
      const text = await answer.body.text();
      if (answer.statusCode !== 200)
        throw new PeerUnavailableError(this.name, `${call} answered ${answer.statusCode}: ${text}`);
      return JSON.parse(text) as Body;
    } catch (error) {
      if (error instanceof PeerUnavailableError) throw error;
      throw new PeerUnavailableError(this.name, `${call} was not answered`, { cause: error });
    }
  }
}
