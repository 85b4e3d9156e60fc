import type { ServiceName } from '@smartkey/event-bus';

/** Where a write came to lie. */
export interface WrittenAt {
  /** Revision of the stream after the write: the `ETag`. */
  readonly revision: number;
  /** Position of its last event in the log of `source`: the `Consistency-Token`. Either missing: no token. */
  readonly position?: bigint | undefined;
  readonly source?: ServiceName;
}

/** An answer with its `ETag` and `Consistency-Token`, unpacked on its way out. Its type tells a status that is not the route's own. */
export class Written<T = unknown, Status extends number = number> {
  constructor(
    readonly body: T,
    /** Missing where nothing was written that has a revision. */
    readonly at: WrittenAt | undefined,
    readonly status?: Status,
  ) {}
}

/**
 * The answer of a write.
 * @param status where it differs from the route's own.
 */
export const written = <T, Status extends number = number>(
  body: T,
  at: WrittenAt,
  status?: Status,
): Written<T, Status> => new Written(body, at, status);

/** An answer with another status than the route's own, of what has no revision. */
export const answered = <T, Status extends number>(body: T, status: Status): Written<T, Status> =>
  new Written(body, undefined, status);
