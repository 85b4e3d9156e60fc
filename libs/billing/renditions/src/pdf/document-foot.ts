import type { Fact, Grid, Sheet } from '../sheet/sheet.ts';
import { drawFactTable } from './fact-table.ts';
import { need, type Flow } from './flow.ts';
import { linesOf } from './fonts/line-breaks.ts';
import { COLORS, EDGE, LEADING, STYLES } from './looks.ts';
import { PdfTable, type Cell, type PdfColumn } from './table.ts';
import { mm } from './tagged/measures.ts';
import type { TextStyle } from './tagged/tagged-pdf.ts';

const GAP = mm(5);
const RIGHT = { x: mm(112), width: mm(78) } as const;

/** What stands below the lines: totals, totals per rate, originals that are corrected, the account to pay into. */
export function drawFoot(flow: Flow, sheet: Sheet): void {
  drawTotals(flow, sheet);
  if (sheet.corrections !== undefined) drawCorrections(flow, sheet.corrections);
  drawBank(flow, sheet.bank);
  drawRemarks(flow, sheet.remarks);
}

/** Totals on the right; on the left, beside them, those per rate. */
function drawTotals(flow: Flow, { rates, totals }: Sheet): void {
  const rowHeight = 17;
  need(flow, GAP + rowHeight * (Math.max(totals.length, (rates?.rows.length ?? 0) + 2) + 1));
  flow.y += GAP;
  const top = flow.y;
  let left = top;
  if (rates !== undefined) {
    drawGrid(flow, rates, EDGE.left, [mm(20), mm(34), mm(30)], new Set([1, 2]));
    left = flow.y;
  }
  flow.y = top;
  const table = new PdfTable(flow, {
    x: RIGHT.x,
    columns: [
      { head: '合計', width: mm(40), align: 'left' },
      { head: '金額', width: mm(38), align: 'right' },
    ],
    head: STYLES.tableHead,
    padding: { x: 4, y: 3 },
    rule: COLORS.faint,
  });
  totals.forEach(({ label, value }, index) => {
    const isLast = index === totals.length - 1;
    const figures = isLast ? { ...STYLES.figures, size: 11, weight: 'bold' as const } : STYLES.figures;
    table.row([
      { texts: [{ text: label, style: isLast ? STYLES.strong : STYLES.body }], isHead: true },
      { texts: [{ text: value, style: figures }] },
    ]);
  });
  table.rule(0.8);
  table.end();
  flow.y = Math.max(flow.y, left);
}

/** A small table with a title of its own. */
function drawGrid(
  flow: Flow,
  grid: Grid,
  x: number,
  widths: readonly number[],
  figures: ReadonlySet<number>,
  words: TextStyle = STYLES.soft,
): void {
  const columns = grid.head.map((head, index): PdfColumn => ({
    head,
    width: widths[index]!,
    align: figures.has(index) ? 'right' : 'left',
  }));
  const table = new PdfTable(flow, {
    x,
    columns,
    head: STYLES.tableHead,
    padding: { x: 4, y: 3 },
    rule: COLORS.faint,
  });
  for (const row of grid.rows) {
    const cells = row.map((text, index): Cell => ({
      texts: [{ text, style: figures.has(index) ? { ...STYLES.figures, size: 8.5 } : words }],
      ...(index === 0 && { isHead: true }),
    }));
    if (flow.y + table.heightOf(cells) > flow.bottom) {
      flow.turn();
      table.repeatHead();
    }
    table.row(cells);
  }
  table.end();
}

function drawHeading(flow: Flow, text: string): void {
  need(flow, GAP + mm(16));
  flow.y += GAP;
  flow.pdf.element('H2', () => flow.pdf.text(text, EDGE.left, flow.y + STYLES.section.size, STYLES.section));
  flow.y += STYLES.section.size * LEADING + 2;
}

function drawCorrections(flow: Flow, corrections: NonNullable<Sheet['corrections']>): void {
  drawHeading(flow, corrections.title);
  const widths = [mm(26.5), mm(25.5), mm(22), mm(14), mm(23), mm(18), mm(23), mm(18)];
  drawGrid(flow, corrections, EDGE.left, widths, new Set([4, 5, 6, 7]), STYLES.small);
  flow.y += 3;
  drawSmall(flow, corrections.notes);
}

function drawBank(flow: Flow, bank: readonly Fact[]): void {
  if (bank.length === 0) return;
  need(flow, GAP + mm(12) + bank.length * 14);
  drawHeading(flow, 'お振込先');
  const { left, right } = EDGE;
  const place = { x: left, width: right - left, y: flow.y + STYLES.soft.size, labelWidth: mm(24) };
  flow.y = drawFactTable(flow.pdf, bank, place);
}

function drawRemarks(flow: Flow, remarks: readonly string[]): void {
  need(flow, GAP + remarks.length * STYLES.small.size * LEADING);
  flow.y += GAP;
  drawSmall(flow, remarks);
}

function drawSmall(flow: Flow, texts: readonly string[]): void {
  const { size } = STYLES.small;
  for (const text of texts) {
    const lines = linesOf(text, EDGE.right - EDGE.left, size, 'regular');
    need(flow, lines.length * size * LEADING);
    flow.pdf.element('P', () => {
      for (const line of lines) {
        flow.pdf.text(line, EDGE.left, flow.y + size, STYLES.small);
        flow.y += size * LEADING;
      }
    });
  }
}
