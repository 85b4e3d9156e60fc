import { need, type Flow } from './flow.ts';
import { widthOf } from './fonts/fonts.ts';
import { linesOf } from './fonts/line-breaks.ts';
import type { Element, TextStyle } from './tagged/tagged-pdf.ts';

export interface PdfColumn {
  readonly head: string;
  readonly width: number;
  readonly align: 'left' | 'right' | 'center';
}

/** Some text in a cell. A cell that is aligned to the right holds figures: it is set smaller where it would not fit, never broken. */
export interface CellText {
  readonly text: string;
  readonly style: TextStyle;
}

export interface Cell {
  readonly texts: readonly CellText[];
  /** The cell that names its row. */
  readonly isHead?: boolean;
}

export const cell = (text: string, style: TextStyle): Cell => ({ texts: [{ text, style }] });

export interface TableLook {
  readonly x: number;
  readonly columns: readonly PdfColumn[];
  readonly head: TextStyle;
  readonly padding: { readonly x: number; readonly y: number };
  readonly rule: string;
  readonly headBand?: string;
}

interface SetLine {
  readonly text: string;
  readonly style: TextStyle;
  readonly x: number;
  /** From the upper edge of the row to the baseline. */
  readonly baseline: number;
}

const LEADING = 1.35;
/** Share of a letter's height above its baseline. */
const ASCENT = 0.88;

/** A table that goes on over pages: its head stands on each, the later ones as artifacts. */
export class PdfTable {
  readonly #table: Element;

  constructor(
    private readonly flow: Flow,
    private readonly look: TableLook,
  ) {
    this.#table = flow.pdf.group('Table');
    this.#head(false);
  }

  get width(): number {
    return this.look.columns.reduce((sum, { width }) => sum + width, 0);
  }

  /** The head once more, on a page that the table goes on on. */
  repeatHead(): void {
    this.#head(true);
  }

  heightOf(cells: readonly Cell[]): number {
    return this.#set(cells).height;
  }

  /** A row; who wants the head on a new page turns before. `closed`: with a rule below. */
  row(cells: readonly Cell[], closed = true): void {
    const { pdf } = this.flow;
    const { lines, height } = this.#set(cells);
    const top = this.flow.y;
    const row = pdf.group('TR', this.#table);
    lines.forEach((cell, index) => {
      const isHead = cells[index]!.isHead === true;
      pdf.element(
        isHead ? 'TH' : 'TD',
        () => {
          for (const { text, style, x, baseline } of cell) pdf.text(text, x, top + baseline, style);
        },
        row,
        isHead ? { scope: 'Row' } : {},
      );
    });
    row.end();
    this.flow.y += height;
    if (closed) this.rule();
  }

  rule(width = 0.4): void {
    const { x } = this.look;
    this.flow.pdf.artifact(() =>
      this.flow.pdf.line(x, this.flow.y, x + this.width, this.flow.y, width, this.look.rule),
    );
  }

  end(): void {
    this.#table.end();
  }

  #head(again: boolean): void {
    const { pdf } = this.flow;
    const { columns, head, headBand, x } = this.look;
    const cells = columns.map(({ head: text }): Cell => ({ texts: [{ text, style: head }] }));
    const { lines, height } = this.#set(cells);
    if (!again) need(this.flow, height * 2.5);
    const top = this.flow.y;
    if (headBand !== undefined) pdf.artifact(() => pdf.box(x, top, this.width, height, headBand));
    const draw = (cell: readonly SetLine[]) => () => {
      for (const line of cell) pdf.text(line.text, line.x, top + line.baseline, line.style);
    };
    if (again) pdf.artifact(() => lines.forEach((cell) => draw(cell)()), 'Pagination');
    else {
      const row = pdf.group('TR', this.#table);
      for (const cell of lines) pdf.element('TH', draw(cell), row, { scope: 'Column' });
      row.end();
    }
    this.flow.y += height;
    this.rule(0.8);
  }

  #set(cells: readonly Cell[]): { readonly lines: readonly (readonly SetLine[])[]; readonly height: number } {
    const { padding, columns } = this.look;
    let left = this.look.x;
    let height = 0;
    // The first line of each cell stands on one baseline.
    const first = padding.y + ASCENT * Math.max(...cells.map(({ texts }) => texts[0]?.style.size ?? 0));
    const lines = cells.map(({ texts }, index) => {
      const column = columns[index]!;
      const room = column.width - 2 * padding.x;
      const set: SetLine[] = [];
      let down = first - ASCENT * (texts[0]?.style.size ?? 0);
      for (const { text, style } of texts) {
        const fitted = column.align === 'right' ? shrunk(text, style, room) : style;
        const { size, weight = 'regular', columnFigures = false } = fitted;
        const parts = column.align === 'right' ? [text] : linesOf(text, room, size, weight);
        for (const part of parts) {
          const free = room - widthOf(part, size, weight, columnFigures);
          const shift = { left: 0, center: free / 2, right: free }[column.align];
          set.push({
            text: part,
            style: fitted,
            x: left + padding.x + shift,
            baseline: down + size * ASCENT,
          });
          down += size * LEADING;
        }
      }
      left += column.width;
      height = Math.max(height, down + padding.y);
      return set;
    });
    return { lines, height };
  }
}

/** A style in which a text fits: figures are never broken into lines. */
export function shrunk(text: string, style: TextStyle, room: number): TextStyle {
  const width = widthOf(text, style.size, style.weight ?? 'regular', style.columnFigures);
  return width <= room ? style : { ...style, size: (style.size * room) / width };
}
