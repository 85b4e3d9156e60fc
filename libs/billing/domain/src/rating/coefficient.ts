import { big, decimalOf, type Decimal } from '@smartkey/money';

/** 日割係数 in thousandths: 548 is 0.548. An integer, so that products and sums stay exact. */
export type Thousandths = number;

/**
 * The coefficient of used days (別紙1 備考(1)): used days ÷ days of the month, cut off at the fourth decimal, so that three
 * decimals are kept. Integer arithmetic; 17 of 31 days are 548 thousandths.
 */
export function coefficientOf(usedDays: number, daysInMonth: number): Thousandths {
  if (!Number.isInteger(usedDays) || usedDays < 0 || usedDays > daysInMonth)
    throw new RangeError(`${usedDays} used days in a month of ${daysInMonth}`);
  return Math.floor((usedDays * 1000) / daysInMonth);
}

/** Thousandths as a decimal: `"0.548"`, `"101.708"`, `"1"`. */
export const decimalOfThousandths = (thousandths: number): Decimal =>
  decimalOf(big(thousandths).times('0.001'));
