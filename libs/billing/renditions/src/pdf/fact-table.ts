import type { Fact } from '../sheet/sheet.ts';
import { linesOf } from './fonts/line-breaks.ts';
import { COLORS, LEADING, STYLES } from './looks.ts';
import type { TaggedPdf } from './tagged/tagged-pdf.ts';

interface Place {
  readonly x: number;
  /** The first baseline. */
  readonly y: number;
  readonly width: number;
  readonly labelWidth: number;
}

/** Facts as rows of a table: label, then value. @returns the baseline after the last */
export function drawFactTable(
  pdf: TaggedPdf,
  facts: readonly Fact[],
  { x, y, width, labelWidth }: Place,
): number {
  const { size } = STYLES.soft;
  const table = pdf.group('Table');
  let baseline = y;
  for (const { label, value } of facts) {
    const row = pdf.group('TR', table);
    pdf.element('TH', () => pdf.text(label, x, baseline, STYLES.soft), row, { scope: 'Row' });
    pdf.element(
      'TD',
      () => {
        for (const line of linesOf(value, width - labelWidth, size, 'regular')) {
          pdf.text(line, x + labelWidth, baseline, { ...STYLES.soft, color: COLORS.ink });
          baseline += size * LEADING;
        }
      },
      row,
    );
    row.end();
  }
  table.end();
  return baseline;
}
