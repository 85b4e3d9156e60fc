import type { JstDay } from '@smartkey/calendar';
import type { DomainEvent, ContractId, CreditNoteId } from '@smartkey/kernel';
import type { SeriesName } from '../invoice/document-number.ts';
import type { Invoice } from '../invoice/invoice.ts';

/** An ordinary invoice was issued; its revision in the series' stream + 1 is its number's count. */
export type InvoiceIssued = DomainEvent<'InvoiceIssued', Invoice>;

/** An issued month was corrected by a document of its own (訂正), up or down. */
export type CorrectionIssued = DomainEvent<'CorrectionIssued', Invoice>;

/** An agreed reduction was credited (適格返還請求書). */
export type CreditNoteIssued = DomainEvent<'CreditNoteIssued', CreditNote>;

export interface CreditNote extends Invoice {
  /** `crn_…` */
  readonly creditNote: CreditNoteId;
  /** The day on which the reduction was agreed. */
  readonly agreedOn: JstDay;
}

/** Only documents are events of a series: a number is a place in its stream. */
export type SeriesEvent = InvoiceIssued | CorrectionIssued | CreditNoteIssued;

/** Types of events that are documents, each the one that was issued. */
export const DOCUMENT_TYPES: ReadonlySet<string> = new Set<SeriesEvent['type']>([
  'InvoiceIssued',
  'CorrectionIssued',
  'CreditNoteIssued',
]);

/** Whether an event is a document in a series, and not one that only bears the name of one. */
export const isDocument = ({ type, stream }: { readonly type: string; readonly stream: string }): boolean =>
  DOCUMENT_TYPES.has(type) && stream.startsWith('series-');

/**
 * The version in which invoices are written now. Up to version 1 a tax row out of scope has the rate "0"; up to version 2 no line
 * corrects and no payment term is recorded; up to version 3 it is not recorded which events it follows from. They are read as they stand, for a
 * document never changes.
 */
export const INVOICE_ISSUED_VERSION = 4;

/** Of corrections and credit notes: up to version 1 it is not recorded which events they follow from. */
export const CORRECTION_ISSUED_VERSION = 2;
export const CREDIT_NOTE_ISSUED_VERSION = 2;

/** Stream of one issuer's documents. */
export const seriesStreamOf = (series: SeriesName): string => `series-${series}`;

/**
 * What makes an ordinary invoice the only one of its contract and month: the id of its event derives from this, so the log
 * itself refuses a second.
 */
const identityOfInvoice = (contract: ContractId, month: string): readonly [string, string, string] => [
  'invoice',
  contract,
  month,
];

/**
 * What a document is the only one of: an invoice of its contract and month, a correction of the place among the contract's
 * documents from which it counts, a credit note of its id. The id of its event derives from this.
 * @param begun the series, where it was begun after a loss: nobody drops its document as one that he has read under the same id before.
 */
export function identityOf(event: SeriesEvent, after: number, begun?: SeriesName): readonly string[] {
  const identity = identityInSeries(event, after);
  return begun === undefined ? identity : [...identity, begun];
}

function identityInSeries(event: SeriesEvent, after: number): readonly string[] {
  switch (event.type) {
    case 'InvoiceIssued':
      return identityOfInvoice(event.data.contract, event.data.month);
    case 'CorrectionIssued':
      return ['correction', event.data.contract, String(after)];
    case 'CreditNoteIssued':
      return ['credit-note', event.data.creditNote];
  }
}
