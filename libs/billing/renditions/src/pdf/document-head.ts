import type { Fact, Sheet } from '../sheet/sheet.ts';
import { drawFactTable } from './fact-table.ts';
import { widthOf } from './fonts/fonts.ts';
import { linesOf } from './fonts/line-breaks.ts';
import { COLORS, EDGE, LEADING, STYLES } from './looks.ts';
import { shrunk } from './table.ts';
import { mm } from './tagged/measures.ts';
import type { TaggedPdf, TextStyle } from './tagged/tagged-pdf.ts';

/** The right half: what the document is, and who issues it. */
const RIGHT = { x: mm(114), width: mm(76) } as const;
/**
 * Where the window of an envelope shows the address, the sheet folded in three in a 長形3号 (window 90 × 45 mm, 20 mm from the left,
 * 12 mm from above), also where the sheet lies a little off.
 */
const WINDOW = { x: mm(24), top: mm(24), bottom: mm(56), width: mm(80) } as const;
/** Share of its size below which names are set like the address, and lines close together. */
const SMALLEST = 0.6;
const CLOSE_LEADING = 1.22;
const TOTAL_TOP = mm(68);
/** So far an address may come that the window does not hold. */
const BELOW_WINDOW = TOTAL_TOP - mm(4);
const FOLDS = [mm(99), mm(198)] as const;

/** The upper third of the first page, and a mark at each fold. @returns where the rest may begin */
export function drawHead(pdf: TaggedPdf, sheet: Sheet): number {
  drawTitle(pdf, sheet);
  drawRecipient(pdf, sheet.recipient);
  const left = drawTotal(pdf, sheet);
  const right = drawFacts(pdf, sheet);
  pdf.artifact(() => {
    for (const fold of FOLDS) pdf.line(mm(4), fold, mm(8), fold, 0.4, COLORS.faint);
  });
  return Math.max(left, right, FOLDS[0]) + mm(4);
}

function drawTitle(pdf: TaggedPdf, { title, legalName }: Sheet): void {
  const width = widthOf(title, STYLES.title.size, 'bold');
  pdf.element('H1', () => pdf.text(title, EDGE.right - width, mm(22), STYLES.title));
  if (legalName === undefined) return;
  const below = widthOf(legalName, STYLES.legalName.size, 'regular');
  pdf.element('P', () => pdf.text(legalName, EDGE.right - below, mm(27), STYLES.legalName));
}

/** Set smaller until the window holds it all; what is very long closes up and goes on below the window, never into the total. */
function drawRecipient(pdf: TaggedPdf, { address, names }: Sheet['recipient']): void {
  const blocks: readonly (readonly [string, TextStyle])[] = [
    ...address.map((text) => [text, STYLES.body] as const),
    ...names.map((text) => [text, STYLES.name] as const),
  ];
  const setAt = (scale: number) => {
    const isClose = scale < SMALLEST;
    return blocks.map(([text, style]) => {
      const scaled = { ...style, size: (isClose ? STYLES.body.size : style.size) * scale };
      return {
        style: scaled,
        lines: linesOf(text, WINDOW.width, scaled.size, style.weight ?? 'regular'),
        leading: scaled.size * (isClose ? CLOSE_LEADING : LEADING),
      };
    });
  };
  const heightOf = (set: ReturnType<typeof setAt>): number =>
    set.reduce((sum, { leading, lines }) => sum + leading * lines.length, 0);
  const roomAt = (scale: number): number => (scale < SMALLEST ? BELOW_WINDOW : WINDOW.bottom) - WINDOW.top;
  let scale = 1;
  let set = setAt(scale);
  while (heightOf(set) > roomAt(scale)) {
    scale *= 0.93;
    set = setAt(scale);
  }
  let y: number = WINDOW.top;
  for (const { style, lines, leading } of set)
    pdf.element('P', () => {
      for (const line of lines) {
        pdf.text(line, WINDOW.x, y + style.size, style);
        y += leading;
      }
    });
}

function drawTotal(pdf: TaggedPdf, { opening, total, due }: Sheet): number {
  const { left } = EDGE;
  const width = mm(88);
  const inner = { left: left + mm(3), right: left + width - mm(3) };
  pdf.element('P', () => pdf.text(opening, left, TOTAL_TOP, shrunk(opening, STYLES.soft, width)));
  const top = TOTAL_TOP + mm(3);
  pdf.artifact(() => {
    pdf.box(left, top, width, mm(13), COLORS.band);
    pdf.line(left, top + mm(13), left + width, top + mm(13), 1.2, COLORS.accent);
  });
  const table = pdf.group('Table');
  const row = ({ label, value }: Fact, y: number, labelStyle: TextStyle, valueStyle: TextStyle): void => {
    const style = shrunk(value, valueStyle, width - mm(42));
    const x = inner.right - widthOf(value, style.size, style.weight ?? 'regular');
    const cells = pdf.group('TR', table);
    pdf.element('TH', () => pdf.text(label, inner.left, y, labelStyle), cells, { scope: 'Row' });
    pdf.element('TD', () => pdf.text(value, x, y, style), cells);
    cells.end();
  };
  row(total, top + mm(8.7), STYLES.strong, STYLES.total);
  const y = top + mm(13) + mm(6);
  row(due, y, STYLES.body, STYLES.strong);
  table.end();
  return y + mm(3);
}

function drawFacts(pdf: TaggedPdf, { facts, issuer }: Sheet): number {
  let y = drawFactTable(pdf, facts, { ...RIGHT, y: mm(35), labelWidth: mm(22) });
  y += mm(3);
  pdf.element('P', () => {
    for (const line of linesOf(issuer.name, RIGHT.width, STYLES.strong.size, 'bold')) {
      pdf.text(line, RIGHT.x, y, STYLES.strong);
      y += STYLES.strong.size * LEADING;
    }
  });
  pdf.element('P', () => {
    for (const text of issuer.lines)
      for (const line of linesOf(text, RIGHT.width, STYLES.soft.size, 'regular')) {
        pdf.text(line, RIGHT.x, y, STYLES.soft);
        y += STYLES.soft.size * LEADING;
      }
  });
  return y;
}
