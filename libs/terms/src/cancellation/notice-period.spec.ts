import { describe, expect, it } from '@jest/globals';
import { plusMillis, type Instant } from '@smartkey/kernel';
import fc from 'fast-check';
import { addDays, dayOfNumber, endOfDay, startOfDay, type JstDay } from '@smartkey/calendar';
import { dayNoticeHasRun, effectiveDayOfCancellation } from './notice-period.ts';

const someDay = fc.integer({ min: 16_861, max: 40_000 }).map(dayOfNumber);
const someMillisOfDay = fc.integer({ min: 0, max: 86_399_999 });

describe('第6条: the effective day of a cancellation', () => {
  it.each<readonly [Instant, JstDay | undefined, JstDay, string]>([
    ['2018-01-01T14:59:00.000Z', undefined, '2018-01-31', 'arrived 2018-01-01 23:59 JST'],
    ['2018-01-01T03:00:00.000Z', '2018-01-20', '2018-01-31', 'asked for too early a day'],
    ['2018-01-01T03:00:00.000Z', '2018-02-28', '2018-02-28', 'asked for a later day'],
    ['2018-01-01T03:00:00.000Z', '2018-01-31', '2018-01-31', 'asked for the very day'],
    ['2018-01-01T15:00:00.000Z', undefined, '2018-02-01', 'arrived 2018-01-02 JST'],
    ['2018-01-31T03:00:00.000Z', undefined, '2018-03-02', 'over a short February'],
    ['2020-01-29T15:00:00.000Z', undefined, '2020-02-29', 'arrived 2020-01-30 00:00 JST, leap year'],
  ] as const)('%s, asked for %s: %s (%s)', (arrivedAt, requestedDay, effectiveDay) => {
    expect(effectiveDayOfCancellation(arrivedAt, requestedDay)).toBe(effectiveDay);
  });
});

describe('第6条 (民法140条, 141条): the day on which 30 days have run', () => {
  it.each([
    ['2018-01-01', '2018-01-31'],
    ['2018-01-02', '2018-02-01'],
    ['2018-01-31', '2018-03-02'],
    ['2018-02-28', '2018-03-30'],
    ['2018-12-01', '2018-12-31'],
    ['2018-12-02', '2019-01-01'],
    ['2020-01-30', '2020-02-29'],
    ['2019-12-31', '2020-01-30'],
  ] as const)('arrived on %s: %s', (arrival, day) => {
    expect(dayNoticeHasRun(startOfDay(arrival))).toBe(day);
    expect(dayNoticeHasRun(plusMillis(endOfDay(arrival), -1))).toBe(day);
  });

  it('is arrival day + 30 whatever the hour, on any day: no shift for nights, week-ends or holidays', () => {
    fc.assert(
      fc.property(someDay, someMillisOfDay, (day, millis) => {
        expect(dayNoticeHasRun(plusMillis(startOfDay(day), millis))).toBe(addDays(day, 30));
      }),
    );
  });

  it('bounds what may be asked for: the later of both, always', () => {
    fc.assert(
      fc.property(someDay, someMillisOfDay, fc.integer({ min: -60, max: 400 }), (day, millis, ahead) => {
        const arrivedAt = plusMillis(startOfDay(day), millis);
        const effective = effectiveDayOfCancellation(arrivedAt, addDays(day, ahead));
        expect(effective).toBe(addDays(day, Math.max(30, ahead)));
      }),
    );
  });
});
