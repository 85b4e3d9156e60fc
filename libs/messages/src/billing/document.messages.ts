import type { ContractId, FeeId, QuoteId } from '@smartkey/kernel';
import type { Decimal, Yen } from '@smartkey/money';
import type { Plan } from '@smartkey/terms';

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

/** Whom tax documents are made out to. */
export interface Recipient {
  readonly name: string;
  readonly department?: string;
  readonly address?: string;
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
