import type { TaxGroup } from '@smartkey/billing-domain';
import { categoryOf } from './pint-lines.ts';
import type { PintLine, PintTaxCategory, PintTaxRow } from './pint-invoice.ts';

/** What tells categories apart: `S 10`. */
export const keyOf = ({ id, percent = '' }: PintTaxCategory): string => `${id} ${percent}`;

/**
 * The tax breakdown: a row for each category and rate of a line, in the order of the document, then of the lines. A fee of 0 yen makes
 * no row on the document by itself, and has one of 0 yen here, for JP PINT wants one for every line.
 */
export function breakdownOf(taxes: readonly TaxGroup[], lines: readonly PintLine[]): readonly PintTaxRow[] {
  const rows = taxes.flatMap(({ taxCode, taxable, tax }): readonly PintTaxRow[] => {
    const category = categoryOf(taxCode);
    return category === undefined ? [] : [{ category, taxable, tax }];
  });
  const keys = new Set(rows.map(({ category }) => keyOf(category)));
  for (const { category } of lines) {
    if (keys.has(keyOf(category))) continue;
    keys.add(keyOf(category));
    rows.push({ category, taxable: '0', tax: '0' });
  }
  return rows;
}
