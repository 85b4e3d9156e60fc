import type { ApprovalId, CreditNoteId, ExportId, RunId } from '@smartkey/kernel';
import type { SharedText } from '../contract/contract.messages.ts';
import type { LogMessages } from '../log/log.messages.ts';
import type { InvoiceMessage } from './document.messages.ts';
import type { ControlTotalsMessage, ExportSelectionMessage } from './export.messages.ts';

/** What the billing service publishes on `smartkey.billing`. */
export interface BillingMessages {
  /** Stream `close-<month>`: somebody asked for a month to be closed. */
  CloseRequested: { run: RunId; month: string };
  /** The run has looked at every contract; `partial` where some are parked: billing lists them by name. */
  CloseFinished: {
    run: RunId;
    month: string;
    state: 'completed' | 'partial';
    counts: {
      total: number;
      issued: number;
      corrected: number;
      nothingDue: number;
      parked: number;
      invoices: number;
      overtaken: number;
      corrections: number;
      waitingContracts: number;
      /** Tax-exclusive whole yen. */
      waitingNet: string;
      /** Months of all contracts that are billed below 0. */
      belowZero: number;
    };
  };
  /** Stream `billing-<ctr_…>`: a month of a contract is done. Issued is final; nothing-due is not. */
  MonthClosed: { month: string; outcome: 'issued' | 'nothing-due'; number?: string };
  /** Stream `series-<name>`: revision + 1 is the number's count. */
  InvoiceIssued: InvoiceMessage;
  /** The same stream: an issued month was corrected by a document of its own, up or down. */
  CorrectionIssued: InvoiceMessage;
  /** The same stream: an agreed reduction of an issued month was credited. */
  CreditNoteIssued: InvoiceMessage & { readonly creditNote: CreditNoteId; readonly agreedOn: string };
  /** Stream `approval-<apr_…>`: an agreed reduction was asked for; another person decides it. */
  CreditNoteProposed: {
    approval: ApprovalId;
    creditNote: CreditNoteId;
    /** The issued month that it lies in, with the number of its invoice. */
    affects: readonly { readonly month: string; readonly number: string }[];
  };
  /** The same stream: the note is issued upon this. */
  CreditNoteApproved: { approval: ApprovalId; creditNote: CreditNoteId };
  /** The same stream: another person refused it, or it was no longer legal when it was approved. */
  CreditNoteRejected: { approval: ApprovalId; creditNote: CreditNoteId; cause: 'person' | 'no-longer-legal' };
  /** Stream `exports-<name>`: somebody asked for a file for an ERP; it holds what was issued up to a position of billing's log. */
  ExportRequested: ExportSelectionMessage & {
    export: ExportId;
    number: number;
    format: string;
    encoding?: string;
    schemaVersion: string;
    /** Version of the settings that it is written by. */
    settings: number;
    upTo: string;
  };
  /** The same stream: the file is there. */
  InvoiceExported: ExportSelectionMessage & {
    export: ExportId;
    number: number;
    format: string;
    encoding?: string;
    schemaVersion: string;
    settings?: number;
    documents: number;
    first?: string;
    last?: string;
    rows: number;
    bytes: number;
    /** Hex SHA-256 over the file. */
    sha256: string;
    totals?: ControlTotalsMessage;
    files?: readonly string[];
  };
  /** Stream `rendition-<number>`: what a document lacked at its issue was completed. Which fields, as pointers: what they say stays inside. */
  DocumentCompleted: { number: string; fields: readonly string[] };
  /** The same stream: a document has become a file, whose bytes never change. */
  DocumentRendered: {
    number: string;
    kind: 'pdf' | 'jp-pint';
    mediaType: string;
    bytes: number;
    /** Hex SHA-256 over the file. */
    sha256: string;
    templateVersion: string;
    fonts?: readonly { readonly name: string; readonly version: string }[];
    jpPintVersion?: string;
    /** Hash of the JP PINT file that a PDF carries. */
    embeds?: string;
  };
  /** The same stream: the accounts behind a document's usage were written down. */
  StatementMade: {
    number: string;
    rows: number;
    /** Hex: root over the commitments of the rows (RFC 6962), by month and account. */
    root: string;
  };
  /** The same stream: its documents have what the format has no place for; the first of the faults are told. */
  ExportRefused: {
    export: ExportId;
    number: number;
    format: string;
    faults: number;
    errors: readonly {
      readonly number: string;
      readonly line?: number;
      readonly field: string;
      readonly rule: string;
      readonly detail: string;
    }[];
  };
  /** Stream `acknowledgement-<exp_…>`: an ERP has taken in the file, or documents of it. */
  ExportAcknowledged: {
    export: ExportId;
    on: string;
    file: boolean;
    externalId?: string;
    items: readonly { readonly number: string; readonly externalId: string }[];
  };
  /** Stream `export-settings-billing`: files are written by other settings from now on. */
  ExportSettingsSet: { version: number; postingDate: 'last-day-of-supply' | 'issue-day' };
  /** Stream `delivery-<number>`: a document shall go out; to whom stays inside. */
  DeliveryRequested: {
    number: string;
    /** 1, 2, … of the document. */
    delivery: number;
    channel: 'mail' | 'e-invoice' | 'download';
  };
  /** The same stream: it reached the contractor's side. */
  InvoiceDelivered: {
    number: string;
    delivery: number;
    channel: 'mail' | 'e-invoice' | 'download';
  };
  /** The same stream: it will not reach it. */
  DeliveryRefused: {
    number: string;
    delivery: number;
    channel: 'mail' | 'e-invoice' | 'download';
    /** `no-recipient`; or what the server refused, with its answer in numbers: `recipient 550 5.1.1`. */
    cause: string;
  };
  /** Stream `profile-<ctr_…>`: what is agreed of a contract's documents, as it is after a change. */
  BillingProfileChanged: {
    billTo: {
      name?: string;
      honorific?: '御中' | '様';
      postalCode?: SharedText;
      address?: SharedText;
      department?: SharedText;
      contact?: SharedText;
    };
    purchaseOrder?: string;
    /** Scheme by ISO 6523. */
    endpoint?: { scheme: string; id: string };
    paymentTerm?: {
      monthsAfter: number;
      onHoliday: 'next-banking-day' | 'previous-banking-day' | 'unmoved';
    };
    delivery?: readonly ('mail' | 'e-invoice' | 'download')[];
    /** The customer's code in the operator's books. */
    customerCode?: string;
  };
  /** Stream `policies-billing`: a billing policy holds from a service month on, until the next one. */
  PolicySet: {
    version: string;
    from: string;
    yenRounding: 'floor' | 'ceil' | 'halfUp';
    taxRounding: 'floor' | 'ceil' | 'halfUp';
    paymentTerm: {
      monthsAfter: number;
      onHoliday: 'next-banking-day' | 'previous-banking-day' | 'unmoved';
    };
  };
  /** Stream `issuer-billing`: what the issuer of documents says of itself from a service month on. */
  IssuerSet: { version: string; from: string; name: string; registrationNumber: string | null };
}

export type BillingMessageType = keyof BillingMessages;

/** Everything on the topic of billing. */
export interface BillingTopicMessages extends BillingMessages, LogMessages {}
