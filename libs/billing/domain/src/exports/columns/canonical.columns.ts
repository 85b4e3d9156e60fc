import type { BookedLine } from '../booked-line.ts';
import type { ExportSettings } from '../settings/export-settings.ts';
import type { TableOf } from './column.ts';

/** Where a line comes from and goes to. */
export interface CanonicalRow {
  readonly line: BookedLine;
  /** Id of the export; empty for the rows of a single document. */
  readonly exportBatchId: string;
  /** Revision of the document in its series' stream, and the hash of its event there. */
  readonly revision: number;
  readonly eventHash: string;
  readonly accountCodes: ExportSettings['accountCodes'];
}

/**
 * Neutral rows for any ERP, one a line. `net` is the line's and `lineTax` its share of the tax; the totals per rate are those of the
 * line's tax code on the document, `gross` is the document's total. Up to version 1 there were the first nineteen columns,
 * `customerCode` was the contract's id and an adjustment had an account of its own.
 */
export const CANONICAL: TableOf<CanonicalRow> = {
  schemaVersion: '2',
  hasHeader: true,
  columns: [
    { name: 'schemaVersion', of: () => '2' },
    { name: 'exportBatchId', of: ({ exportBatchId }) => exportBatchId },
    { name: 'invoiceId', of: ({ line }) => line.number },
    { name: 'revision', of: ({ revision }) => String(revision) },
    { name: 'issueDate', of: ({ line }) => line.issuedOn },
    { name: 'servicePeriodStart', of: ({ line }) => line.period.from },
    { name: 'servicePeriodEnd', of: ({ line }) => line.period.to },
    { name: 'customerCode', of: ({ line }) => line.customerCode },
    { name: 'lineNo', of: ({ line }) => String(line.n) },
    { name: 'lineType', of: ({ line }) => line.lineType },
    { name: 'accountCode', of: ({ line, accountCodes }) => accountCodes[line.booked] ?? '' },
    { name: 'taxCode', of: ({ line }) => line.taxCode },
    { name: 'net', of: ({ line }) => line.net },
    { name: 'taxableTotalPerRate', of: ({ line }) => line.taxableOfRate ?? '' },
    { name: 'taxPerRate', of: ({ line }) => line.taxOfRate ?? '' },
    { name: 'gross', of: ({ line }) => line.total },
    { name: 'registrationNumber', of: ({ line }) => line.registrationNumber ?? '' },
    { name: 'originalInvoiceId', of: ({ line }) => line.original ?? '' },
    { name: 'eventHash', of: ({ eventHash }) => eventHash },
    { name: 'dueDate', of: ({ line }) => line.dueOn },
    { name: 'recipient', of: ({ line }) => line.recipient },
    { name: 'quantity', of: ({ line }) => line.quantity },
    { name: 'unitPrice', of: ({ line }) => line.unitPrice ?? '' },
    { name: 'lineTax', of: ({ line }) => line.tax },
    { name: 'postingDate', of: ({ line }) => line.postedOn },
    { name: 'contract', of: ({ line }) => line.contract },
    { name: 'documentKind', of: ({ line }) => line.kind },
  ],
};
