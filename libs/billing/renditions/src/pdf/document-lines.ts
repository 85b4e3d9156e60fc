import { sumOfYen, type Yen } from '@smartkey/money';
import { setImmediate as others } from 'node:timers/promises';
import type { LineRow, PartRow } from '../sheet/sheet.ts';
import { figures } from '../sheet/words.ts';
import type { Flow } from './flow.ts';
import { widthOf } from './fonts/fonts.ts';
import { COLORS, EDGE, STYLES } from './looks.ts';
import { PdfTable, cell, type Cell, type PdfColumn, type TableLook } from './table.ts';
import { mm } from './tagged/measures.ts';

const LOOK: Omit<TableLook, 'columns'> = {
  x: EDGE.left,
  head: STYLES.tableHead,
  padding: { x: 4, y: 3.5 },
  rule: COLORS.faint,
  headBand: COLORS.band,
};
const WIDTH = EDGE.right - EDGE.left;
const NUMBER = mm(11.5);
const RATE = mm(14);
/** What columns of figures have at least; those of twelve digits stand in their full size. */
const FIGURES = { quantity: mm(21), unitPrice: mm(22), amount: mm(27) } as const;
/** And what they leave to the item. */
const ITEM_LEAST = mm(46);

/** Columns of figures are as wide as these need, the item has the rest. */
function columnsFor(lines: readonly LineRow[]): readonly PdfColumn[] {
  const needed = (['quantity', 'unitPrice', 'amount'] as const).map((part) => {
    const widths = lines.map((line) => widthOf(line[part], STYLES.figures.size, 'regular', true));
    return widths.reduce((most, width) => Math.max(most, width + 2 * LOOK.padding.x), FIGURES[part]);
  });
  const room = WIDTH - NUMBER - RATE - ITEM_LEAST;
  const sum = needed.reduce((all, width) => all + width, 0);
  const [quantity, unitPrice, amount] = needed.map((width) => width * Math.min(1, room / sum)) as [
    number,
    number,
    number,
  ];
  return [
    { head: 'No.', width: NUMBER, align: 'center' },
    { head: '品目', width: WIDTH - NUMBER - RATE - quantity - unitPrice - amount, align: 'left' },
    { head: '数量', width: quantity, align: 'right' },
    { head: '単価', width: unitPrice, align: 'right' },
    { head: '税率', width: RATE, align: 'center' },
    { head: '金額', width: amount, align: 'right' },
  ];
}

/** Height of the row that carries a total to the next page. */
const CARRY = 18;

/** The lines; a page that ends among them carries its total to the next. Between two pages others have their turn. */
export async function drawLines(flow: Flow, lines: readonly LineRow[]): Promise<void> {
  const table = new PdfTable(flow, { ...LOOK, columns: columnsFor(lines) });
  let carried: Yen = '0';
  const turn = async (): Promise<void> => {
    drawCarry(flow, '次頁へ繰越', carried);
    flow.turn();
    table.repeatHead();
    drawCarry(flow, '前頁より繰越', carried);
    await others();
  };
  for (const line of lines) {
    const cells = cellsOf(line);
    const parts = line.parts.map(cellsOfPart);
    if (flow.y + table.heightOf(cells) + CARRY > flow.bottom) await turn();
    table.row(cells, parts.length === 0);
    carried = sumOfYen([carried, line.yen]);
    for (const [index, part] of parts.entries()) {
      if (flow.y + table.heightOf(part) + CARRY > flow.bottom) await turn();
      table.row(part, index === parts.length - 1);
    }
  }
  table.rule(0.8);
  table.end();
}

function cellsOf({
  n,
  service,
  description,
  notes,
  quantity,
  unitPrice,
  rate,
  amount,
}: LineRow): readonly Cell[] {
  return [
    cell(n, STYLES.soft),
    {
      texts: [
        { text: service, style: STYLES.body },
        { text: description, style: STYLES.item },
        ...notes.map((text) => ({ text, style: STYLES.small })),
      ],
      isHead: true,
    },
    cell(quantity, STYLES.figures),
    cell(unitPrice, STYLES.figures),
    cell(rate, STYLES.soft),
    cell(amount, STYLES.figures),
  ];
}

const cellsOfPart = ({ description, quantity, unitPrice, amount }: PartRow): readonly Cell[] => [
  cell('', STYLES.small),
  cell(description, STYLES.small),
  cell(quantity, STYLES.smallFigures),
  cell(unitPrice, STYLES.smallFigures),
  cell('', STYLES.small),
  cell(amount, STYLES.smallFigures),
];

/** Furniture of the page: the lines alone are the table. */
function drawCarry(flow: Flow, label: string, amount: Yen): void {
  const { pdf } = flow;
  const text = figures(amount);
  const style = { ...STYLES.figures, weight: 'bold' } as const;
  const baseline = flow.y + 12;
  const right = EDGE.right - LOOK.padding.x;
  pdf.artifact(() => {
    pdf.text(label, EDGE.left + NUMBER + LOOK.padding.x, baseline, STYLES.soft);
    pdf.text(text, right - widthOf(text, style.size, 'bold', true), baseline, style);
    pdf.line(EDGE.left, flow.y + CARRY, EDGE.right, flow.y + CARRY, 0.4, COLORS.faint);
  }, 'Pagination');
  flow.y += CARRY;
}
