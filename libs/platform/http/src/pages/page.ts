import { isId, parsePosition, type IdOf, type IdPrefix } from '@smartkey/kernel';
import { readable } from '@smartkey/lifecycle';
import { faultOfText } from '../body/text-rules.ts';
import { ProblemException } from '../problem/problem.ts';

/** One page of a list. `nextCursor` is null on the last. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Send it as cursor; null on the last page. */
  readonly nextCursor: string | null;
}

export const DEFAULT_PAGE = 50;
export const MAX_PAGE = 200;

type CursorPart = string | number | bigint | null;
type Kind = 'string' | 'number' | 'position' | IdPrefix;
type PartOf<K extends Kind> = K extends 'string'
  ? string
  : K extends 'position'
    ? bigint
    : K extends IdPrefix
      ? IdOf<K>
      : number;

/** Opaque text for where a list goes on: the sort key of the last item shown. */
export const encodeCursor = (...parts: readonly CursorPart[]): string =>
  Buffer.from(JSON.stringify(parts.map((part) => (typeof part === 'bigint' ? String(part) : part)))).toString(
    'base64url',
  );

export const invalidCursor = (): ProblemException =>
  new ProblemException(422, 'invalid-cursor', 'The cursor is none that this list gave out.', {
    errors: [{ pointer: '/cursor', rule: 'cursor', detail: 'Send nextCursor back as it was answered.' }],
  });

/** Every number in a cursor is a place, a day or an ordinal: what an integer column of PostgreSQL holds, from 0 on. */
const isPlace = (part: unknown): boolean =>
  Number.isInteger(part) && Number(part) >= 0 && Number(part) < 2 ** 31;

/** @returns undefined for what is not of the kind. */
function partOf(kind: Kind, part: unknown): string | number | bigint | undefined {
  if (kind === 'number') return isPlace(part) ? Number(part) : undefined;
  if (kind === 'position') return parsePosition(part);
  if (typeof part !== 'string') return undefined;
  const isRight = kind === 'string' ? faultOfText(part) === undefined : isId(kind, part);
  return isRight ? part : undefined;
}

/**
 * The parts of a cursor that this list gave out.
 * @param kinds the type of each part, in order, of an id its prefix; a number is a whole one from 0 to 2³¹ − 1, a position one
 *   of a log's.
 * @throws ProblemException 422 for anything else.
 */
export function decodeCursor<K extends readonly Kind[]>(
  cursor: string,
  ...kinds: K
): { [I in keyof K]: PartOf<K[I]> } {
  const text = Buffer.from(cursor, 'base64url').toString();
  const told = readable(() => JSON.parse(text) as unknown, 'SyntaxError');
  if (!Array.isArray(told) || told.length !== kinds.length) throw invalidCursor();
  const parts = told.map((part, index) => partOf(kinds[index]!, part));
  if (parts.includes(undefined)) throw invalidCursor();
  return parts as { [I in keyof K]: PartOf<K[I]> };
}

/** Makes a page of rows read with `limit + 1`: the row too many says that there is a next page. */
export function pageOf<Row>(rows: readonly Row[], limit: number, cursorOf: (last: Row) => string): Page<Row>;
export function pageOf<Row, T>(
  rows: readonly Row[],
  limit: number,
  cursorOf: (last: Row) => string,
  show: (row: Row) => T,
): Page<T>;
export function pageOf<Row>(
  rows: readonly Row[],
  limit: number,
  cursorOf: (last: Row) => string,
  show: (row: Row) => unknown = (row) => row,
): Page<unknown> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map((row) => show(row)),
    nextCursor: rows.length > limit && last !== undefined ? cursorOf(last) : null,
  };
}

/** A page of a short list that is at hand whole; the cursor is a place in it. @throws ProblemException 422 */
export function pageOfList<T>(
  items: readonly T[],
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
): Page<T> {
  const [from] = cursor === undefined ? [0] : decodeCursor(cursor, 'number');
  const until = from + limit;
  return { items: items.slice(from, until), nextCursor: until < items.length ? encodeCursor(until) : null };
}

/** The items of every page of a list, one page after the other. @throws what `read` throws. */
export async function* allPages<T>(
  read: (cursor: string | undefined) => Promise<Page<T>>,
): AsyncGenerator<readonly T[]> {
  let cursor: string | undefined;
  do {
    const { items, nextCursor }: Page<T> = await read(cursor);
    yield items;
    cursor = nextCursor ?? undefined;
  } while (cursor !== undefined);
}
