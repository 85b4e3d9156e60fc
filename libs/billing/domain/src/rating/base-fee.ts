import { numberOfDay, daysIn, type ClosedSpan, type ServiceMonth } from '@smartkey/calendar';
import { big, roundToYen, type Yen, type YenRounding } from '@smartkey/money';
import type { BaseFeeInPartialMonth } from '@smartkey/terms';

/**
 * 月額基本料 (別紙1, 2). In a month that the billing window covers only in part it is full, for the terms prorate only the account
 * usage, unless the quote says `prorated`: base × days ÷ days of the month, exactly, rounded to yen once.
 */
export function rateBaseFee(
  baseFee: Yen,
  inPartialMonth: BaseFeeInPartialMonth,
  month: ServiceMonth,
  window: ClosedSpan,
  rounding: YenRounding,
): Yen {
  const days = numberOfDay(window.to) - numberOfDay(window.from) + 1;
  if (inPartialMonth === 'full' || days === daysIn(month)) return roundToYen(big(baseFee), rounding);
  return exactQuotientInYen(baseFee, days, daysIn(month), rounding);
}

/** amount × days ÷ daysInMonth in whole yen without an inexact intermediate: integer division, then the remainder decides. */
function exactQuotientInYen(amount: Yen, days: number, daysInMonth: number, rounding: YenRounding): Yen {
  const dividend = BigInt(amount) * BigInt(days);
  const divisor = BigInt(daysInMonth);
  const floor = dividend / divisor;
  const remainder = dividend % divisor;
  const up = rounding === 'ceil' ? remainder > 0n : rounding === 'halfUp' && remainder * 2n >= divisor;
  return `${up ? floor + 1n : floor}`;
}
