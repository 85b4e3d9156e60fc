import { describe, expect, it } from '@jest/globals';
import { instantOf, plusMillis } from '@smartkey/kernel';
import fc from 'fast-check';
import { DateTime } from 'luxon';
import {
  addMonths,
  daysIn,
  endOfMonth,
  firstDayOf,
  isServiceMonth,
  lastDayOf,
  monthOf,
  monthOfDay,
  nextMonth,
  startOfMonth,
  type ServiceMonth,
} from './service-month.ts';

const someMonth = fc
  .tuple(fc.integer({ min: 1970, max: 2199 }), fc.integer({ min: 1, max: 12 }))
  .map(([year, month]): ServiceMonth => `${year}-${String(month).padStart(2, '0') as `${number}`}`);

describe('a service month (第4条: 暦月単位)', () => {
  it.each([
    ['2018-01-31T14:59:59.999Z', '2018-01'],
    ['2018-01-31T15:00:00.000Z', '2018-02'],
    ['2017-12-31T15:00:00.000Z', '2018-01'],
  ] as const)('%s lies in %s', (instant, month) => {
    expect(monthOf(instant)).toBe(month);
  });

  it.each([
    ['2018-01', 31, '2018-01-31', '2018-02'],
    ['2018-02', 28, '2018-02-28', '2018-03'],
    ['2020-02', 29, '2020-02-29', '2020-03'],
    ['1900-02', 28, '1900-02-28', '1900-03'],
    ['2000-02', 29, '2000-02-29', '2000-03'],
    ['2018-12', 31, '2018-12-31', '2019-01'],
  ] as const)('%s has %i days, ends on %s and is followed by %s', (month, days, last, next) => {
    expect(daysIn(month)).toBe(days);
    expect(lastDayOf(month)).toBe(last);
    expect(nextMonth(month)).toBe(next);
  });

  it('begins and ends at 00:00 JST, as luxon has it', () => {
    fc.assert(
      fc.property(someMonth, (month) => {
        const tokyo = DateTime.fromISO(`${month}-01`, { zone: 'Asia/Tokyo' });
        expect(startOfMonth(month)).toBe(tokyo.toUTC().toISO());
        expect(endOfMonth(month)).toBe(tokyo.plus({ months: 1 }).toUTC().toISO());
        expect(daysIn(month)).toBe(tokyo.daysInMonth);
        expect(monthOf(startOfMonth(month))).toBe(month);
        expect(monthOf(plusMillis(endOfMonth(month), -1))).toBe(month);
        expect(monthOf(endOfMonth(month))).toBe(nextMonth(month));
        expect(monthOfDay(firstDayOf(month))).toBe(month);
        expect(monthOfDay(lastDayOf(month))).toBe(month);
      }),
    );
  });

  it('of any instant is the one that luxon finds in Asia/Tokyo', () => {
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(1952, 0, 1), max: Date.UTC(2200, 0, 1) }), (millis) => {
        expect(monthOf(instantOf(millis))).toBe(
          DateTime.fromMillis(millis, { zone: 'Asia/Tokyo' }).toFormat('yyyy-MM'),
        );
      }),
    );
  });

  it('moves by months in both directions', () => {
    expect(addMonths('2018-01', -1)).toBe('2017-12');
    expect(addMonths('2018-11', 14)).toBe('2020-01');
    fc.assert(
      fc.property(someMonth, fc.integer({ min: -500, max: 500 }), (month, months) => {
        expect(addMonths(month, months)).toBe(
          DateTime.fromISO(`${month}-01`, { zone: 'utc' }).plus({ months }).toFormat('yyyy-MM'),
        );
      }),
    );
  });

  it.each([
    ['9999-12', 1],
    ['0000-01', -1],
    ['2018-01', 100_000],
  ] as const)('never leaves the years that compare as text: %s and %i months', (month, months) => {
    expect(() => addMonths(month, months)).toThrow(RangeError);
    expect(addMonths('9999-11', 1)).toBe('9999-12');
  });

  it.each(['2018-13', '2018-00', '2018-1', '2018', '201801', '2018-01-01', '2018-01\n', ' 2018-01', ''])(
    '%j is none',
    (text) => {
      expect(isServiceMonth(text)).toBe(false);
    },
  );

  it.each(['2018-01', '2018-12', '2016-03'])('%s is one', (text) => {
    expect(isServiceMonth(text)).toBe(true);
  });
});
