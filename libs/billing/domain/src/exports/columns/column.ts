import type { CellLimit } from '../cell-rules.ts';

/** One column of a file: its name in the header, what stands in it, and how much of it the reader takes. */
export interface FileColumn<Row> {
  readonly name: string;
  readonly of: (row: Row) => string;
  readonly limit?: CellLimit;
}

/** Version and columns of a format, as its reader wants them. */
export interface TableOf<Row> {
  /** Recorded with each export; raised by every change of columns or of their meaning. */
  readonly schemaVersion: string;
  /** Whether the file begins with the names of the columns. */
  readonly hasHeader: boolean;
  readonly columns: readonly FileColumn<Row>[];
}

export const characters = (max: number): CellLimit => ({ unit: 'characters', max });
export const halfWidths = (max: number): CellLimit => ({ unit: 'half-widths', max });
export const amountDigits = (max: number): CellLimit => ({ unit: 'amount-digits', max });
