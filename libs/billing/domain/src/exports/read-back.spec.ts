import { describe, expect, it } from '@jest/globals';
import { sumOfYen, type Yen } from '@smartkey/money';
import fc from 'fast-check';
import type { Invoice } from '../invoice/invoice.ts';
import type { TaxCode } from '../tax/tax-code.ts';
import { bookedLines } from './booked-line.ts';
import { CANONICAL } from './columns/canonical.columns.ts';
import { NO_TOTALS, withDocument } from './control-totals.ts';
import { ERP_PRODUCTS, type ErpProduct } from './export-format.ts';
import { documentOf, TAX_CODES } from './exports.samples.ts';
import { DEFAULT_EXPORT_SETTINGS, type ProductSettings } from './settings/export-settings.ts';
import { cellsOf, faultsOfCells, journalRows, PRODUCT_TABLES } from './table-rows.ts';

type Record_ = Readonly<Record<string, string>>;
interface Read {
  readonly code: TaxCode;
  readonly net: bigint;
  readonly tax: bigint;
}

const inclusive = (code: TaxCode, gross: bigint, tax: bigint): Read => ({ code, net: gross - tax, tax });
const negative = ({ code, net, tax }: Read): Read => ({ code, net: -net, tax: -tax });
const codeOf = ({ taxNames }: ProductSettings, name: string | undefined): TaxCode =>
  TAX_CODES.find((code) => taxNames[code] === name)!;

/** Each product's file as somebody would read it who knows its columns and nothing of how it was written. */
const READERS: Readonly<Record<ErpProduct, (record: Record_, settings: ProductSettings) => Read>> = {
  freee: (record, settings) => {
    const [amount, tax] = [BigInt(record['金額']!), BigInt(record['税額']!)];
    const code = codeOf(settings, record['税区分']);
    const read = record['税計算区分'] === '内税' ? inclusive(code, amount, tax) : { code, net: amount, tax };
    return record['収支区分'] === '収入' ? read : negative(read);
  },
  moneyforward: (record, settings) => bySides(record, settings, '金額(円)', '税額'),
  yayoi: (record, settings) => bySides(record, settings, '金額', '税金額'),
  'kanjo-bugyo': (record, settings) => {
    const isCredit = record['CSJS301'] === settings.sales.account;
    const of = (field: string) => record[`CSJS${isCredit ? 3 : 2}${field}`]!;
    const codes: Record_ = { '8.0': 'JP-STD-8-2014', '8.1': 'JP-RED-8-2019', '10.0': 'JP-STD-10-2019' };
    const code = (codes[`${of('20')}.${of('22')}`] ?? 'JP-OUT') as TaxCode;
    const [main, tax] = [BigInt(of('13')), BigInt(of('14'))];
    const read = settings.taxEntry === 'exclusive' ? { code, net: main, tax } : inclusive(code, main, tax);
    return isCredit ? read : negative(read);
  },
};

function bySides(record: Record_, settings: ProductSettings, amount: string, tax: string): Read {
  const isCredit = record['貸方勘定科目'] === settings.sales.account;
  const side = isCredit ? '貸方' : '借方';
  const code = codeOf(settings, record[`${side}税区分`]);
  const read = inclusive(code, BigInt(record[`${side}${amount}`]!), BigInt(record[`${side}${tax}`]!));
  expect(record['借方' + amount]).toBe(record['貸方' + amount]);
  return isCredit ? read : negative(read);
}

/** What records come to per code, those of 0 left out. */
function totalsOf(reads: readonly Read[]): Readonly<Record<string, readonly [Yen, Yen]>> {
  const totals: Record<string, readonly [Yen, Yen]> = {};
  for (const { code, net, tax } of reads) {
    const [netBefore, taxBefore] = totals[code] ?? ['0', '0'];
    totals[code] = [sumOfYen([netBefore, `${net}`]), sumOfYen([taxBefore, `${tax}`])];
  }
  return withoutZeros(totals);
}
const withoutZeros = (totals: Readonly<Record<string, readonly [Yen, Yen]>>) =>
  Object.fromEntries(Object.entries(totals).filter(([, [net, tax]]) => net !== '0' || tax !== '0'));

const expectedOf = (documents: readonly Invoice[]) => {
  const { rates } = documents.reduce(withDocument, NO_TOTALS);
  return withoutZeros(
    Object.fromEntries(rates.map(({ taxCode, net, tax }) => [taxCode, [net, tax] as const])),
  );
};

const month = fc
  .array(
    fc.record({
      rounding: fc.constantFrom('floor' as const, 'ceil' as const, 'halfUp' as const),
      lines: fc.array(
        fc.record({
          amount: fc.integer({ min: -99_999, max: 99_999_999 }).map((yen): Yen => `${BigInt(yen)}`),
          taxCode: fc.constantFrom(...TAX_CODES),
        }),
        { minLength: 1, maxLength: 8 },
      ),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((all) => all.map(documentOf));

const linesOf = (document: Invoice) =>
  bookedLines(document, { customerCode: 'K-1', postingDate: 'last-day-of-supply' });

describe('a file read back by its own columns comes to the tax rows of its documents, to the yen', () => {
  it.each(
    ERP_PRODUCTS.flatMap(
      (product) =>
        [
          [product, 'inclusive'],
          [product, 'exclusive'],
        ] as const,
    ),
  )('%s, %s', (product, taxEntry) =>
    fc.assert(
      fc.property(month, (documents) => {
        const settings = { ...DEFAULT_EXPORT_SETTINGS.products[product], taxEntry };
        const table = PRODUCT_TABLES[product];
        const reads = documents.flatMap((document) =>
          journalRows(linesOf(document), settings, 0).map((row) => {
            const cells = cellsOf(table, row);
            expect(faultsOfCells(table, cells, row.line)).toEqual([]);
            const record = Object.fromEntries(table.columns.map(({ name }, at) => [name, cells[at]!]));
            return READERS[product](record, settings);
          }),
        );
        expect(totalsOf(reads)).toEqual(expectedOf(documents));
      }),
      { numRuns: 60 },
    ),
  );

  it('canonical-csv', () =>
    fc.assert(
      fc.property(month, (documents) => {
        const reads = documents.flatMap((document) =>
          linesOf(document).map((line) => {
            const row = { line, exportBatchId: '', revision: 0, eventHash: '', accountCodes: {} };
            const cells = cellsOf(CANONICAL, row);
            const at = (name: string) =>
              cells[CANONICAL.columns.findIndex((column) => column.name === name)]!;
            return { code: at('taxCode') as TaxCode, net: BigInt(at('net')), tax: BigInt(at('lineTax')) };
          }),
        );
        expect(totalsOf(reads)).toEqual(expectedOf(documents));
      }),
      { numRuns: 60 },
    ));
});
