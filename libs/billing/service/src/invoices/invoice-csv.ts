import { CANONICAL_COLUMNS, canonicalRows, csvRecord } from '@smartkey/billing-domain';
import type { LoggedInvoice } from './invoice-log.ts';

export const CSV_HEADER = csvRecord(CANONICAL_COLUMNS);

/** One document as records of the canonical CSV. */
export function csvRecordsOf(
  { invoice, revision, hash }: LoggedInvoice,
  exportBatchId: string,
  accountCodes: Readonly<Record<string, string>>,
): readonly string[] {
  const rows = canonicalRows(invoice, { exportBatchId, revision, eventHash: hash, accountCodes });
  return rows.map((row) => csvRecord(CANONICAL_COLUMNS.map((column) => row[column])));
}
