import { CANONICAL_COLUMNS, canonicalRows } from '@smartkey/billing-domain';
import type { LoggedInvoice } from '../log/invoice-log.ts';

/** One document as rows of the canonical CSV, whose columns are `CANONICAL_COLUMNS`. */
export function csvRowsOf(
  { invoice, revision, hash }: LoggedInvoice,
  exportBatchId: string,
  accountCodes: Readonly<Record<string, string>>,
): readonly (readonly string[])[] {
  const rows = canonicalRows(invoice, { exportBatchId, revision, eventHash: hash, accountCodes });
  return rows.map((row) => CANONICAL_COLUMNS.map((column) => row[column]));
}
