import type { Decimal, Yen } from '@smartkey/money';
import type { ApprovalId, ContractId, CreditNoteId, ExportId, FeeId, QuoteId, RunId } from '@smartkey/kernel';
import type { Plan } from '@smartkey/terms';
import type { Recipient, SharedText } from '../contract/contract.messages.ts';
import type { LogMessages } from '../log/log.messages.ts';

/** One tier's part of an item, before rounding. `units` are packages where the model is `package`. */
export interface TierChargeMessage {
  readonly from: number;
  readonly upTo: number | null;
  readonly units: number;
  readonly unitPrice: Decimal;
  readonly flatFee?: Decimal;
  readonly amount: Decimal;
}

export type TaxCodeMessage = 'JP-STD-8-2014' | 'JP-STD-10-2019' | 'JP-RED-8-2019' | 'JP-OUT';

/** What is billed for itself: monthly items and fees. */
export type BilledItemMessage = 'base' | 'account-usage' | 'auth-api-usage' | 'initial-fee' | 'one-time-fee';

/** What a document comes to under one tax code. */
export interface TaxRowMessage {
  readonly taxCode: TaxCodeMessage;
  /** Per cent; missing for what is out of scope (on documents of rule version 2018-01-01.1 "0"). */
  readonly rate?: string;
  readonly taxable: Yen;
  readonly tax: Yen;
}

/** The invoice that a document, or a line of it, corrects. */
export interface CorrectedInvoiceMessage {
  readonly number: string;
  readonly issuedOn: string;
  readonly month: string;
}

/** What a line puts right (Corrections). */
export interface CorrectsMessage extends CorrectedInvoiceMessage {
  readonly item: BilledItemMessage | 'credit';
  readonly fee?: FeeId;
  /** `agreement` where every cause is one. */
  readonly ground: 'agreement' | 'error';
  /** The first of the facts that made the difference. */
  readonly causes: readonly { readonly stream: string; readonly revision: number; readonly day: string }[];
  /** How many more there are. */
  readonly moreCauses?: number;
  /** The invoice per rate with all that corrected it, before this document. */
  readonly wrong: readonly TaxRowMessage[];
  /** After it. */
  readonly right: readonly TaxRowMessage[];
}

/** One line of a document; amounts are tax-exclusive whole yen. */
export interface InvoiceLineMessage {
  /** 1, 2, … */
  readonly n: number;
  readonly item: BilledItemMessage | 'adjustment' | 'credit';
  readonly description: string;
  readonly quantity: Decimal;
  /** `null` where there is no single price. */
  readonly unitPrice: Decimal | null;
  readonly tiers?: readonly TierChargeMessage[];
  readonly amount: Yen;
  readonly taxCode: TaxCodeMessage;
  /** The line's own day, which its tax code goes by. */
  readonly date: string;
  /** The fee obligation that it invoices. */
  readonly fee?: FeeId;
  readonly corrects?: CorrectsMessage;
}

/** What was measured in a month, and the quote that priced it. */
export interface InvoiceBasisMessage {
  readonly plan?: Plan;
  readonly window?: { readonly from: string; readonly to: string };
  readonly quote?: QuoteId;
  /** Pairs of used days and accounts. */
  readonly usedDays?: readonly (readonly [number, number])[];
  readonly successes?: number;
}

/** A document as issued (Invoices). Of its recipient the name is told; department and address are in billing's log, sealed. */
export interface InvoiceMessage {
  readonly number: string;
  readonly contract: ContractId;
  readonly kind: 'invoice' | 'correction' | 'credit-note';
  readonly month: string;
  readonly issuedOn: string;
  readonly dueOn: string;
  /** 請求書, 区分記載請求書, 適格請求書. */
  readonly form: 'plain' | 'categorised' | 'qualified';
  readonly issuer: { readonly name: string; readonly registrationNumber: string | null };
  readonly recipient: Recipient;
  /** The days of supply. */
  readonly period: { readonly from: string; readonly to: string };
  readonly lines: readonly InvoiceLineMessage[];
  readonly taxes: readonly TaxRowMessage[];
  readonly net: Yen;
  readonly tax: Yen;
  readonly total: Yen;
  readonly basis: InvoiceBasisMessage & {
    /** Issued months that were rated again for lines of this document. */
    readonly again?: readonly (InvoiceBasisMessage & { readonly number: string; readonly month: string })[];
  };
  /** Of a correction and a credit note. */
  readonly corrects?: CorrectedInvoiceMessage;
  /** Numbers of invoices whose differences were meant for this one and get corrections of their own. */
  readonly apart?: readonly string[];
  readonly inputs: {
    /** Log position read on each partition, by `<source>/<partition>`. */
    readonly positions: Readonly<Record<string, string>>;
    readonly ruleVersion: string;
    readonly policyVersion: string;
    readonly termsVersion: string;
    /** The term that the due day was counted by. */
    readonly paymentTerm?: {
      readonly monthsAfter: number;
      readonly onHoliday: 'next-banking-day' | 'previous-banking-day' | 'unmoved';
    };
    /** Hex SHA-256 over the canonical form (RFC 8785) of the inputs. */
    readonly hash: string;
    /** How far the log of each source went, by origin: the size of its tree and the root (RFC 6962) in hex. Since version 4 of invoices. */
    readonly heads?: readonly { readonly origin: string; readonly size: number; readonly root: string }[];
    /** How many events the document follows from. */
    readonly count?: number;
    /** RFC 6962 over their leaves, hex. */
    readonly root?: string;
  };
}

/** Documents that a finished export took. */
export interface ExportClaimMessage {
  readonly month?: string;
  readonly since?: string;
  /** Number of the last one in the order of issue. */
  readonly last: string;
}

/** Which documents an export takes. */
export interface ExportSelectionMessage {
  /** Missing: of any month. */
  readonly month?: string;
  /** A day, or `last`: what no export of the format had taken before. */
  readonly since?: string;
  /** Only documents behind this one. */
  readonly after?: string;
  /** But for those that these have taken. */
  readonly except?: readonly ExportClaimMessage[];
}

/** What a file comes to: equal to the tax rows of its documents to the yen. */
export interface ControlTotalsMessage {
  readonly documents: number;
  readonly lines: number;
  readonly net: string;
  readonly tax: string;
  readonly gross: string;
  readonly rates: readonly {
    readonly taxCode: TaxCodeMessage;
    readonly rate?: string;
    readonly net: string;
    readonly tax: string;
    readonly gross: string;
  }[];
}

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
