import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { instantOf, laterOf, plusMillis } from './instant.ts';

describe('instants as text', () => {
  const millis = fc.integer({ min: -62_167_219_200_000, max: 253_402_300_799_999 });

  it('compare in time', () => {
    fc.assert(
      fc.property(millis, millis, (a, b) => {
        expect(instantOf(a) < instantOf(b)).toBe(a < b);
        expect(laterOf(instantOf(a), instantOf(b))).toBe(instantOf(Math.max(a, b)));
      }),
    );
  });

  it('move by milliseconds, in both directions', () => {
    expect(plusMillis('2018-01-31T14:59:59.999Z', 1)).toBe('2018-01-31T15:00:00.000Z');
    expect(plusMillis('2018-01-01T00:00:00.000Z', -1)).toBe('2017-12-31T23:59:59.999Z');
  });
});
