import { sumOfYen, type Yen } from '@smartkey/money';
import type { Invoice } from '../invoice/invoice.ts';
import type { TaxCode } from '../tax/tax-code.ts';
import { byRate } from '../tax/tax-groups.ts';

/** What a file comes to under one tax code. The old and the reduced 8 % are different rates. */
export interface RateTotals {
  readonly taxCode: TaxCode;
  /** Per cent; missing for what is out of scope. */
  readonly rate?: string;
  readonly net: Yen;
  readonly tax: Yen;
  readonly gross: Yen;
}

/** What a file comes to: equal to the tax rows of its documents to the yen. */
export interface ControlTotals {
  readonly documents: number;
  /** Lines of the documents, those of 0 yen among them. */
  readonly lines: number;
  readonly net: Yen;
  readonly tax: Yen;
  readonly gross: Yen;
  /** Highest rate first, out of scope last. */
  readonly rates: readonly RateTotals[];
}

export const NO_TOTALS: ControlTotals = {
  documents: 0,
  lines: 0,
  net: '0',
  tax: '0',
  gross: '0',
  rates: [],
};

/** The totals with one more document. */
export function withDocument(totals: ControlTotals, document: Invoice): ControlTotals {
  const rates = new Map(totals.rates.map((each) => [each.taxCode, each]));
  for (const { taxCode, rate, taxable, tax } of document.taxes) {
    const before = rates.get(taxCode);
    rates.set(taxCode, {
      taxCode,
      ...(rate !== undefined && taxCode !== 'JP-OUT' && { rate }),
      net: sumOfYen([before?.net ?? '0', taxable]),
      tax: sumOfYen([before?.tax ?? '0', tax]),
      gross: sumOfYen([before?.gross ?? '0', taxable, tax]),
    });
  }
  return {
    documents: totals.documents + 1,
    lines: totals.lines + document.lines.length,
    net: sumOfYen([totals.net, document.net]),
    tax: sumOfYen([totals.tax, document.tax]),
    gross: sumOfYen([totals.gross, document.total]),
    rates: [...rates.values()].sort((a, b) => byRate(a.taxCode, b.taxCode)),
  };
}
