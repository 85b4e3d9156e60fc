import type { ServiceName } from '@smartkey/event-bus';
import { internalHeaders } from '@smartkey/http';
import { answered, carryingTrace, clientSpan, inSpan } from '@smartkey/tracing';
import { Agent, request } from 'undici';
import { PeerUnavailableError, type Peers } from '../service-definition.ts';

type Call = Parameters<Peers['call']>[1];
type Answer = Awaited<ReturnType<Peers['call']>>;

/** Where each service listens; known only once it does. */
export class PeerDirectory {
  readonly #urls = new Map<ServiceName, string>();

  set(service: ServiceName, url: string): void {
    this.#urls.set(service, url);
  }

  /** @throws PeerUnavailableError */
  urlOf(service: ServiceName): string {
    const url = this.#urls.get(service);
    if (url === undefined) throw new PeerUnavailableError(service, 'its address is not known yet');
    return url;
  }
}

/** In bytes; facts and batches of commands are far shorter. */
const LONGEST_ANSWER = 16 * 1024 * 1024;

/** A step that leads up: a URL would make another address of it. */
const WAY_UP = /\/\.{0,2}(?:\/|\?|$)/;

/** Calls to other services over internal HTTP, within a time limit (default 5 s, system time). */
export class HttpPeers implements Peers {
  readonly #agent = new Agent({
    connect: { timeout: 2_000 },
    keepAliveTimeout: 10_000,
    // Whatever the service offers: one that is busy closes what has just been asked together with what was idle.
    keepAliveMaxTimeout: 10_000,
    connections: 64,
    maxResponseSize: LONGEST_ANSWER,
  });

  constructor(
    private readonly directory: PeerDirectory,
    private readonly options: { readonly token: string; readonly timeoutMillis?: number },
  ) {}

  call(service: ServiceName, asked: Call): Promise<Answer> {
    return inSpan(`${asked.method} ${service}`, clientSpan(asked.method, service), async (span) => {
      const answer = await this.#call(service, asked);
      answered(span, answer.status);
      return answer;
    });
  }

  async #call(service: ServiceName, { method, path, body, commandId }: Call): Promise<Answer> {
    const { token, timeoutMillis = 5_000 } = this.options;
    // An id that is no id names nothing.
    if (WAY_UP.test(path)) return { status: 404, body: undefined };
    const url = this.directory.urlOf(service) + path;
    const headers = carryingTrace(
      internalHeaders({ token, ...(commandId === undefined ? {} : { commandId, repeatable: true }) }),
    );
    try {
      const answer = await request(url, {
        method,
        headers: body === undefined ? headers : { ...headers, 'content-type': 'application/json' },
        body: body === undefined ? null : JSON.stringify(body),
        signal: AbortSignal.timeout(timeoutMillis),
        dispatcher: this.#agent,
      });
      const text = await answer.body.text();
      if (answer.statusCode >= 500 || answer.statusCode === 429)
        throw new PeerUnavailableError(service, `${method} ${path} answered ${answer.statusCode}`);
      return { status: answer.statusCode, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
    } catch (error) {
      if (error instanceof PeerUnavailableError) throw error;
      throw new PeerUnavailableError(service, `${method} ${path} was not answered`, { cause: error });
    }
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }
}
