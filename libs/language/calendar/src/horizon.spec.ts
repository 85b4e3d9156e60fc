import { describe, expect, it } from '@jest/globals';
import type { Instant } from '@smartkey/kernel';
import type { JstDay } from './jst-day.ts';
import { isDayWithinReach, isWithinReach, lastMonthAhead } from './horizon.ts';

describe('what may be spoken of', () => {
  it.each<[Instant, boolean]>([
    ['1969-12-31T14:59:59.999Z', false],
    ['1969-12-31T15:00:00.000Z', true],
    ['2999-12-31T14:59:59.999Z', true],
    ['2999-12-31T15:00:00.000Z', false],
    // In Japan the first of January of the year 10000.
    ['9999-12-31T23:59:59.999Z', false],
    ['0000-01-01T00:00:00.000Z', false],
  ])('an instant by its day in Japan: %s', (instant, reached) => {
    expect(isWithinReach(instant)).toBe(reached);
  });

  it('a day', () => {
    const days: readonly JstDay[] = ['1970-01-01', '2999-12-31', '1969-12-31', '3000-01-01'];
    expect(days.map(isDayWithinReach)).toEqual([true, true, false, false]);
  });

  it('a month up to the twelfth after the present one in Japan', () => {
    expect(lastMonthAhead('2024-01-31T14:59:59.999Z')).toBe('2025-01');
    expect(lastMonthAhead('2024-01-31T15:00:00.000Z')).toBe('2025-02');
  });
});
