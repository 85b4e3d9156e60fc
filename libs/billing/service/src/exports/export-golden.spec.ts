import { describe, expect, it } from '@jest/globals';
import {
  bookedLines,
  CANONICAL,
  cellsOf,
  DEFAULT_EXPORT_SETTINGS,
  ERP_PRODUCTS,
  faultsOfCells,
  journalRows,
  PRODUCT_TABLES,
  type ErpProduct,
  type Invoice,
} from '@smartkey/billing-domain';
import { CsvEncoder, type CsvEncoding } from '@smartkey/http';
import { readFileSync, writeFileSync } from 'node:fs';

const fileOf = (name: string): URL => new URL(`../../golden/${name}`, import.meta.url);

/**
 * Documents as they were issued: January 2018, September and October 2019 with a fee of the other, September and October 2023,
 * January 2024 with one out of scope, February with an adjustment of January, a credit note, a correction up and one down.
 */
const documents = JSON.parse(readFileSync(fileOf('export-documents.json'), 'utf8')) as readonly Invoice[];
const linesOf = (document: Invoice) =>
  bookedLines(document, { customerCode: 'K-0001', postingDate: 'last-day-of-supply' });

function tableOf(product: ErpProduct): readonly (readonly string[])[] {
  const settings = DEFAULT_EXPORT_SETTINGS.products[product];
  let slips = 0;
  return documents.flatMap((document) => {
    const rows = journalRows(linesOf(document), settings, slips);
    slips += rows.filter(({ firstOfSlip }) => firstOfSlip).length;
    return rows.map((row) => {
      const cells = cellsOf(PRODUCT_TABLES[product], row);
      expect(faultsOfCells(PRODUCT_TABLES[product], cells, row.line)).toEqual([]);
      return cells;
    });
  });
}

const canonical = () =>
  documents.flatMap((document, revision) =>
    linesOf(document).map((line) =>
      cellsOf(CANONICAL, {
        line,
        exportBatchId: 'exp_1',
        revision,
        eventHash: 'ff',
        accountCodes: { BASE: '4110', ACCOUNT: '4120' },
      }),
    ),
  );

/** The very bytes of a file; written where it is not there yet, and never edited. */
function expectGolden(
  name: string,
  {
    columns,
    hasHeader,
  }: Pick<(typeof PRODUCT_TABLES)['freee'], 'hasHeader'> & {
    readonly columns: readonly { readonly name: string }[];
  },
  rows: readonly (readonly string[])[],
  encoding: CsvEncoding,
): void {
  const names = columns.map((column) => column.name);
  const encoder = new CsvEncoder(names, encoding, hasHeader);
  const bytes = Buffer.concat([encoder.head(), encoder.page(rows)]);
  if (process.env['WRITE_GOLDEN'] === '1') writeFileSync(fileOf(name), bytes);
  expect(readFileSync(fileOf(name)).equals(bytes)).toBe(true);
}

describe('files for ERPs keep their bytes', () => {
  it.each(ERP_PRODUCTS)('%s', (product) => {
    const table = PRODUCT_TABLES[product];
    const encoding = product === 'freee' || product === 'moneyforward' ? 'utf-8-bom' : 'shift_jis';
    expectGolden(`exports.${product}.${table.schemaVersion}.csv`, table, tableOf(product), encoding);
  });
  it('canonical-csv', () =>
    expectGolden(
      `exports.canonical-csv.${CANONICAL.schemaVersion}.csv`,
      CANONICAL,
      canonical(),
      'utf-8-bom',
    ));
});
