import type { Instant } from '@smartkey/kernel';
import { jstDayOf, type JstDay } from './jst-day.ts';
import { addMonths, monthOf, type ServiceMonth } from './service-month.ts';

/**
 * The days that anybody may speak of. Between them days, months and instants can be compared as text, with a day or a month added to
 * them as well; that ends with the year 9999.
 */
export const FIRST_DAY: JstDay = '1970-01-01';
export const LAST_DAY: JstDay = '2999-12-31';

/** So many months after the present one may be planned for and asked about: each may cost work, and one far off is a slip. */
export const MONTHS_AHEAD = 12;

/** The last service month that may be planned for or asked about at an instant. */
export const lastMonthAhead = (now: Instant): ServiceMonth => addMonths(monthOf(now), MONTHS_AHEAD);

export const isDayWithinReach = (day: JstDay): boolean => day >= FIRST_DAY && day <= LAST_DAY;

/** Whether the instant lies on such a day. */
export const isWithinReach = (instant: Instant): boolean => isDayWithinReach(jstDayOf(instant));
