import { encodeCursor, type Page, type PageQuery } from '@smartkey/http';
import { numberOfCursor } from './cursors.ts';

/** A page of a short list that is at hand whole; the cursor is a place in it. @throws ProblemException 422 */
export function pageOfList<T>(items: readonly T[], { limit, cursor }: PageQuery): Page<T> {
  const from = numberOfCursor(cursor) ?? 0;
  const until = from + limit;
  return { items: items.slice(from, until), nextCursor: until < items.length ? encodeCursor(until) : null };
}
