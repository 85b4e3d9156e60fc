import { describe, expect, it } from '@jest/globals';
import { ProblemException } from '../problem/problem.ts';
import { decodeCursor, encodeCursor, pageOf } from './page.ts';

describe('a cursor', () => {
  it('says where a list goes on', () => {
    const cursor = encodeCursor('2018-01', 7);
    expect(cursor).toMatch(/^[\w-]+$/);
    expect(decodeCursor(cursor, 'string', 'number')).toEqual(['2018-01', 7]);
  });
  it.each([
    ['no base64 of JSON', '%%%'],
    ['another list’s', encodeCursor('a')],
    ['parts of another type', encodeCursor(1, 'a')],
    ['a NUL, which no database takes', encodeCursor('a\u0000', 1)],
    ['half a surrogate pair', encodeCursor('a\ud800', 1)],
    ['half a place', encodeCursor('a', 1.5)],
    ['a place before the first', encodeCursor('a', -1)],
    ['a place that no column holds', encodeCursor('a', 2 ** 31)],
    ['no list', Buffer.from('{"0":"a","1":1,"length":2}').toString('base64url')],
  ])('%s is refused', (_name, cursor) => {
    expect(() => decodeCursor(cursor, 'string', 'number')).toThrow(ProblemException);
  });

  it('names an id by its prefix, and is refused where it names none', () => {
    const id = `ctr_${'0'.repeat(26)}`;
    expect(decodeCursor(encodeCursor(id, 1), 'ctr', 'number')).toEqual([id, 1]);
    for (const other of ['ctr_1', `rid_${'0'.repeat(26)}`, 1, null])
      expect(() => decodeCursor(encodeCursor(other, 1), 'ctr', 'number')).toThrow(ProblemException);
  });
});

describe('a page', () => {
  const page = (rows: readonly number[]) =>
    pageOf(
      rows,
      2,
      (last) => encodeCursor(last),
      (row) => `#${row}`,
    );
  it('has a next one where a row too many was read', () => {
    expect(page([1, 2, 3])).toEqual({ items: ['#1', '#2'], nextCursor: encodeCursor(2) });
  });
  it('is the last otherwise', () => {
    expect(page([1, 2])).toEqual({ items: ['#1', '#2'], nextCursor: null });
    expect(page([])).toEqual({ items: [], nextCursor: null });
  });
});
