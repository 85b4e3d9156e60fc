import { big, decimalOf, roundToYen, type Decimal, type Yen, type YenRounding } from '@smartkey/money';
import { coefficientOf, decimalOfThousandths } from './coefficient.ts';
import type { UsedDaysHistogram } from './used-days.ts';

export interface AccountUsageCharge {
  /** Sum of the accounts' coefficients, `"101.708"`. */
  readonly coefficientSum: Decimal;
  readonly amount: Yen;
}

/** The fee of one account before any rounding: 17 of 31 days at 300 yen are 164.4. */
export const feeOfAccount = (usedDays: number, daysInMonth: number, accountFee: Decimal): Decimal =>
  decimalOf(big(coefficientOf(usedDays, daysInMonth)).times(accountFee).times('0.001'));

/** Sum of coefficients over all accounts, in thousandths. */
export const coefficientSumOf = (histogram: UsedDaysHistogram, daysInMonth: number): number =>
  histogram.reduce((sum, [days, accounts]) => sum + accounts * coefficientOf(days, daysInMonth), 0);

/**
 * アカウント使用料 (別紙1 備考(1)): each account's coefficient × the quoted amount, summed over all accounts, rounded to yen once.
 * The sum is folded from the histogram of used days, which gives the same as adding up account by account.
 */
export function rateAccountUsage(
  histogram: UsedDaysHistogram,
  daysInMonth: number,
  accountFee: Decimal,
  rounding: YenRounding,
): AccountUsageCharge {
  const thousandths = coefficientSumOf(histogram, daysInMonth);
  return {
    coefficientSum: decimalOfThousandths(thousandths),
    amount: roundToYen(big(thousandths).times(accountFee).times('0.001'), rounding),
  };
}
