import type { Flow } from './flow.ts';
import { widthOf } from './fonts/fonts.ts';
import { COLORS, EDGE, STYLES } from './looks.ts';
import { mm } from './tagged/measures.ts';
import type { TaggedPdf } from './tagged/tagged-pdf.ts';

const HEAD_BASELINE = mm(14);
const FOOT_BASELINE = mm(286);

/** Pages after the first begin with a line that says what they belong to. @param onTurned what else is drawn on each of them */
export function flowOf(pdf: TaggedPdf, running: string, onTurned: () => void = () => undefined): Flow {
  const flow: Flow = {
    pdf,
    y: EDGE.top,
    bottom: EDGE.bottom,
    turn() {
      pdf.newPage();
      pdf.artifact(() => {
        pdf.text(running, EDGE.left, HEAD_BASELINE, STYLES.small);
        pdf.line(EDGE.left, HEAD_BASELINE + mm(2), EDGE.right, HEAD_BASELINE + mm(2), 0.4, COLORS.faint);
      }, 'Pagination');
      flow.y = HEAD_BASELINE + mm(7);
      onTurned();
    },
  };
  return flow;
}

/** `2 / 3`, or `- 2 -` where the number of pages is not known yet. */
export function drawPageNumber(pdf: TaggedPdf, page: number, pages?: number): void {
  const text = pages === undefined ? `- ${page} -` : `${page} / ${pages}`;
  const { size } = STYLES.small;
  const x = (EDGE.left + EDGE.right - widthOf(text, size, 'regular')) / 2;
  pdf.artifact(() => pdf.text(text, x, FOOT_BASELINE, STYLES.small), 'Pagination');
}
