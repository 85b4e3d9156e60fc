import { lastDayOf, type JstDay, type ServiceMonth } from '@smartkey/calendar';

/**
 * Consumption tax codes. The old 8 % and the reduced 8 % of 2019 are different taxes at the same rate and never share a
 * total; this service is never reduced-rate.
 */
export type TaxCode = 'JP-STD-8-2014' | 'JP-STD-10-2019' | 'JP-RED-8-2019' | 'JP-OUT';

/** How a line is taxed: at the standard rate of its day, or not at all. */
export type TaxTreatment = 'standard' | 'out-of-scope';

/** Per cent of each code. */
export const TAX_RATES: Readonly<Record<TaxCode, string>> = {
  'JP-STD-8-2014': '8',
  'JP-STD-10-2019': '10',
  'JP-RED-8-2019': '8',
  'JP-OUT': '0',
};

/** First day of the 10 % rate; no transitional treatment, for months close at their end. */
const TEN_PERCENT_FROM: JstDay = '2019-10-01';

/**
 * The code of a line by its own day, whatever the day of issue: for a monthly item the last day of its month, for a fee the
 * day on which it arose. 8 % to 2019-09-30, 10 % from 2019-10-01.
 */
export const taxCodeOn = (day: JstDay, treatment: TaxTreatment = 'standard'): TaxCode => {
  if (treatment === 'out-of-scope') return 'JP-OUT';
  return day < TEN_PERCENT_FROM ? 'JP-STD-8-2014' : 'JP-STD-10-2019';
};

/** Whether the tax of a code is no longer charged in a month: the old 8 % from 2019-10 on. */
export const hasEnded = (taxCode: TaxCode, month: ServiceMonth): boolean =>
  taxCode === 'JP-STD-8-2014' && lastDayOf(month) >= TEN_PERCENT_FROM;
