import { internalHeaders } from '@smartkey/http';
import { setTimeout as pause } from 'node:timers/promises';

/** A projection or a reactor, and where it stands. */
interface Reader {
  readonly name: string;
  readonly marks: readonly {
    readonly source: string;
    readonly partition: number;
    readonly position: string;
    /** Up to when it is complete, as far as the reader asks. */
    readonly watermark: string | null;
  }[];
}

/** The service's own HTTP, as the gateway calls it. */
export class BillingClient {
  #calls = 0;

  constructor(
    private readonly service: { readonly url: string },
    private readonly token: string,
  ) {}

  /** Waits until the ledger has taken in the only partition of a source up to a position. */
  async projected(source: string, position: bigint): Promise<void> {
    await this.projectedAll(source, [position]);
  }

  /**
   * Waits until the ledger has taken in the whole topic of a source: the last position of each partition.
   * @param look is told where it stands at each look.
   */
  async projectedAll(
    source: string,
    ends: readonly bigint[],
    look: (marks: ReadonlyMap<number, bigint>) => void = () => undefined,
  ): Promise<void> {
    await this.#until(async () => {
      const marks = new Map(
        (await this.#ledger())
          .filter((mark) => mark.source === source)
          .map(({ partition, position }) => [partition, BigInt(position)]),
      );
      look(marks);
      return ends.every((end, partition) => (marks.get(partition) ?? 0n) >= end);
    });
  }

  /** Waits until every reader of the service has taken in these sources, each of one partition. */
  async caughtUp(sources: Readonly<Record<string, { readonly end: bigint }>>): Promise<void> {
    await this.#until(async () =>
      (await this.#readers()).every(({ marks }) =>
        marks.every(({ source, position }) => BigInt(position) >= (sources[source]?.end ?? 0n)),
      ),
    );
  }

  async close(month: string, contracts: number): Promise<void> {
    const { runId } = await this.call<{ runId: string }>('POST', `/v1/billing/months/${month}/close`);
    await this.#until(async () => {
      // As the list has it: a run by itself is shown with its documents' files counted, which would weigh on what is measured.
      const { items } = await this.call<{
        items: { id: string; state: string; contracts: { issued: number } }[];
      }>('GET', `/v1/billing/runs?month=${month}&limit=1`);
      const run = items[0];
      if (run?.id !== runId) throw new Error(`the newest run of ${month} is not ${runId}`);
      if (run.state === 'partial')
        throw new Error(`the close parked contracts: ${JSON.stringify(run).slice(0, 500)}`);
      if (run.state === 'completed' && run.contracts.issued !== contracts)
        throw new Error(`issued ${run.contracts.issued} of ${contracts}`);
      return run.state === 'completed';
    });
  }

  async rebuild(projection: string): Promise<void> {
    await this.call('POST', `/internal/projections/${projection}/rebuild`);
    await this.#until(async () => {
      const { items } = await this.call<{ items: { name: string; rebuilding?: boolean }[] }>(
        'GET',
        '/internal/projections',
      );
      return items.find(({ name }) => name === projection)?.rebuilding !== true;
    });
  }

  /** Waits until the ledger knows these sources to be complete up to an instant: a close begins at once then. */
  async complete(sources: readonly string[], upTo: string): Promise<void> {
    await this.#until(async () => {
      const read = (await this.#ledger()).filter(({ source }) => sources.includes(source));
      return read.length >= sources.length && read.every(({ watermark }) => (watermark ?? '') >= upTo);
    });
  }

  /** @returns the body of the answer. @throws Error where it is none of success. */
  async call<Body>(method: string, path: string, body?: object): Promise<Body> {
    const response = await this.fetch(method, path, body);
    const text = await response.text();
    if (!response.ok)
      throw new Error(`${method} ${path} answered ${response.status}: ${text.slice(0, 1_000)}`);
    return (text === '' ? undefined : JSON.parse(text)) as Body;
  }

  /** Any answer at all. */
  fetch(method: string, path: string, body?: object): Promise<Response> {
    const actor = { role: 'operator', key: 'key_bench' } as const;
    const commandId = `bench ${(this.#calls += 1)} ${method} ${path}`;
    return fetch(`${this.service.url}${path}`, {
      method,
      headers: {
        ...internalHeaders({ token: this.token, actor, commandId }),
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
  }

  async #ledger(): Promise<Reader['marks']> {
    return (await this.#readers()).find(({ name }) => name === 'usage-ledger')?.marks ?? [];
  }

  async #readers(): Promise<readonly Reader[]> {
    return (await this.call<{ items: Reader[] }>('GET', '/internal/projections')).items;
  }

  async #until(done: () => Promise<boolean>): Promise<void> {
    while (!(await done())) await pause(50);
  }
}
