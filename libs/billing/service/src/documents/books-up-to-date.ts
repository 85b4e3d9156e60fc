import type { EventStore } from '@smartkey/event-store';
import { UnavailableError } from '@smartkey/lifecycle';
import { shownToTheEnd, type ProjectionReader } from '@smartkey/projections';

export interface BookParts {
  readonly documents: ProjectionReader;
  readonly store: EventStore;
}

/** The documents do not show yet what billing's own log holds: without them nothing may be issued. */
export class BooksBehindError extends UnavailableError {
  override readonly name = 'BooksBehindError';
}

/** @throws BooksBehindError where the read model of documents does not come up to the log in time. */
export async function booksUpToDate({ documents, store }: BookParts): Promise<void> {
  if ((await shownToTheEnd(documents, 'billing', store, 60_000)) === undefined)
    throw new BooksBehindError('the read model of documents is behind the log');
}
