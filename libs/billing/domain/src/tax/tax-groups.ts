import { big, roundToYen, sumOfYen, type Yen, type YenRounding } from '@smartkey/money';
import { TAX_RATES, type TaxCode } from './tax-code.ts';

/** The tax of one code on one document. */
export interface TaxGroup {
  readonly taxCode: TaxCode;
  /** Per cent. */
  readonly rate: string;
  readonly taxable: Yen;
  readonly tax: Yen;
}

/**
 * Tax per code of a document, rounded once per code (消令70の10): three lines of 105 yen at 10 % carry 31 yen, never 30. On the
 * absolute value: −305 carries −30. In the order of the codes' names.
 */
export function taxesOf(
  lines: readonly { readonly taxCode: TaxCode; readonly amount: Yen }[],
  rounding: YenRounding,
): readonly TaxGroup[] {
  return [...new Set(lines.map((line) => line.taxCode))].sort().map((taxCode) => {
    const taxable = sumOfYen(lines.filter((line) => line.taxCode === taxCode).map((line) => line.amount));
    const rate = TAX_RATES[taxCode];
    return { taxCode, rate, taxable, tax: roundToYen(big(taxable).times(rate).times('0.01'), rounding) };
  });
}
