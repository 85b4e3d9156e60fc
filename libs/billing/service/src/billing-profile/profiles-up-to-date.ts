import type { EventStore } from '@smartkey/event-store';
import { shownToTheEnd, type ProjectionReader } from '@smartkey/projections';

export interface ProfileParts {
  readonly profiles: ProjectionReader;
  readonly store: EventStore;
}

/**
 * Waits for the read model of profiles to show all that was acknowledged in billing's log.
 * @returns the position of the log that profiles can be read at, which a document records as read of billing; `undefined` where the
 *   read model does not come up to the log in time.
 */
export const profilesUpToDate = (
  { profiles, store }: ProfileParts,
  timeoutMillis: number,
): Promise<bigint | undefined> => shownToTheEnd(profiles, 'billing', store, timeoutMillis);

/** As a document records it, beside the positions of the sources of the ledger. */
export const profilesRead = (position: bigint): Readonly<Record<string, string>> => ({
  'billing/0': String(position),
});
