/** An event on its way into the fake log, as the protocol brings it. */
export interface ProposedRecord {
  readonly id: string;
  readonly type: string;
  readonly contentType: string;
  readonly data: Uint8Array;
  readonly customMetadata: Uint8Array;
}

export interface LogRecord extends ProposedRecord {
  readonly stream: string;
  readonly revision: number;
  /** Commit and prepare position alike, as of every event outside an explicit transaction; never contiguous. */
  readonly position: bigint;
  /** .NET ticks: 100 ns since the Unix epoch, which is how the server tells it. */
  readonly created: bigint;
}

export type ExpectedVersion = 'any' | 'no-stream' | 'stream-exists' | number;

export type Written =
  | { readonly outcome: 'written'; readonly revision: number; readonly position: bigint }
  | { readonly outcome: 'wrong-expected-version'; readonly current: number };

/** What a record takes in the log besides its bytes. */
const RECORD_OVERHEAD = 97n;

/** The log of the fake server, in memory: one order for all streams, expected revisions, idempotency by event id. */
export class TransactionLog {
  readonly #records: LogRecord[] = [];
  readonly #streams = new Map<string, LogRecord[]>();
  readonly #followers = new Set<(record: LogRecord) => void>();
  #end = 5_000n;

  /** A record of the server's own, as its statistics are: the end of the log moves without any event of a user. */
  writeStatistics(): void {
    this.#write('$stats-127.0.0.1:2113', [
      {
        id: '00000000-0000-4000-8000-000000000000',
        type: '$statsCollected',
        contentType: 'application/json',
        data: Buffer.from('{}'),
        customMetadata: new Uint8Array(),
      },
    ]);
  }

  append(stream: string, expected: ExpectedVersion, events: readonly ProposedRecord[]): Written {
    const known = this.stream(stream);
    const current = known.length - 1;
    const again = this.#idempotent(known, expected, events);
    if (again !== undefined) return again;
    const fits =
      expected === 'any' ||
      (expected === 'stream-exists' ? current >= 0 : current === (expected === 'no-stream' ? -1 : expected));
    if (!fits) return { outcome: 'wrong-expected-version', current };
    const last = this.#write(stream, events);
    return { outcome: 'written', revision: last?.revision ?? current, position: last?.position ?? 0n };
  }

  stream(name: string): readonly LogRecord[] {
    return this.#streams.get(name) ?? [];
  }

  get all(): readonly LogRecord[] {
    return this.#records;
  }

  /** Calls back in the very moment of each write. @returns how to stop. */
  follow(follower: (record: LogRecord) => void): () => void {
    this.#followers.add(follower);
    return () => void this.#followers.delete(follower);
  }

  /** The same ids at the place that the expected revision names are a repeat; with `any`, wherever the first one stands. */
  #idempotent(
    known: readonly LogRecord[],
    expected: ExpectedVersion,
    events: readonly ProposedRecord[],
  ): Written | undefined {
    if (events.length === 0) return undefined;
    const start =
      typeof expected === 'number'
        ? expected + 1
        : expected === 'no-stream'
          ? 0
          : known.findIndex(({ id }) => id === events[0]!.id);
    if (start < 0 || !events.every(({ id }, i) => known[start + i]?.id === id)) return undefined;
    const last = known[start + events.length - 1]!;
    return { outcome: 'written', revision: last.revision, position: last.position };
  }

  #write(stream: string, events: readonly ProposedRecord[]): LogRecord | undefined {
    const created = BigInt(Date.now()) * 10_000n;
    const known = this.#streams.get(stream) ?? [];
    this.#streams.set(stream, known);
    const written = events.map((event) => {
      const record = { ...event, stream, revision: known.length, position: this.#end, created };
      this.#end += RECORD_OVERHEAD + BigInt(event.data.length + event.customMetadata.length);
      known.push(record);
      this.#records.push(record);
      return record;
    });
    for (const record of written) for (const follower of this.#followers) follower(record);
    return written.at(-1);
  }
}
