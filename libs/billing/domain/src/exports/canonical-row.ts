import type { Invoice, InvoiceLine, LineItem } from '../invoice/invoice.ts';

/** Version of the columns and their meaning. */
export const CANONICAL_SCHEMA = '1';

export const CANONICAL_COLUMNS = [
  'schemaVersion',
  'exportBatchId',
  'invoiceId',
  'revision',
  'issueDate',
  'servicePeriodStart',
  'servicePeriodEnd',
  'customerCode',
  'lineNo',
  'lineType',
  'accountCode',
  'taxCode',
  'net',
  'taxableTotalPerRate',
  'taxPerRate',
  'gross',
  'registrationNumber',
  'originalInvoiceId',
  'eventHash',
] as const;

export type CanonicalRow = Readonly<Record<(typeof CANONICAL_COLUMNS)[number], string>>;

const LINE_TYPES: Readonly<Record<LineItem, string>> = {
  base: 'BASE',
  'account-usage': 'ACCOUNT',
  'auth-api-usage': 'AUTH_API',
  'initial-fee': 'INITIAL',
  'one-time-fee': 'ONE_OFF',
  adjustment: 'ADJ',
  credit: 'CREDIT',
};

/** Where the rows come from and go to. */
export interface RowContext {
  /** Number of the export; empty for the rows of a single document. */
  readonly exportBatchId: string;
  /** Revision of the document in its series' stream, and the hash of its event there. */
  readonly revision: number;
  readonly eventHash: string;
  /** Ledger account (勘定科目) of each line type, as the operator's books name them. */
  readonly accountCodes: Readonly<Record<string, string>>;
}

/**
 * One document as neutral rows for an ERP, one a line. `net` is the line's, the totals per rate are those of the line's tax code
 * on the document, `gross` is the document's total: tax is rounded per document, so no line has a gross of its own.
 */
export function canonicalRows(invoice: Invoice, context: RowContext): readonly CanonicalRow[] {
  return invoice.lines.map((line) => {
    const group = invoice.taxes.find(({ taxCode }) => taxCode === line.taxCode);
    const type = LINE_TYPES[line.item];
    return {
      schemaVersion: CANONICAL_SCHEMA,
      exportBatchId: context.exportBatchId,
      invoiceId: invoice.number,
      revision: String(context.revision),
      issueDate: invoice.issuedOn,
      servicePeriodStart: startOf(invoice, line),
      servicePeriodEnd: endOf(invoice, line),
      customerCode: invoice.contract,
      lineNo: String(line.n),
      lineType: type,
      accountCode: context.accountCodes[type] ?? '',
      taxCode: line.taxCode,
      net: line.amount,
      taxableTotalPerRate: group?.taxable ?? '',
      taxPerRate: group?.tax ?? '',
      gross: invoice.total,
      registrationNumber: invoice.issuer.registrationNumber ?? '',
      originalInvoiceId: line.corrects?.number ?? '',
      eventHash: context.eventHash,
    };
  });
}

/** A fee's period is its own day, a monthly item's the document's. */
const startOf = (invoice: Invoice, line: InvoiceLine): string =>
  line.fee === undefined ? invoice.period.from : line.date;
const endOf = (invoice: Invoice, line: InvoiceLine): string =>
  line.fee === undefined ? invoice.period.to : line.date;
