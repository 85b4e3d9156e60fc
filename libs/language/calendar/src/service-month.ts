import type { Instant } from '@smartkey/kernel';
import { addDays, jstDayOf, numberOfDay, startOfDay, type JstDay } from './jst-day.ts';

/**
 * A calendar month in Japan, `2018-01`: the unit of plans (第4条), prices and invoices. From outside by `isServiceMonth` alone.
 * @example 2018-01
 */
export type ServiceMonth = `${number}-${number}`;

export const isServiceMonth = (text: string): text is ServiceMonth => /^\d{4}-(0[1-9]|1[0-2])$/.test(text);

export const monthOfDay = (day: JstDay): ServiceMonth => day.slice(0, 7) as ServiceMonth;
export const monthOf = (instant: Instant): ServiceMonth => monthOfDay(jstDayOf(instant));

/** @throws RangeError for a month that four digits of a year cannot name: as text it would come before the others. */
export function addMonths(month: ServiceMonth, months: number): ServiceMonth {
  const index = Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7)) - 1 + months;
  if (index < 0 || index >= 120_000)
    throw new RangeError(`${month} and ${months} months is no service month`);
  const [year, ofYear] = [Math.floor(index / 12), (index % 12) + 1];
  return `${String(year).padStart(4, '0')}-${String(ofYear).padStart(2, '0')}` as ServiceMonth;
}

export const nextMonth = (month: ServiceMonth): ServiceMonth => addMonths(month, 1);

export const firstDayOf = (month: ServiceMonth): JstDay => `${month}-01`;
export const lastDayOf = (month: ServiceMonth): JstDay => addDays(firstDayOf(nextMonth(month)), -1);
export const daysIn = (month: ServiceMonth): number =>
  numberOfDay(firstDayOf(nextMonth(month))) - numberOfDay(firstDayOf(month));

/** 00:00 JST on the 1st. */
export const startOfMonth = (month: ServiceMonth): Instant => startOfDay(firstDayOf(month));
/** The end of the month: 00:00 JST on the 1st of the next. */
export const endOfMonth = (month: ServiceMonth): Instant => startOfMonth(nextMonth(month));
