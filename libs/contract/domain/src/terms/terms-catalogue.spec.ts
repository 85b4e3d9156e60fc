import { describe, expect, it } from '@jest/globals';
import { termsVersionAt, termsVersionOn } from './terms-catalogue.ts';

describe('附則: the version of the terms that governs a fact', () => {
  it.each([
    ['2016-02-29', undefined],
    ['2016-03-01', '2016-03-01'],
    ['2017-12-31', '2016-03-01'],
    ['2018-01-01', '2018-01-01'],
    ['2026-07-01', '2018-01-01'],
  ])('on %s is %s', (day, version) => {
    expect(termsVersionOn(day)).toBe(version);
  });

  it('goes by the JST day of its instant', () => {
    expect(termsVersionAt('2017-12-31T14:59:59.999Z')).toBe('2016-03-01');
    expect(termsVersionAt('2017-12-31T15:00:00.000Z')).toBe('2018-01-01');
  });
});
