import { big, roundToYen, sumOfYen, type Yen, type YenRounding } from '@smartkey/money';
import { TAX_RATES, type TaxCode } from './tax-code.ts';

/** The tax of one code on one document. */
export interface TaxGroup {
  readonly taxCode: TaxCode;
  /** Per cent. Missing for what is out of scope; `"0"` there on documents of rule version 2018-01-01.1. */
  readonly rate?: string;
  readonly taxable: Yen;
  readonly tax: Yen;
}

/** What tax needs of a line. */
export interface TaxedLine {
  readonly item: string;
  readonly taxCode: TaxCode;
  readonly amount: Yen;
}

/** Tax on an amount of one code, rounded once, on the absolute value: −305 at 10 % carries −30. */
export const taxOf = (taxable: Yen, taxCode: TaxCode, rounding: YenRounding): Yen =>
  roundToYen(big(taxable).times(TAX_RATES[taxCode]).times('0.01'), rounding);

/** Whole document, rounded once per code: three lines of 105 yen at 10 % carry 31 yen. On the absolute value: −305 carries −30. */
function groupOf(lines: readonly TaxedLine[], taxCode: TaxCode, rounding: YenRounding) {
  const taxable = sumOfYen(lines.filter((line) => line.taxCode === taxCode).map((line) => line.amount));
  return { taxCode, rate: TAX_RATES[taxCode], taxable, tax: taxOf(taxable, taxCode, rounding) };
}

/** Rule version 2018-01-01.1: a row for the code of every line, in the order of the codes' names, out of scope at 0 per cent. */
export const taxesByName = (lines: readonly TaxedLine[], rounding: YenRounding): readonly TaxGroup[] =>
  [...new Set(lines.map((line) => line.taxCode))].sort().map((taxCode) => groupOf(lines, taxCode, rounding));

const MONTHLY_ITEMS: ReadonlySet<string> = new Set(['base', 'account-usage', 'auth-api-usage']);

/**
 * Tax per code of a document, rounded once per code (消令70の10). A row for each code of a monthly item or of a line other than
 * 0 yen, also where it comes to 0; a fee of 0 yen makes none by itself. Highest rate first, then by code; out of scope last
 * and without a rate.
 */
export const taxesByRate = (lines: readonly TaxedLine[], rounding: YenRounding): readonly TaxGroup[] => {
  const standing = lines.filter(({ item, amount }) => amount !== '0' || MONTHLY_ITEMS.has(item));
  return [...new Set(standing.map((line) => line.taxCode))].sort(byRate).map((taxCode) => {
    const { rate, ...group } = groupOf(lines, taxCode, rounding);
    return taxCode === 'JP-OUT' ? group : { ...group, rate };
  });
};

/** Highest rate first, then by code; out of scope last. */
export function byRate(a: TaxCode, b: TaxCode): number {
  const outLast = Number(a === 'JP-OUT') - Number(b === 'JP-OUT');
  return outLast || Number(TAX_RATES[b]) - Number(TAX_RATES[a]) || (a < b ? -1 : 1);
}
