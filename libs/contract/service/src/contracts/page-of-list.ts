import { decodeCursor, encodeCursor, type Page, type PageQuery } from '@smartkey/http';

/** A page of a short list that is at hand whole, such as the quotes of one contract; the cursor is a place in it. */
export function pageOfList<T>(items: readonly T[], { limit, cursor }: PageQuery): Page<T> {
  const [from] = cursor === undefined ? [0] : decodeCursor(cursor, 'number');
  const until = from + limit;
  return { items: items.slice(from, until), nextCursor: until < items.length ? encodeCursor(until) : null };
}
