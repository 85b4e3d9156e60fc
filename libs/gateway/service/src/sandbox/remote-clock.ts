import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceName } from '@smartkey/event-bus';
import { internalHeaders, unavailable } from '@smartkey/http';
import type { Instant } from '@smartkey/kernel';
import type { ClockedService } from '@smartkey/runtime';
import { readWhole } from '../front/answer.ts';
import type { OwnerPort } from '../forwarding/owner-request.ts';

const RETRY_MILLIS = 200;

/** A service's clock over its internal routes (`ClockController` of the runtime). */
export class RemoteClock implements ClockedService {
  constructor(
    readonly name: ServiceName,
    private readonly service: OwnerPort,
    private readonly token: string,
    /** How long what is due at one instant may take. */
    private readonly patience = 600_000,
  ) {}

  async now(): Promise<Instant> {
    return (await this.expect<{ now: Instant }>('GET', '')).now;
  }

  async nextDue(): Promise<Instant | undefined> {
    return (await this.expect<{ nextDue: Instant | null }>('GET', '/next-due')).nextDue ?? undefined;
  }

  async takeOver(now: Instant): Promise<void> {
    await this.expect('PUT', '', { now });
  }

  async settle(instant: Instant): Promise<void> {
    for (const giveUpAt = Date.now() + this.patience; ;) {
      const { status } = await this.call('POST', '/settle', { instant });
      if (status === 200) return;
      if (status !== 503 || Date.now() >= giveUpAt)
        throw unavailable(`${this.name} has not done what is due yet.`);
      await sleep(RETRY_MILLIS);
    }
  }

  private async expect<T>(method: string, path: string, body?: object): Promise<T> {
    const answer = await this.call(method, path, body);
    if (answer.status !== 200) throw unavailable(`The clock of ${this.name} cannot be reached now.`);
    return answer.body as T;
  }

  private async call(
    method: string,
    path: string,
    body?: object,
  ): Promise<{ status: number; body: unknown }> {
    const answer = await this.service.send({
      method,
      target: `/internal/clock${path}`,
      headers: {
        ...internalHeaders({ token: this.token }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      body: body === undefined ? undefined : Buffer.from(JSON.stringify(body)),
    });
    const bytes = await readWhole(answer.body, 65_536);
    return { status: answer.status, body: JSON.parse(bytes?.toString() ?? 'null') };
  }
}
