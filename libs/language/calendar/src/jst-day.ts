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

/** Whether a text is a day that exists: `2018-02-30` is none. */
export function isJstDay(text: string): text is JstDay {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && dayOfNumber(numberOfDay(text as JstDay)) === text;
}

/** Days since 1970-01-01: integer arithmetic, for days as table columns and for counting. */
export const numberOfDay = (day: JstDay): number =>
  Date.UTC(Number(day.slice(0, 4)), Number(day.slice(5, 7)) - 1, Number(day.slice(8, 10))) / DAY;

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
