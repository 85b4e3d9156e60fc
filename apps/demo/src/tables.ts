import type { Invoice } from './api-shapes.ts';

/** Columns a text takes on a terminal: two for a Japanese character. */
const widthOf = (text: string): number =>
  [...text].reduce(
    (width, letter) =>
      width +
      (/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]/u.test(
        letter,
      )
        ? 2
        : 1),
    0,
  );

const grouped = (yen: string): string => yen.replace(/\B(?=(\d{3})+(?!\d))/g, ',');

/** A table with a head and ruled columns; columns named in `right` are set flush right. */
export function table(
  head: readonly string[],
  body: readonly (readonly string[])[],
  right: readonly string[] = [],
): string {
  const widths = head.map((title, column) =>
    Math.max(widthOf(title), ...body.map((row) => widthOf(row[column] ?? ''))),
  );
  const cell = (text: string, column: number): string => {
    const gap = ' '.repeat(widths[column]! - widthOf(text));
    return right.includes(head[column]!) ? gap + text : text + gap;
  };
  const line = (row: readonly string[]): string =>
    `  ${head.map((_, column) => cell(row[column] ?? '', column)).join('  ')}`.trimEnd();
  return [line(head), `  ${widths.map((width) => '─'.repeat(width)).join('  ')}`, ...body.map(line)].join(
    '\n',
  );
}

/** One invoice as a person reads it. */
export function invoiceTable(invoice: Invoice): string {
  const lines = invoice.lines.map((line) => [
    line.description,
    line.quantity ?? '',
    line.unitPrice ?? '',
    grouped(line.amount),
  ]);
  const totals = [
    ['net', '', '', grouped(invoice.net)],
    ...invoice.taxes.map((tax) => [`tax ${tax.rate} % of ${grouped(tax.taxable)}`, '', '', grouped(tax.tax)]),
    ['total', '', '', grouped(invoice.total)],
  ];
  const title = `  ${invoice.number}  ${invoice.recipient.name} 御中  ${invoice.month}  issued ${invoice.issuedOn}, due ${invoice.dueOn}`;
  return `${title}\n${table(['line', 'quantity', 'unit price', 'yen'], [...lines, ...totals], ['quantity', 'unit price', 'yen'])}\n`;
}
