import { epochMillisOf, instantOf, type Instant } from '@smartkey/kernel';

/**
 * A calendar day in Japan, `2018-01-31`; comparing two as strings compares them in time. The type tells its form, so that no
 * month, instant or other text is taken for one; what comes from outside becomes one by `isJstDay` alone.
 * @format date
 * @example 2018-01-31
 */
export type JstDay = `${number}-${number}-${number}`;

const DAY = 86_400_000;
/** Japan Standard Time is UTC+9 all year round; it has known no summer time since 1951. */
const JST_OFFSET = 9 * 3_600_000;

const DAYS_OF_MONTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;
const FORM = /^\d{4}-\d{2}-\d{2}$/;

/** The number that so many digits from a place on stand for. Days come by the million: no text is cut out. */
function digits(text: string, from: number, count: number): number {
  let number = 0;
  for (let at = from; at < from + count; at += 1) number = number * 10 + text.charCodeAt(at) - 48;
  return number;
}

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

/** Whether a text is a day that exists, of the year 100 or later: `2018-02-30` is none. */
export function isJstDay(text: string): text is JstDay {
  if (!FORM.test(text)) return false;
  const [year, month, day] = [digits(text, 0, 4), digits(text, 5, 2), digits(text, 8, 2)];
  const days = month === 2 && isLeap(year) ? 29 : (DAYS_OF_MONTHS[month - 1] ?? 0);
  return year >= 100 && day >= 1 && day <= days;
}

/** Days since 1970-01-01: integer arithmetic, for days as table columns and for counting. */
export const numberOfDay = (day: JstDay): number =>
  Date.UTC(digits(day, 0, 4), digits(day, 5, 2) - 1, digits(day, 8, 2)) / DAY;

export const dayOfNumber = (number: number): JstDay =>
  new Date(number * DAY).toISOString().slice(0, 10) as JstDay;

/** Number of the JST day (days since 1970-01-01) that an instant falls on: 2018-01-31T15:00:00Z is 2018-02-01. */
export const dayNumberOf = (instant: Instant): number =>
  Math.floor((epochMillisOf(instant) + JST_OFFSET) / DAY);

export const jstDayOf = (instant: Instant): JstDay => dayOfNumber(dayNumberOf(instant));

/** 00:00 JST, the first instant of the day. */
export const startOfDay = (day: JstDay): Instant => instantOf(numberOfDay(day) * DAY - JST_OFFSET);

/** The end of the day (24:00): 00:00 JST of the next. */
export const endOfDay = (day: JstDay): Instant => startOfDay(addDays(day, 1));

export const addDays = (day: JstDay, days: number): JstDay => dayOfNumber(numberOfDay(day) + days);

export const laterDay = (a: JstDay, b: JstDay): JstDay => (a > b ? a : b);
export const earlierDay = (a: JstDay, b: JstDay): JstDay => (a < b ? a : b);
