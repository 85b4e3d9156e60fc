import type { CreditNoteId } from '@smartkey/kernel';
import type { CreditNote, Invoice } from '@smartkey/billing-domain';
import type { Sql } from '@smartkey/database';
import { documentsBilling, type MonthOf } from '../documents/billing-documents.query.ts';
import type { InvoiceLog, LoggedInvoice } from '../log/invoice-log.ts';

/** The documents that bill something of a month and the notes that credit it, in the order of issue, straight from their series. */
export async function documentsOfCredit(
  sql: Sql,
  log: InvoiceLog,
  month: MonthOf,
): Promise<readonly LoggedInvoice[]> {
  const billing = await documentsBilling(sql, [month]);
  const notes = await sql.query<{ number: string }>(
    `select number from document where contract = $1 and month = $2 and kind = 'credit-note' order by position`,
    [month.contract, month.month],
  );
  const logged = await log.findMany([...billing, ...notes].map(({ number }) => number));
  return [...logged].sort((a, b) => (a.position < b.position ? -1 : 1));
}

/** Numbers of credit notes by their ids. */
export const creditNotesIn = (documents: readonly Invoice[]): Readonly<Record<CreditNoteId, string>> =>
  Object.fromEntries(
    documents
      .filter((document): document is CreditNote => document.kind === 'credit-note')
      .map(({ creditNote, number }) => [creditNote, number]),
  );
