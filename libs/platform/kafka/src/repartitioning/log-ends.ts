import type { EventStore } from '@smartkey/event-store';
import { partitionOf } from '@smartkey/event-bus';

const PAGE = 5_000;

/** Where a log ends, under several partitionings. */
export interface LogEnds {
  /** The settled end: everything at or before it has been looked at. */
  readonly settled: bigint;
  /** Position of the last event; 0n of an empty log. */
  readonly last: bigint;
  /** By number of partitions: the last position on each, 0n where there is nothing. */
  readonly partitions: ReadonlyMap<number, readonly bigint[]>;
}

/** Reads the whole log once. @param onPage told how many events have been read so far. */
export async function logEnds(
  store: EventStore,
  partitionings: readonly number[],
  onPage: (events: number) => void = () => undefined,
): Promise<LogEnds> {
  const partitions = new Map(partitionings.map((of) => [of, Array.from({ length: of }, () => 0n)] as const));
  let last = 0n;
  let count = 0;
  for (let after = 0n; ;) {
    const { events, upTo } = await store.readAll({ after, limit: PAGE });
    for (const { stream, position } of events) {
      for (const [of, ends] of partitions) ends[partitionOf(stream, of)] = position;
      last = position;
    }
    count += events.length;
    onPage(count);
    if (events.length < PAGE) return { settled: upTo, last, partitions };
    after = upTo;
  }
}
