import { isFormula, paired } from '@smartkey/kernel';
import type { BookedLine } from './booked-line.ts';
import { brokenBy } from './cell-rules.ts';
import type { TableOf } from './columns/column.ts';
import { FREEE } from './columns/freee.columns.ts';
import type { JournalRow } from './columns/journal-entry.ts';
import { KANJO_BUGYO } from './columns/kanjo-bugyo.columns.ts';
import { MONEYFORWARD } from './columns/moneyforward.columns.ts';
import { YAYOI } from './columns/yayoi.columns.ts';
import type { ErpProduct } from './export-format.ts';
import type { ProductSettings } from './settings/export-settings.ts';

/** The columns of each product. */
export const PRODUCT_TABLES: Readonly<Record<ErpProduct, TableOf<JournalRow>>> = {
  freee: FREEE,
  moneyforward: MONEYFORWARD,
  yayoi: YAYOI,
  'kanjo-bugyo': KANJO_BUGYO,
};

/** A cell that a file cannot hold. */
export interface ExportFault {
  /** Of the document. */
  readonly number: string;
  /** `n` of its line; missing where the fault is of the document. */
  readonly line?: number;
  /** The column, or the field of the document. */
  readonly field: string;
  readonly rule: string;
  readonly detail: string;
}

export const cellsOf = <Row>({ columns }: TableOf<Row>, row: Row): readonly string[] =>
  columns.map(({ of }) => of(row));

/** Every cell of a row that the product would not take, or a spreadsheet would run. */
export function faultsOfCells<Row>(
  { columns }: TableOf<Row>,
  cells: readonly string[],
  { number, n }: Pick<BookedLine, 'number' | 'n'>,
): readonly ExportFault[] {
  return paired(columns, cells).flatMap(([{ name, limit }, cell]): ExportFault[] => {
    const at = { number, line: n, field: name };
    const broken = limit && brokenBy(limit, cell);
    return [
      ...(isFormula(cell)
        ? [{ ...at, rule: 'formula', detail: 'The cell would run as a formula in a spreadsheet.' }]
        : []),
      ...(broken ? [{ ...at, ...broken }] : []),
    ];
  });
}

/**
 * One document's lines as rows of a journal, those of 0 yen left out: lines of one day are one slip.
 * @param slips how many slips the file has before them.
 */
export function journalRows(
  lines: readonly BookedLine[],
  settings: ProductSettings,
  slips: number,
): readonly JournalRow[] {
  const days = new Map<string, number>();
  return lines
    .filter(({ gross }) => gross !== '0')
    .sort((a, b) => (a.postedOn < b.postedOn ? -1 : a.postedOn > b.postedOn ? 1 : 0))
    .map((line) => {
      const firstOfSlip = !days.has(line.postedOn);
      if (firstOfSlip) days.set(line.postedOn, slips + days.size + 1);
      return { line, settings, slip: days.get(line.postedOn)!, firstOfSlip };
    });
}
