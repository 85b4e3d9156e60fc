import type { RecordedEvent } from '@smartkey/kernel';
import { Batcher, UnavailableError } from '@smartkey/lifecycle';
import type { AppendResult, EventStore, StreamAppend } from '../event-store.port.ts';

/** Streams read, or appended to, in one round trip. */
const MOST = 100;

/**
 * What commands that are under way at the same time ask of the log: those that wait are asked for in one round trip. A single one is
 * sent at once.
 */
export class SharedTrips {
  readonly #reads: Batcher<string, readonly RecordedEvent[]>;
  readonly #appends: Batcher<StreamAppend, AppendResult | Error>;

  constructor(private readonly store: EventStore) {
    this.#reads = new Batcher((streams) => this.#readAll(streams), { most: MOST });
    // The second of two to one stream is decided on what the first has made of it.
    this.#appends = new Batcher((appends) => this.#appendAll(appends), {
      most: MOST,
      keysOf: ({ stream }) => [stream],
    });
  }

  /** A whole stream; empty where there is none. */
  readStream(stream: string): Promise<readonly RecordedEvent[]> {
    return this.#reads.add(stream);
  }

  /** As `EventStore.append`: what becomes of one is no matter of those that went with it. */
  async append(append: StreamAppend): Promise<AppendResult> {
    const outcome = await this.#appends.add(append);
    if (outcome instanceof Error) throw outcome;
    return outcome;
  }

  async #readAll(streams: readonly string[]): Promise<readonly (readonly RecordedEvent[])[]> {
    const [first] = streams;
    return streams.length === 1 ? [await this.store.readStream(first!)] : this.store.readStreams(streams);
  }

  async #appendAll(appends: readonly StreamAppend[]): Promise<readonly (AppendResult | Error)[]> {
    const [first] = appends;
    if (appends.length === 1) return [await this.store.append(first!)];
    try {
      return await this.store.appendMany(appends);
    } catch (error) {
      // Of what fails one there is nothing to learn from all; ids tell those that were made already.
      if (error instanceof UnavailableError) throw error;
      const ends = await Promise.allSettled(appends.map((append) => this.store.append(append)));
      return ends.map((end) => (end.status === 'fulfilled' ? end.value : (end.reason as Error)));
    }
  }
}
