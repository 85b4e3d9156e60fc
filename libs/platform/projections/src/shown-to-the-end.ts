import type { ServiceName } from '@smartkey/event-bus';
import type { EventStore } from '@smartkey/event-store';
import type { ProjectionReader } from './projection-reader.ts';

/**
 * Waits until a read model shows all that is acknowledged in a log now, settled or not.
 * @param store the log of `source`.
 * @param timeoutMillis how long that may take (system time).
 * @returns the position that it can be read at from then on; undefined where it does not come so far in time.
 */
export async function shownToTheEnd(
  reader: Pick<ProjectionReader, 'reached'>,
  source: ServiceName,
  store: Pick<EventStore, 'lastPosition'>,
  timeoutMillis?: number,
): Promise<bigint | undefined> {
  const position = await store.lastPosition();
  return (await reader.reached(source, position, timeoutMillis)) ? position : undefined;
}
