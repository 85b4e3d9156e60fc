import { daysIn, startOfDay } from '@smartkey/calendar';
import { setImmediate as others } from 'node:timers/promises';
import type { PrintableDocument } from '../printable-document.ts';
import { drawFactTable } from '../pdf/fact-table.ts';
import type { Flow } from '../pdf/flow.ts';
import { COLORS, EDGE, STYLES } from '../pdf/looks.ts';
import { mustBeSettable, textsOf } from '../pdf/missing-characters.ts';
import { drawPageNumber, flowOf } from '../pdf/pages.ts';
import { Table, type Cell, type TableLook } from '../pdf/table.ts';
import { mm } from '../pdf/tagged/measures.ts';
import { TaggedPdf, type TextStyle } from '../pdf/tagged/tagged-pdf.ts';
import { recipientOf } from '../sheet/parties.ts';
import type { Fact } from '../sheet/sheet.ts';
import { dayInWords, figures, monthInWords, SERVICE_NAME, spanInWords, yenInWords } from '../sheet/words.ts';
import { counted, ERASED, explainedBy, StatementRefusedError, type StatementRow } from './statement.ts';

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
 * The statement of an invoice, account by account, as PDF/A-3a: a file of its own, no part of the tax document. Bytes come page by page
 * while rows are read; between two pages others have their turn.
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
  const { accounts } = explainedBy(document);
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
  drawTop(flow, printable);
  const table = new Table(flow, LOOK);
  let n = 0;
  for await (const row of counted(document, rows)) {
    n += 1;
    if (row.externalId !== null) mustBeSettable(number, [[`/rows/${n - 1}/externalId`, row.externalId]]);
    const cells = cellsOf(n, row);
    if (flow.y + table.heightOf(cells) > flow.bottom) {
      yield pdf.take();
      await others();
      flow.turn();
      table.repeatHead();
    }
    table.row(cells);
  }
  table.rule(0.8);
  table.end();
  yield pdf.end();
}

function drawTop(flow: Flow, printable: PrintableDocument): void {
  const { pdf } = flow;
  flow.y = EDGE.top + STYLES.title.size;
  pdf.element('H1', () => pdf.text(TITLE, EDGE.left, flow.y, STYLES.title));
  flow.y += mm(7);
  const place = { x: EDGE.left, width: EDGE.right - EDGE.left, labelWidth: mm(34) };
  flow.y = drawFactTable(pdf, factsOf(printable), { ...place, y: flow.y }) + mm(2);
}

function factsOf({ document }: PrintableDocument): readonly Fact[] {
  const { number, issuedOn, month, period, recipient, contract, issuer } = document;
  const { line, accounts } = explainedBy(document);
  return [
    { label: 'お客様', value: recipientOf(recipient).names.join(' ') },
    { label: 'サービス', value: `${SERVICE_NAME} ${monthInWords(month)}` },
    { label: 'ご利用期間', value: `${spanInWords(period)} (暦日数${daysIn(month)}日)` },
    { label: '請求書番号', value: `${number} (${dayInWords(issuedOn)}発行)` },
    { label: '契約番号', value: contract },
    { label: 'アカウント数', value: figures(accounts) },
    { label: '日割係数の合計', value: figures(line.quantity) },
    ...(line.unitPrice === null ? [] : [{ label: '単価', value: yenInWords(line.unitPrice) }]),
    { label: 'アカウント使用料 (税抜)', value: yenInWords(line.amount) },
    { label: '発行者', value: issuer.name },
  ];
}

const cell = (text: string, style: TextStyle): Cell => ({ texts: [{ text, style }] });

const cellsOf = (n: number, { externalId, usedDays, coefficient, fee }: StatementRow): readonly Cell[] => [
  cell(figures(n), STYLES.smallFigures),
  { ...cell(externalId ?? ERASED, externalId === null ? STYLES.soft : STYLES.body), isHead: true },
  cell(String(usedDays), STYLES.figures),
  cell(coefficient, STYLES.figures),
  cell(figures(fee), STYLES.figures),
];
