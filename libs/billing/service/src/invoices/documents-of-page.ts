import type { InvoiceLog, LoggedInvoice } from '../log/invoice-log.ts';

/** Lines of all documents of a page: a document has up to 500 of them. */
const MOST_LINES = 5_000;
/** Documents that are read first; then twice as many, for nearly all have a few lines. */
const FIRST = 10;

/**
 * The documents of a page, in the order of the numbers given, as many as have so many lines together, and one at least: the others are
 * left to the next page.
 */
export async function documentsOfPage(
  log: Pick<InvoiceLog, 'findMany'>,
  numbers: readonly string[],
): Promise<readonly LoggedInvoice[]> {
  const page: LoggedInvoice[] = [];
  let lines = 0;
  for (let size = FIRST; page.length < numbers.length; size *= 2) {
    const read = await log.findMany(numbers.slice(page.length, page.length + size));
    for (const each of read) {
      lines += each.invoice.lines.length;
      if (page.length > 0 && lines > MOST_LINES) return page;
      page.push(each);
    }
  }
  return page;
}
