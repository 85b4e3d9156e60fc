import { describe, expect, it } from '@jest/globals';
import { instantOf, plusMillis } from '@smartkey/kernel';
import fc from 'fast-check';
import { DateTime } from 'luxon';
import {
  addDays,
  dayNumberOf,
  dayOfNumber,
  earlierDay,
  endOfDay,
  isJstDay,
  jstDayOf,
  laterDay,
  numberOfDay,
  startOfDay,
} from './jst-day.ts';

/** From 1952 (no summer time since) to 2200. */
const someMillis = fc.integer({ min: Date.UTC(1952, 0, 1), max: Date.UTC(2200, 0, 1) });
const someDay = fc.integer({ min: -6_574, max: 84_006 }).map(dayOfNumber);

describe('the day in Japan', () => {
  it.each([
    ['2018-01-31T15:00:00.000Z', '2018-02-01'],
    ['2018-01-31T14:59:59.999Z', '2018-01-31'],
    ['2018-01-01T14:59:59.000Z', '2018-01-01'],
    ['2018-01-01T15:00:00.000Z', '2018-01-02'],
    ['2019-12-31T15:00:00.000Z', '2020-01-01'],
    ['2020-02-28T15:00:00.000Z', '2020-02-29'],
    ['1969-12-31T14:59:59.999Z', '1969-12-31'],
  ] as const)('of %s is %s', (instant, day) => {
    expect(jstDayOf(instant)).toBe(day);
  });

  it('is the one that luxon finds in Asia/Tokyo, for any instant', () => {
    fc.assert(
      fc.property(someMillis, (millis) => {
        const tokyo = DateTime.fromMillis(millis, { zone: 'Asia/Tokyo' });
        expect(jstDayOf(instantOf(millis))).toBe(tokyo.toISODate());
        expect(startOfDay(jstDayOf(instantOf(millis)))).toBe(tokyo.startOf('day').toUTC().toISO());
      }),
    );
  });

  it('begins at 00:00 JST and ends where the next begins', () => {
    fc.assert(
      fc.property(someDay, (day) => {
        expect(jstDayOf(startOfDay(day))).toBe(day);
        expect(jstDayOf(plusMillis(startOfDay(day), -1))).toBe(addDays(day, -1));
        expect(jstDayOf(plusMillis(endOfDay(day), -1))).toBe(day);
        expect(endOfDay(day)).toBe(startOfDay(addDays(day, 1)));
      }),
    );
  });
});

describe('counting days', () => {
  it('goes by whole days, over months, years and leap days', () => {
    expect(addDays('2020-02-28', 1)).toBe('2020-02-29');
    expect(addDays('2019-02-28', 1)).toBe('2019-03-01');
    expect(addDays('2019-12-31', 1)).toBe('2020-01-01');
    expect(addDays('2018-01-01', -1)).toBe('2017-12-31');
    expect(numberOfDay('1970-01-01')).toBe(0);
    expect(dayNumberOf('1969-12-31T15:00:00.000Z')).toBe(0);
  });

  it('agrees with luxon for any day and any number of days', () => {
    fc.assert(
      fc.property(someDay, fc.integer({ min: -4_000, max: 4_000 }), (day, days) => {
        expect(addDays(day, days)).toBe(DateTime.fromISO(day, { zone: 'utc' }).plus({ days }).toISODate());
        expect(numberOfDay(addDays(day, days)) - numberOfDay(day)).toBe(days);
        expect(dayOfNumber(numberOfDay(day))).toBe(day);
      }),
    );
  });

  it('compares days as text', () => {
    fc.assert(
      fc.property(someDay, someDay, (a, b) => {
        expect(a < b).toBe(numberOfDay(a) < numberOfDay(b));
        expect([earlierDay(a, b), laterDay(a, b)]).toEqual([a, b].sort());
      }),
    );
  });
});

describe('a day as text', () => {
  it.each(['2018-01-31', '2020-02-29', '2000-02-29', '1999-12-31', '9999-12-31'])('%s exists', (text) => {
    expect(isJstDay(text)).toBe(true);
  });

  it.each([
    '2018-02-29',
    '2018-02-30',
    '1900-02-29',
    '2018-04-31',
    '2018-13-01',
    '2018-00-10',
    '2018-01-00',
    '2018-01-32',
    '2018-99-99',
    '2018-1-31',
    '2018/01/31',
    '20180131',
    '2018-01-31T00:00:00Z',
    ' 2018-01-31',
    '2018-01-31\n',
    '２０１８-01-31',
    '2018-01',
    '',
    'today',
  ])('%j does not', (text) => {
    expect(isJstDay(text)).toBe(false);
  });

  it('exists where the calendar comes back to it', () => {
    const two = (number: number): string => String(number).padStart(2, '0');
    const anyText = fc
      .tuple(fc.integer({ min: 100, max: 9999 }), fc.nat(20), fc.nat(40))
      .map(([year, month, day]) => `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`);
    fc.assert(
      fc.property(anyText, (text) => {
        const date = new Date(`${text}T00:00:00.000Z`);
        const exists = !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
        expect(isJstDay(text)).toBe(exists);
        if (isJstDay(text)) expect(dayOfNumber(numberOfDay(text))).toBe(text);
      }),
      { numRuns: 2_000 },
    );
  });
});
