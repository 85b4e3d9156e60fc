import { expect, it } from '@jest/globals';
import { TAX_RATES, taxesByRate, type InvoiceLine, type TaxCode } from '@smartkey/billing-domain';
import { sumOfYen, type Yen } from '@smartkey/money';
import fc from 'fast-check';
import { XmlDocument, type XmlElement } from 'libxml2-wasm';
import type { PrintableDocument } from '../printable-document.ts';
import { golden } from './jp-pint.fixture.ts';
import { renderJpPint } from './render-jp-pint.ts';

const january = golden('2024-01');
/** What JP PINT has a category for. */
const CATEGORIES: Readonly<Record<string, TaxCode>> = {
  S: 'JP-STD-10-2019',
  AA: 'JP-RED-8-2019',
  O: 'JP-OUT',
};

const printable = fc
  .record({
    rounding: fc.constantFrom('floor' as const, 'ceil' as const, 'halfUp' as const),
    lines: fc.array(
      fc.record({
        amount: fc
          .oneof(
            { arbitrary: fc.integer({ min: -99_999, max: 99_999_999 }), weight: 3 },
            { arbitrary: fc.constant(0), weight: 1 },
          )
          .map((yen): Yen => `${BigInt(yen)}`),
        quantity: fc.constantFrom('1', '-1', '3', '101.708'),
        taxCode: fc.constantFrom(...Object.values(CATEGORIES)),
      }),
      { minLength: 1, maxLength: 8 },
    ),
  })
  .map(({ rounding, lines: parts }): PrintableDocument => {
    const fee = { item: 'one-time-fee', description: '手数料', date: '2024-01-10' } as const;
    const lines = parts.map(({ amount, quantity, taxCode }, index): InvoiceLine => {
      const unitPrice = quantity === '1' ? amount : '300';
      return { n: index + 1, ...fee, fee: `fee_${index}`, quantity, unitPrice, taxCode, amount };
    });
    const taxes = taxesByRate(lines, rounding);
    const net = sumOfYen(lines.map(({ amount }) => amount));
    const tax = sumOfYen(taxes.map((each) => each.tax));
    const document = { ...january.document, lines, taxes, net, tax, total: sumOfYen([net, tax]) };
    return { ...january, document };
  });

const NAMES = {
  cac: 'urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2',
  cbc: 'urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2',
};
interface Rate {
  readonly taxCode: TaxCode;
  readonly taxable: string;
  readonly tax: string;
}

/** The tax breakdown, and what its lines come to, as a reader of the file takes it who knows nothing of how it was written. */
function readBack(xml: string) {
  const file = XmlDocument.fromString(xml);
  try {
    const under = (path: string) => file.find(path, NAMES) as unknown as readonly XmlElement[];
    const of = (element: XmlElement, path: string): string | undefined =>
      element.find(path, NAMES)[0]?.content;
    const rates = under('//cac:TaxSubtotal').map((each): Rate => {
      const taxCode = CATEGORIES[of(each, 'cac:TaxCategory/cbc:ID')!]!;
      expect(of(each, 'cac:TaxCategory/cbc:Percent')).toBe(
        taxCode === 'JP-OUT' ? undefined : TAX_RATES[taxCode],
      );
      return { taxCode, taxable: of(each, 'cbc:TaxableAmount')!, tax: of(each, 'cbc:TaxAmount')! };
    });
    const lines = new Map<TaxCode, bigint>();
    for (const each of under('//cac:InvoiceLine')) {
      const taxCode = CATEGORIES[of(each, 'cac:Item/cac:ClassifiedTaxCategory/cbc:ID')!]!;
      lines.set(taxCode, (lines.get(taxCode) ?? 0n) + BigInt(of(each, 'cbc:LineExtensionAmount')!));
    }
    return { rates, lines, payable: under('//cbc:PayableAmount')[0]!.content };
  } finally {
    file.dispose();
  }
}

it('a file read back by its own fields comes to the tax rows of its document, to the yen, fees of nothing too', () =>
  fc.assert(
    fc.property(printable, (given) => {
      const written = renderJpPint(given);
      if (!written.ok) throw new Error(JSON.stringify(written.error));
      const { rates, lines, payable } = readBack(written.value);
      const { taxes, total } = given.document;
      const byCode = (a: { taxCode: string }, b: { taxCode: string }) => a.taxCode.localeCompare(b.taxCode);
      const rows = taxes.map(({ taxCode, taxable, tax }): Rate => ({ taxCode, taxable, tax }));
      // A code whose fees are all of 0 yen has no row on the document, and one of 0 yen in the file.
      for (const taxCode of new Set(given.document.lines.map((line) => line.taxCode)))
        if (!rows.some((row) => row.taxCode === taxCode)) rows.push({ taxCode, taxable: '0', tax: '0' });
      expect([...rates].sort(byCode)).toEqual(rows.sort(byCode));
      for (const { taxCode, taxable } of taxes) expect(lines.get(taxCode)).toBe(BigInt(taxable));
      expect(payable).toBe(total);
    }),
    { numRuns: 100 },
  ));
