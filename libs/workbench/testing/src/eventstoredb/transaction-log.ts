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

export type Refused =
  | {
      readonly outcome: 'wrong-expected-version';
      readonly current: number;
      readonly expected: ExpectedVersion;
    }
  | { readonly outcome: 'stream-deleted' };

export type Written =
  /** @param revision of the last event, -1 where there is none. */
  { readonly outcome: 'written'; readonly revision: number; readonly position: bigint } | Refused;

/** What the writer says before an append is committed. */
export type Prepared =
  /** Placed; nobody sees it before its commit. */
  | { readonly outcome: 'prepared'; readonly commit: () => Written }
  /** The same events stand there already, or are on their way there: then nobody tells this append when they are committed. */
  | { readonly outcome: 'known'; readonly committed: boolean; readonly written: Written }
  | Refused;

/** A log as it stood at a moment: what a copy of the server's files holds. */
export interface LogCopy {
  readonly records: readonly LogRecord[];
  readonly streams: ReadonlyMap<string, StreamCopy>;
  readonly end: bigint;
}

interface StreamCopy {
  readonly records: readonly LogRecord[];
  readonly first: number;
  readonly tombstoned: boolean;
}

/** An append was under way when the log was put back to another state: its server has ended meanwhile. */
export class PutBackError extends Error {
  override readonly name = 'PutBackError';
}

/** What a record takes in the log besides its bytes. */
const RECORD_OVERHEAD = 97n;

const NO_RECORDS: readonly LogRecord[] = [];

class StreamState {
  /** All that was placed, committed or not. */
  readonly records: LogRecord[] = [];
  committed = 0;
  /** Revision of the first one that a delete has left. */
  first = 0;
  tombstoned = false;
}

/** The log of the fake server, in memory: one order for all streams, expected revisions, idempotency by event id. */
export class TransactionLog {
  #records: LogRecord[] = [];
  #streams = new Map<string, StreamState>();
  readonly #followers = new Set<(record: LogRecord) => void>();
  #end = 5_000n;
  /** How often it was put back. */
  #life = 0;

  /** What is committed now. */
  copy(): LogCopy {
    const streams = new Map<string, StreamCopy>();
    for (const [name, { records, committed, first, tombstoned }] of this.#streams)
      streams.set(name, { records: records.slice(0, committed), first, tombstoned });
    // What is placed and not committed is cut off when a server starts on the copy: its places are given again.
    const placed = [...this.#streams.values()].flatMap(({ records, committed }) => records.slice(committed));
    const end = placed.reduce((least, { position }) => (position < least ? position : least), this.#end);
    return { records: [...this.#records], streams, end };
  }

  /** Goes on from a copy, earlier or later than now: positions behind its end are given (again). What is under way fails. */
  putBack({ records, streams, end }: LogCopy): void {
    this.#life += 1;
    this.#records = [...records];
    this.#streams = new Map();
    for (const [name, copied] of streams) {
      const state = new StreamState();
      state.records.push(...copied.records);
      state.committed = copied.records.length;
      state.first = copied.first;
      state.tombstoned = copied.tombstoned;
      this.#streams.set(name, state);
    }
    this.#end = end;
  }

  /** A record of the server's own, as its statistics are: the end of the log moves without any event of a user. */
  writeStatistics(): void {
    this.#writeOwn('$stats-127.0.0.1:2113', '$statsCollected', {});
  }

  /** Appends and commits at once. */
  append(stream: string, expected: ExpectedVersion, events: readonly ProposedRecord[]): Written {
    const prepared = this.prepare(stream, expected, events);
    if (prepared.outcome === 'prepared') return prepared.commit();
    return prepared.outcome === 'known' ? prepared.written : prepared;
  }

  /** Gives the events their places. To be committed in the order of the calls. */
  prepare(stream: string, expected: ExpectedVersion, events: readonly ProposedRecord[]): Prepared {
    const state = this.#streams.get(stream) ?? new StreamState();
    if (state.tombstoned) return { outcome: 'stream-deleted' };
    const current = state.records.length - 1;
    const wrong: Refused = { outcome: 'wrong-expected-version', current, expected };
    if (expected === 'stream-exists' && current < 0) return wrong;
    const known = typeof expected === 'string' && expected !== 'no-stream' ? 'anywhere' : 'there';
    const start =
      known === 'anywhere'
        ? state.records.findIndex(({ id }) => id === events[0]?.id)
        : expected === 'no-stream'
          ? 0
          : (expected as number) + 1;
    const ahead = known === 'there' && start > current + 1;
    const behind = known === 'there' ? start < current + 1 : start >= 0;
    if (ahead) return wrong;
    const emptied = expected === 'no-stream' && state.first > current;
    if (!behind || emptied) return { outcome: 'prepared', commit: this.#place(stream, state, events) };
    // A part of them there, or others in their place: neither a repeat nor anything new.
    if (!events.every(({ id }, i) => state.records[start + i]?.id === id)) return wrong;
    const last = state.records[start + events.length - 1];
    const written: Written = {
      outcome: 'written',
      revision: last?.revision ?? current,
      position: last?.position ?? this.#end,
    };
    return { outcome: 'known', committed: start + events.length <= state.committed, written };
  }

  /** What can be read of a stream. */
  stream(name: string): readonly LogRecord[] {
    const state = this.#streams.get(name);
    return state === undefined ? NO_RECORDS : state.records.slice(state.first, state.committed);
  }

  get all(): readonly LogRecord[] {
    return this.#records;
  }

  isTombstoned(stream: string): boolean {
    return this.#streams.get(stream)?.tombstoned === true;
  }

  /** What is there cannot be read any more; appends go on behind it. @returns where the server notes it. */
  delete(stream: string): bigint {
    const state = this.#streams.get(stream);
    if (state !== undefined) state.first = state.committed;
    return this.#writeOwn(`$$${stream}`, '$metadata', { $tb: state?.first ?? 0 });
  }

  /** The stream is gone for ever; a record among all says so, as a real server's does. */
  tombstone(stream: string): bigint {
    const state = this.#streams.get(stream) ?? new StreamState();
    state.first = state.committed;
    state.tombstoned = true;
    this.#streams.set(stream, state);
    const record: LogRecord = {
      stream,
      // The largest that there is.
      revision: Number.MAX_SAFE_INTEGER,
      position: this.#end,
      created: BigInt(Date.now()) * 10_000n,
      id: '00000000-0000-4000-8000-000000000001',
      type: '$streamDeleted',
      contentType: 'application/octet-stream',
      data: new Uint8Array(),
      customMetadata: new Uint8Array(),
    };
    this.#records.push(record);
    for (const follower of this.#followers) follower(record);
    this.#end += RECORD_OVERHEAD;
    return record.position;
  }

  /** Calls back in the very moment of each commit. @returns how to stop. */
  follow(follower: (record: LogRecord) => void): () => void {
    this.#followers.add(follower);
    return () => void this.#followers.delete(follower);
  }

  #writeOwn(stream: string, type: string, data: object): bigint {
    const contentType = 'application/json';
    const id = '00000000-0000-4000-8000-000000000000';
    const record = {
      id,
      type,
      contentType,
      data: Buffer.from(JSON.stringify(data)),
      customMetadata: new Uint8Array(),
    };
    this.#place(stream, this.#streams.get(stream) ?? new StreamState(), [record])();
    return this.#records.at(-1)!.position;
  }

  #place(stream: string, state: StreamState, events: readonly ProposedRecord[]): () => Written {
    const created = BigInt(Date.now()) * 10_000n;
    if (events.length > 0) this.#streams.set(stream, state);
    const placed = events.map((event) => {
      const record = { ...event, stream, revision: state.records.length, position: this.#end, created };
      this.#end += RECORD_OVERHEAD + BigInt(event.data.length + event.customMetadata.length);
      state.records.push(record);
      return record;
    });
    const revision = state.records.length - 1;
    const position = placed.at(-1)?.position ?? this.#end;
    const life = this.#life;
    return () => {
      if (life !== this.#life) throw new PutBackError('the log was put back to another state');
      state.committed += placed.length;
      this.#records.push(...placed);
      for (const record of placed) for (const follower of this.#followers) follower(record);
      return { outcome: 'written', revision, position };
    };
  }
}
