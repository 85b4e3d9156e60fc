import { type Anchor, anchorOf, type EventStore, pagesAhead } from '@smartkey/event-store';
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
  /** Likewise the last events themselves. */
  readonly events: ReadonlyMap<number, readonly (Anchor | undefined)[]>;
}

/** Reads the whole log once. @param onPage told how many events have been read so far. */
export async function logEnds(
  store: EventStore,
  partitionings: readonly number[],
  onPage: (events: number) => void = () => undefined,
): Promise<LogEnds> {
  const partitions = new Map(partitionings.map((of) => [of, Array.from({ length: of }, () => 0n)] as const));
  const lastEvents = new Map(
    partitionings.map((of) => [of, Array.from({ length: of }, (): Anchor | undefined => undefined)] as const),
  );
  let [last, settled] = [0n, 0n];
  let count = 0;
  for await (const { events, upTo } of pagesAhead((after) => store.readAll({ after, limit: PAGE }))) {
    for (const event of events) {
      const { stream, position } = event;
      for (const [of, ends] of partitions) {
        const partition = partitionOf(stream, of);
        ends[partition] = position;
        lastEvents.get(of)![partition] = anchorOf(event);
      }
      last = position;
    }
    count += events.length;
    settled = upTo;
    onPage(count);
  }
  return { settled, last, partitions, events: lastEvents };
}
