import holidayJp from '@holiday-jp/holiday_jp';
import { addDays, numberOfDay, type JstDay } from '@smartkey/calendar';

const NATIONAL_HOLIDAYS: ReadonlySet<string> = new Set(Object.keys(holidayJp.holidays));
const YEAR_END: ReadonlySet<string> = new Set(['12-31', '01-01', '01-02', '01-03']);

/** Banks are closed on Saturdays, Sundays, national holidays and from 31 December to 3 January (銀行法施行令). */
export function isBankingDay(day: JstDay): boolean {
  const weekday = (numberOfDay(day) + 4) % 7; // 0 is Sunday; 1970-01-01 was a Thursday
  return weekday !== 0 && weekday !== 6 && !YEAR_END.has(day.slice(5)) && !NATIONAL_HOLIDAYS.has(day);
}

/** The day itself where banks are open, else the next day on which they are (`-1`: the one before). */
export function toBankingDay(day: JstDay, direction: 1 | -1): JstDay {
  let moved = day;
  while (!isBankingDay(moved)) moved = addDays(moved, direction);
  return moved;
}
