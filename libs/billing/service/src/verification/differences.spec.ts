import { describe, expect, it } from '@jest/globals';
import { differencesOf } from './differences.ts';

describe('where two documents differ', () => {
  it('is named leaf by leaf', () =>
    expect(
      differencesOf(
        { a: 1, lines: [{ amount: '1' }, { amount: '2' }], 'x/y': null, same: { z: [] } },
        { a: 1, lines: [{ amount: '1' }, { amount: '3' }, { amount: '4' }], 'x/y': 'n', same: { z: [] } },
      ),
    ).toEqual([
      { pointer: '/lines/1/amount', issued: '2', derived: '3' },
      { pointer: '/lines/2', derived: { amount: '4' } },
      { pointer: '/x~1y', issued: null, derived: 'n' },
    ]));
  it('is nowhere in equal ones', () =>
    expect(differencesOf({ a: [1, { b: null }] }, { a: [1, { b: null }] })).toEqual([]));
  it('a list and an object differ as a whole', () =>
    expect(differencesOf([], {})).toEqual([{ pointer: '', issued: [], derived: {} }]));
});
