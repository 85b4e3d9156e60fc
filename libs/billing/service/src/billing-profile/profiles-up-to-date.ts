import type { EventStore } from '@smartkey/event-store';
import type { ProjectionReader } from '@smartkey/projections';

export interface ProfileParts {
  readonly profiles: ProjectionReader;
  readonly store: EventStore;
}

/**
 * Waits for the read model of profiles to show all that was acknowledged in billing's log.
 * @returns the position of the log that profiles can be read at, which a document records as read of billing; `undefined` where the
 *   read model does not come up to the log in time.
 */
export async function profilesUpToDate(
  { profiles, store }: ProfileParts,
  timeoutMillis: number,
): Promise<bigint | undefined> {
  const position = await store.lastPosition();
  return (await profiles.reached('billing', position, timeoutMillis)) ? position : undefined;
}

/** As a document records it, beside the positions of the sources of the ledger. */
export const profilesRead = (position: bigint): Readonly<Record<string, string>> => ({
  'billing/0': String(position),
});
