import type { DomainEvent } from '@smartkey/kernel';
import type { Invoice } from '../invoice/invoice.ts';
import type { SeriesName } from '../invoice/document-number.ts';

/** A document was issued; its revision in the series' stream + 1 is its number's count. */
export type InvoiceIssued = DomainEvent<'InvoiceIssued', Invoice>;

/**
 * The version in which documents are written now. Version 1: a tax row out of scope has the rate "0". They are read as they stand,
 * for a document never changes.
 */
export const INVOICE_ISSUED_VERSION = 2;

/** Stream of one issuer's documents. */
export const seriesStreamOf = (series: SeriesName): string => `series-${series}`;

/**
 * What makes an ordinary invoice the only one of its contract and month: the id of its event derives from this, so the log
 * itself refuses a second.
 */
export const identityOfInvoice = (contract: string, month: string): readonly [string, string, string] => [
  'invoice',
  contract,
  month,
];
