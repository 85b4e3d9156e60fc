import { monthInWords, type Invoice } from '@smartkey/billing-domain';
import { daysIn, startOfDay, type ServiceMonth } from '@smartkey/calendar';
import { setImmediate as others } from 'node:timers/promises';
import type { PrintableDocument } from '../printable-document.ts';
import { drawFactTable } from '../pdf/fact-table.ts';
import { need, type Flow } from '../pdf/flow.ts';
import { COLORS, EDGE, STYLES } from '../pdf/looks.ts';
import { mustBeSettable, textsOf } from '../pdf/missing-characters.ts';
import { drawPageNumber, flowOf } from '../pdf/pages.ts';
import { cell, PdfTable, type Cell, type TableLook } from '../pdf/table.ts';
import { mm } from '../pdf/tagged/measures.ts';
import { TaggedPdf } from '../pdf/tagged/tagged-pdf.ts';
import { recipientLines } from '../sheet/parties.ts';
import type { Fact } from '../sheet/sheet.ts';
import { dayInWords, figures, SERVICE_NAME, yenInWords } from '../sheet/words.ts';
import {
  accountsOfStatement,
  counted,
  countedMonths,
  ERASED_ID,
  StatementRefusedError,
  type CountedMonth,
  type StatementRow,
} from './statement.ts';

const TITLE = '利用明細';
const LOOK: TableLook = {
  x: EDGE.left,
  columns: [
    { head: 'No.', width: mm(15), align: 'right' },
    { head: 'アカウント', width: mm(80), align: 'left' },
    { head: '利用日数', width: mm(22), align: 'right' },
    { head: '日割係数', width: mm(25), align: 'right' },
    { head: '使用料 (円)', width: mm(28), align: 'right' },
  ],
  head: STYLES.tableHead,
  padding: { x: 4, y: 2 },
  rule: COLORS.faint,
  headBand: COLORS.band,
};

/**
 * The statement of a document, account by account, as PDF/A-3a: a file of its own, no part of the tax document. Bytes come page by page
 * while rows are read; between two pages others have their turn.
 * @param rows of the document's own month, then of those that it rates again
 * @param maxAccounts the setting: how many accounts a PDF may have; a CSV has no such limit
 * @throws StatementRefusedError, MissingCharactersError; those of a row after bytes were given: a file counts only once it is whole
 */
export async function* renderStatement(
  printable: PrintableDocument,
  rows: AsyncIterable<StatementRow>,
  { maxAccounts }: { readonly maxAccounts: number },
): AsyncGenerator<Buffer> {
  const { document } = printable;
  const { number } = document;
  const months = countedMonths(document);
  if (months.length === 0) throw new StatementRefusedError(number, 'no-accounts', 'it counts no accounts.');
  const accounts = accountsOfStatement(document);
  if (accounts > maxAccounts)
    throw new StatementRefusedError(
      number,
      'too-many-accounts',
      `${accounts} accounts; a statement as PDF has at most ${maxAccounts}. The CSV has all.`,
    );
  mustBeSettable(number, textsOf(printable));
  const title = `${TITLE} ${number}`;
  const created = new Date(startOfDay(document.issuedOn));
  const pdf = new TaggedPdf({ title, author: document.issuer.name, subject: TITLE, created });
  let page = 0;
  const flow: Flow = flowOf(pdf, title, () => drawPageNumber(pdf, (page += 1)));
  pdf.newPage();
  drawPageNumber(pdf, (page += 1));
  drawTop(flow, document);
  let [table, month, n]: [PdfTable | undefined, ServiceMonth | undefined, number] = [undefined, undefined, 0];
  for await (const row of counted(document, months, rows)) {
    n += 1;
    if (row.externalId !== null) mustBeSettable(number, [[`/rows/${n - 1}/externalId`, row.externalId]]);
    if (table === undefined || row.month !== month) {
      table?.end();
      month = row.month;
      drawMonth(
        flow,
        months.find((each) => each.month === month)!,
      );
      table = new PdfTable(flow, LOOK);
    }
    const cells = cellsOf(n, row);
    if (flow.y + table.heightOf(cells) > flow.bottom) {
      yield pdf.take();
      await others();
      flow.turn();
      table.repeatHead();
    }
    table.row(cells);
  }
  table?.end();
  yield pdf.end();
}

const PLACE = { x: EDGE.left, width: EDGE.right - EDGE.left, labelWidth: mm(34) } as const;

function drawTop(flow: Flow, { number, issuedOn, recipient, contract, issuer }: Invoice): void {
  const { pdf } = flow;
  flow.y = EDGE.top + STYLES.title.size;
  pdf.element('H1', () => pdf.text(TITLE, EDGE.left, flow.y, STYLES.title));
  const facts: readonly Fact[] = [
    { label: 'お客様', value: recipientLines(recipient).names.join(' ') },
    { label: 'サービス', value: SERVICE_NAME },
    { label: '番号', value: `${number} (${dayInWords(issuedOn)}発行)` },
    { label: '契約番号', value: contract },
    { label: '発行者', value: issuer.name },
  ];
  flow.y = drawFactTable(pdf, facts, { ...PLACE, y: flow.y + mm(7) });
}

function drawMonth(flow: Flow, { month, accounts, line, corrects }: CountedMonth): void {
  const { pdf } = flow;
  need(flow, mm(45));
  flow.y += mm(8);
  const heading = `${monthInWords(month)}${corrects === undefined ? '' : ` (${corrects} の訂正後)`}`;
  pdf.element('H2', () => pdf.text(heading, EDGE.left, flow.y, STYLES.section));
  const facts: readonly Fact[] = [
    { label: 'アカウント数', value: `${figures(accounts)} (暦日数${daysIn(month)}日)` },
    ...(line === undefined
      ? []
      : [
          { label: '日割係数の合計', value: figures(line.quantity) },
          ...(line.unitPrice === null ? [] : [{ label: '単価', value: yenInWords(line.unitPrice) }]),
          { label: 'アカウント使用料 (税抜)', value: yenInWords(line.amount) },
        ]),
  ];
  flow.y = drawFactTable(pdf, facts, { ...PLACE, y: flow.y + mm(5) }) - mm(1);
}

const cellsOf = (n: number, { externalId, usedDays, coefficient, fee }: StatementRow): readonly Cell[] => [
  cell(figures(n), STYLES.smallFigures),
  { ...cell(externalId ?? ERASED_ID, externalId === null ? STYLES.soft : STYLES.body), isHead: true },
  cell(String(usedDays), STYLES.figures),
  cell(coefficient, STYLES.figures),
  cell(figures(fee), STYLES.figures),
];
