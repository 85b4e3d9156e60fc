import { addDays, type JstDay } from '@smartkey/calendar';

/** Where nothing is said of the issuer's tax periods: the year of most companies in Japan. */
const USUAL_END = '03-31';

/** The last day of February is said as 02-29. */
const lastDayIn = (year: number, end: string): JstDay =>
  end === '02-29' ? addDays(`${year}-03-01` as JstDay, -1) : (`${year}-${end}` as JstDay);

/**
 * The fiscal year (事業年度) that a day lies in, named by its last day.
 * @param end last day of the issuer's tax periods, `03-31`.
 */
export function fiscalYearOf(day: JstDay, end: string = USUAL_END): JstDay {
  const year = Number(day.slice(0, 4));
  const last = lastDayIn(year, end);
  return day <= last ? last : lastDayIn(year + 1, end);
}
