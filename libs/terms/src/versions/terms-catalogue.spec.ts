import { describe, expect, it } from '@jest/globals';
import {
  notBeforeTheTerms,
  TERMS,
  termsVersionAt,
  termsVersionIn,
  termsVersionOn,
} from './terms-catalogue.ts';

describe('附則: the version of the terms that governs a fact', () => {
  it.each([
    ['2016-02-29', undefined],
    ['2016-03-01', '2016-03-01'],
    ['2017-12-31', '2016-03-01'],
    ['2018-01-01', '2018-01-01'],
    ['2026-07-01', '2018-01-01'],
  ] as const)('on %s is %s', (day, version) => {
    expect(termsVersionOn(day)).toBe(version);
  });

  it('goes by the JST day of its instant', () => {
    expect(termsVersionAt('2017-12-31T14:59:59.999Z')).toBe('2016-03-01');
    expect(termsVersionAt('2017-12-31T15:00:00.000Z')).toBe('2018-01-01');
  });

  it('of a service month is the one in force at its end', () => {
    expect((['2016-03', '2017-12', '2018-01'] as const).map(termsVersionIn)).toEqual([
      '2016-03-01',
      '2016-03-01',
      '2018-01-01',
    ]);
  });

  it('names each version by the day it came into force, in order', () => {
    expect(TERMS.map(({ version }) => version)).toEqual(TERMS.map(({ inForceFrom }) => inForceFrom));
    expect([...TERMS].sort((a, b) => (a.inForceFrom < b.inForceFrom ? -1 : 1))).toEqual(TERMS);
  });

  it('nothing of a day before the first is accepted', () => {
    expect(notBeforeTheTerms('2016-03-01', '/on')).toBeUndefined();
    expect(notBeforeTheTerms('2016-02-29', '/on')).toMatchObject({
      error: { code: 'before-the-terms', rule: '附則', pointer: '/on' },
    });
  });
});
