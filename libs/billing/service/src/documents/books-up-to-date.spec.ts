import { describe, expect, it } from '@jest/globals';
import type { EventStore } from '@smartkey/event-store';
import type { ProjectionReader } from '@smartkey/projections';
import { profilesUpToDate } from '../billing-profile/profiles-up-to-date.ts';
import { booksUpToDate } from './books-up-to-date.ts';

/** The last event of the log stands at 100; an older transaction holds its settled end at 50. */
const store = {
  lastPosition: () => Promise.resolve(100n),
  settledPosition: () => Promise.resolve(50n),
} as Partial<EventStore> as EventStore;
const shownUpTo = (upTo: bigint) =>
  ({
    reached: (_source: string, position: bigint) => Promise.resolve(position <= upTo),
  }) as Partial<ProjectionReader> as ProjectionReader;

describe('what is decided upon the books', () => {
  it('waits for all that was acknowledged, though the log has not settled so far', async () => {
    await expect(booksUpToDate({ store, documents: shownUpTo(99n) })).rejects.toThrow('behind the log');
    await expect(booksUpToDate({ store, documents: shownUpTo(100n) })).resolves.toBeUndefined();
  });

  it('and upon the profiles alike, which are read as of the last event', async () => {
    expect(await profilesUpToDate({ store, profiles: shownUpTo(99n) }, 1)).toBeUndefined();
    expect(await profilesUpToDate({ store, profiles: shownUpTo(100n) }, 1)).toBe(100n);
  });
});
