import type { EventClaims } from './event-claims.ts';
import type { StreamReader } from './stream-reader.ts';

const PAGE = 200;

/**
 * Claims the events at the end of the log that nobody claims: the database was restored to a moment before they were appended.
 * From the end backwards, until all of a page are claimed.
 */
export async function claimUnclaimed(reader: StreamReader, claims: EventClaims): Promise<void> {
  for (let before: bigint | undefined; ;) {
    const events = await reader.last(before, PAGE);
    const missing = await claims.claimStored(events);
    if (missing === 0 || events.length < PAGE) return;
    before = events.at(-1)!.position;
  }
}
