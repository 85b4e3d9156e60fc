import { pagesAhead, type EventStore } from '@smartkey/event-store';
import type { RecordedEvent } from '@smartkey/kernel';

/** Events that are read with one call. */
const AT_ONCE = 2_000;
/** So often a long work says how far it is. */
const TOLD_EVERY = 100_000;

/** The whole log up to where it is settled, page by page. @param told how many events were read so far. */
export async function* scan(
  store: EventStore,
  told: (events: number) => void = () => undefined,
): AsyncGenerator<readonly RecordedEvent[]> {
  let read = 0;
  for await (const { events } of pagesAhead((after) => store.readAll({ after, limit: AT_ONCE }))) {
    if (events.length > 0) yield events;
    const before = read;
    read += events.length;
    if (Math.floor(read / TOLD_EVERY) > Math.floor(before / TOLD_EVERY)) told(read);
  }
}
