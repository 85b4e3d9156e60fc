import type { LogFeeds, ServiceName } from '@smartkey/event-bus';
import { type Clock, epochMillisOf, type Instant } from '@smartkey/kernel';
import { allDone } from '@smartkey/lifecycle';
import type { ProjectionHost } from '@smartkey/projections';

/** How far a consumer is behind one of its sources, at its slowest partition. */
export interface ConsumerLag {
  readonly consumer: string;
  readonly source: ServiceName;
  /** Business time since the first event was recorded that it has not applied; 0 where it has all. */
  readonly seconds: number;
}

export interface LagParts {
  readonly projections: Pick<ProjectionHost, 'status'>;
  readonly feeds: LogFeeds;
  readonly clock: Clock;
}

interface Partition {
  readonly number: number;
  readonly of: number;
}

/** Where a consumer stands. */
interface Place {
  readonly source: ServiceName;
  readonly position: bigint;
  readonly partition: Partition;
}

/** A look ends by then (system time), before those who ask give up. */
const LOOK_MILLIS = 2_500;
const MOST_AT_ONCE = 8;

/** A partition's next event mostly is near its mark: others lie between, but few. */
const PAGE = 200;
/** A quiet partition of a busy log is looked through a part at a time; the next look goes on from there. */
const MOST_PAGES = 25;

/**
 * How far each consumer of a service is behind. A mark stands at the last event of its own partition, so what follows it in the
 * log may be another partition's: that is looked through, and remembered, so that a quiet partition is not read again and again.
 */
export class ConsumerLags {
  /** For (source, partition): no event of the partition lies after `from`, up to `to`. */
  readonly #empty = new Map<string, { readonly from: bigint; readonly to: bigint }>();

  #looking: Promise<readonly ConsumerLag[]> | undefined;

  constructor(private readonly parts: LagParts) {}

  /**
   * One look for all who ask while it goes on: probes, the gateway's and the metrics' would read the same feeds beside each other.
   * @throws what the log feed of a source throws, or where it took too long.
   */
  look(): Promise<readonly ConsumerLag[]> {
    this.#looking ??= this.#look().finally(() => (this.#looking = undefined));
    return this.#looking;
  }

  async #look(): Promise<readonly ConsumerLag[]> {
    const signal = AbortSignal.timeout(LOOK_MILLIS);
    const consumers = await this.parts.projections.status();
    /** Consumers that stand at one place of a partition have the same event before them. */
    const places = new Map<string, Place>();
    const standing = consumers.flatMap(({ name: consumer, marks }) =>
      marks.map(({ source, partition, position }) => {
        const of = marks.filter((mark) => mark.source === source).length;
        const key = `${source}/${partition}/${of}/${position}`;
        places.set(key, { source, position, partition: { number: partition, of } });
        return { consumer, source, key };
      }),
    );
    const seconds = await this.#behind(places, signal);
    const slowest = new Map<string, ConsumerLag>();
    for (const { consumer, source, key } of standing) {
      const name = `${consumer} ${source}`;
      const behind = Math.max(slowest.get(name)?.seconds ?? 0, seconds.get(key)!);
      slowest.set(name, { consumer, source, seconds: behind });
    }
    return [...slowest.values()];
  }

  /** Looks at several places at a time. */
  async #behind(
    places: ReadonlyMap<string, Place>,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, number>> {
    const seconds = new Map<string, number>();
    const waiting = places.entries();
    const work = async (): Promise<void> => {
      for (const [key, place] of waiting) {
        const recordedAt = await this.#firstAfter(place, signal);
        seconds.set(key, recordedAt === undefined ? 0 : this.#since(recordedAt));
      }
    };
    await allDone(Array.from({ length: MOST_AT_ONCE }, work));
    return seconds;
  }

  /** When the first event of the partition behind a position was recorded; `undefined` where there is none yet. */
  async #firstAfter(
    { source, position, partition }: Place,
    signal: AbortSignal,
  ): Promise<Instant | undefined> {
    const key = `${source}/${partition.number}`;
    const empty = this.#empty.get(key);
    let after = empty !== undefined && empty.from <= position && position < empty.to ? empty.to : position;
    for (let pages = 0; pages < MOST_PAGES; pages += 1) {
      signal.throwIfAborted();
      const page = await this.parts.feeds.read(source, { after, limit: PAGE, partition, signal });
      const [next] = page.messages;
      if (next !== undefined) return next.recordedAt;
      const more = page.upTo > after && page.upTo < page.settled;
      after = page.upTo;
      if (!more) break;
    }
    this.#empty.set(key, { from: position, to: after });
    return undefined;
  }

  #since(instant: Instant): number {
    return Math.max(0, (epochMillisOf(this.parts.clock.now()) - epochMillisOf(instant)) / 1_000);
  }
}
