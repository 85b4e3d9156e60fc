import type { LogFeeds, ServiceName } from '@smartkey/event-bus';
import { type Clock, epochMillisOf, type Instant } from '@smartkey/kernel';
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

  constructor(private readonly parts: LagParts) {}

  /** @throws what the log feed of a source throws. */
  async look(): Promise<readonly ConsumerLag[]> {
    const found: ConsumerLag[] = [];
    for (const { name: consumer, marks } of await this.parts.projections.status()) {
      const partitions = new Map<ServiceName, number>();
      for (const { source } of marks) partitions.set(source, (partitions.get(source) ?? 0) + 1);
      const slowest = new Map<ServiceName, number>();
      for (const { source, partition, position } of marks) {
        const of = partitions.get(source)!;
        const recordedAt = await this.#firstAfter(source, position, { number: partition, of });
        const seconds = recordedAt === undefined ? 0 : this.#since(recordedAt);
        slowest.set(source, Math.max(slowest.get(source) ?? 0, seconds));
      }
      for (const [source, seconds] of slowest) found.push({ consumer, source, seconds });
    }
    return found;
  }

  /** When the first event of the partition behind a position was recorded; `undefined` where there is none yet. */
  async #firstAfter(
    source: ServiceName,
    position: bigint,
    partition: Partition,
  ): Promise<Instant | undefined> {
    const key = `${source}/${partition.number}`;
    const empty = this.#empty.get(key);
    let after = empty !== undefined && empty.from <= position && position < empty.to ? empty.to : position;
    for (let pages = 0; pages < MOST_PAGES; pages += 1) {
      const page = await this.parts.feeds.read(source, { after, limit: PAGE, partition });
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
