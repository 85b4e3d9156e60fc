import { pagesBehind } from '@smartkey/lifecycle';
import type { EventClaims } from './event-claims.ts';
import type { StreamReader } from './stream-reader.ts';

const PAGE = 200;

/**
 * Claims the events at the end of the log that nobody claims: the database was restored to a moment before they were appended.
 * From the end backwards, until all of a page are claimed.
 */
export async function claimUnclaimed(reader: StreamReader, claims: EventClaims): Promise<void> {
  const pages = pagesBehind({
    size: PAGE,
    from: undefined,
    read: (before: bigint | undefined, count) => reader.last(before, count),
    placeOf: ({ position }): bigint | undefined => position,
  });
  for await (const events of pages) if ((await claims.claimStored(events)) === 0) return;
}
