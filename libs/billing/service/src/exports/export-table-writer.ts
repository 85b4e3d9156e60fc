import {
  bookedLines,
  CANONICAL,
  cellsOf,
  customerCodeOf,
  faultsOfCells,
  fiscalYearOf,
  FREEE_MOST_BYTES,
  isProduct,
  journalRows,
  PRODUCT_TABLES,
  type BookedLine,
  type ExportEncoding,
  type ExportFault,
  type ExportSettings,
  type Invoice,
  type BillingProfile,
  type TableFormat,
} from '@smartkey/billing-domain';
import { nameOfCodePoint, unmappablesIn } from '@smartkey/http';
import { groupBy } from '@smartkey/kernel';
import type { LoggedInvoice } from '../log/invoice-log.ts';
import type { ExportFiles } from './export-files.ts';
import { ExportSheets, type WrittenSheets } from './export-sheets.ts';

export interface TableToWrite {
  readonly id: string;
  readonly format: TableFormat;
  readonly encoding: ExportEncoding;
  readonly settings: ExportSettings;
  /** Last day of the issuer's tax periods at a day, `03-31`. */
  readonly taxPeriodEnd: (document: Invoice) => string | undefined;
}

interface Row {
  readonly line: BookedLine;
  readonly cells: readonly string[];
}

/** Writes documents as the table of a format; what the format has no place for is told, and then nothing more is written. */
export class ExportTableWriter {
  readonly #sheets: ExportSheets;
  readonly #columns: readonly string[];

  constructor(
    files: ExportFiles,
    private readonly table: TableToWrite,
  ) {
    const { columns, hasHeader } = isProduct(table.format) ? PRODUCT_TABLES[table.format] : CANONICAL;
    this.#columns = columns.map(({ name }) => name);
    this.#sheets = new ExportSheets(files, table.id, {
      columns: this.#columns,
      hasHeader,
      encoding: table.encoding,
      ...(table.format === 'freee' && { mostBytes: FREEE_MOST_BYTES }),
    });
  }

  /**
   * @param writes false: only looks for faults.
   * @returns every cell that cannot be written.
   */
  async append(
    logged: LoggedInvoice,
    profile: BillingProfile,
    writes: boolean,
  ): Promise<readonly ExportFault[]> {
    const { invoice } = logged;
    const { postingDate } = this.table.settings;
    const customerCode = customerCodeOf(profile, invoice.contract);
    const lines = bookedLines(invoice, { customerCode, postingDate });
    mustAddUp(invoice, lines);
    const groups = [...this.#groups(invoice, lines)];
    const faults = groups.flatMap(([, own]) => this.#rows(logged, own, 0).rows.flatMap(this.#faultsOf));
    if (faults.length > 0 || !writes) return onceEach(faults);
    for (const [key, own] of groups)
      await this.#sheets.append(key, (slips) => {
        const made = this.#rows(logged, own, slips);
        return { rows: made.rows.map(({ cells }) => cells), slips: made.slips };
      });
    return [];
  }

  end(nameOfCodePoint: (sheet: string) => string): Promise<WrittenSheets> {
    return this.#sheets.end(nameOfCodePoint);
  }

  /** Lines by the table that they go in. */
  #groups(invoice: Invoice, lines: readonly BookedLine[]): ReadonlyMap<string, readonly BookedLine[]> {
    if (this.table.format !== 'moneyforward') return new Map([['', lines]]);
    const end = this.table.taxPeriodEnd(invoice);
    return groupBy(lines, ({ postedOn }) => fiscalYearOf(postedOn, end));
  }

  #rows(
    { revision, hash }: LoggedInvoice,
    lines: readonly BookedLine[],
    slips: number,
  ): { readonly rows: readonly Row[]; readonly slips: number } {
    const { format, settings, id } = this.table;
    if (isProduct(format)) {
      const made = journalRows(lines, settings.products[format], slips);
      const rows = made.map((row) => ({ line: row.line, cells: cellsOf(PRODUCT_TABLES[format], row) }));
      return { rows, slips: made.filter(({ firstOfSlip }) => firstOfSlip).length };
    }
    const { accountCodes } = settings;
    const rows = lines.map((line) => ({
      line,
      cells: cellsOf(CANONICAL, { line, exportBatchId: id, revision, eventHash: hash, accountCodes }),
    }));
    return { rows, slips: 0 };
  }

  readonly #faultsOf = ({ line, cells }: Row): readonly ExportFault[] => {
    const { format, encoding } = this.table;
    const broken = isProduct(format)
      ? faultsOfCells(PRODUCT_TABLES[format], cells, line)
      : faultsOfCells(CANONICAL, cells, line);
    const unmappable = cells.flatMap((cell, index) =>
      unmappablesIn(cell, encoding).map((codePoint) => ({
        number: line.number,
        line: line.n,
        field: this.#columns[index]!,
        rule: encoding,
        detail: `${String.fromCodePoint(codePoint)} (${nameOfCodePoint(codePoint)}) has no place in CP932; ask for utf-8-bom.`,
      })),
    );
    return [...broken, ...unmappable];
  };
}

/** A fault of the document stands in the same field of each of its lines: it is told once, of the first. */
function onceEach(faults: readonly ExportFault[]): readonly ExportFault[] {
  const told = new Map<string, ExportFault>();
  for (const fault of faults) {
    const key = JSON.stringify([fault.number, fault.field, fault.rule, fault.detail]);
    if (!told.has(key)) told.set(key, fault);
  }
  return [...told.values()];
}

/** What lines come to is what the document's tax rows say, to the yen: no file may say otherwise. */
function mustAddUp({ number, taxes }: Invoice, lines: readonly BookedLine[]): void {
  for (const { taxCode, taxable, tax } of taxes) {
    const own = lines.filter((line) => line.taxCode === taxCode);
    const sum = (part: 'net' | 'tax'): bigint => own.reduce((all, line) => all + BigInt(line[part]), 0n);
    if (sum('net') !== BigInt(taxable) || sum('tax') !== BigInt(tax))
      throw new Error(`${number}: the lines do not add up to the tax row ${taxCode}`);
  }
}
