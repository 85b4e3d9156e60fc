import type { ContractId, FeeId, QuoteId } from '@smartkey/kernel';
import type { ClosedSpan, JstDay, ServiceMonth } from '@smartkey/calendar';
import type { Decimal, Yen } from '@smartkey/money';
import type { PaymentTerm } from '../policies/billing-policy.ts';
import type { TierCharge } from '../rating/auth-api-usage.ts';
import type { Plan } from '@smartkey/terms';
import type { UsedDaysHistogram } from '../rating/used-days.ts';
import type { TaxCode } from '../tax/tax-code.ts';
import type { TaxGroup } from '../tax/tax-groups.ts';
import type { InvoiceForm } from './invoice-form.ts';
import type { Issuer } from './issuer.ts';

/** An ordinary invoice; a correction of issued ones (訂正); a credit note for an agreed reduction (適格返還請求書). */
export type DocumentKind = 'invoice' | 'correction' | 'credit-note';

/** The monthly items of 別紙1. */
export type MonthlyItem = 'base' | 'account-usage' | 'auth-api-usage';

/** What is billed for itself: monthly items and fees. */
export type BilledItem = MonthlyItem | 'initial-fee' | 'one-time-fee';

export type LineItem = BilledItem | 'adjustment' | 'credit';

/** An invoice that another document corrects. */
export interface CorrectedInvoice {
  readonly number: string;
  readonly issuedOn: JstDay;
  readonly month: ServiceMonth;
}

/** `agreement` where every cause is one (a replaced quote, a moved start, a waived fee), else `error`: tax period and booking differ. */
export type Ground = 'agreement' | 'error';

/** The fact that made a difference. */
export interface Cause {
  readonly stream: string;
  readonly revision: number;
  readonly day: JstDay;
}

/** What a line puts right, of which invoice, and why. */
export interface Corrects extends CorrectedInvoice {
  readonly item: BilledItem | 'credit';
  /** The fee, where it is one. */
  readonly fee?: FeeId;
  readonly ground: Ground;
  /** The first of its causes. */
  readonly causes: readonly Cause[];
  /** How many more there are. */
  readonly moreCauses?: number;
  /**
   * What the invoice came to per rate, with all that corrected it, before this document and after it: the same on each line that
   * corrects it.
   */
  readonly wrong: readonly TaxGroup[];
  readonly right: readonly TaxGroup[];
}

export interface InvoiceLine {
  /** 1, 2, … within the document. */
  readonly n: number;
  readonly item: LineItem;
  readonly description: string;
  /** base and fees 1; account usage the sum of coefficients; auth API usage the count of successes; adjustments and credits 1 or -1. */
  readonly quantity: Decimal;
  /** `null` where there is no single price. */
  readonly unitPrice: Decimal | null;
  readonly tiers?: readonly TierCharge[];
  /** Tax-exclusive. */
  readonly amount: Yen;
  readonly taxCode: TaxCode;
  /** The line's own day, which its tax code goes by: the last day of its month, or the day a fee arose. */
  readonly date: JstDay;
  /** The fee obligation (`fee_…`) that the line invoices; an adjustment names it in `corrects`. */
  readonly fee?: FeeId;
  readonly corrects?: Corrects;
}

/** Whom a document is made out to. */
export interface Recipient {
  readonly name: string;
  readonly honorific?: '御中' | '様';
  /** `100-0001` */
  readonly postalCode?: string;
  readonly address?: string;
  readonly department?: string;
  /** The person there. */
  readonly contact?: string;
}

/** What was measured and what it was priced by: a document can be derived from this again. */
export interface InvoiceBasis {
  readonly plan?: Plan;
  /** The billing window cut to the month. */
  readonly window?: ClosedSpan;
  /** Id of the governing quote. */
  readonly quote?: QuoteId;
  readonly usedDays?: UsedDaysHistogram;
  readonly successes?: number;
  /** Issued months that were rated again for lines of this document, and what was measured then. */
  readonly again?: readonly RatedAgain[];
}

/** An issued month as it was rated again. */
export interface RatedAgain extends Omit<InvoiceBasis, 'again'> {
  readonly number: string;
  readonly month: ServiceMonth;
}

/** A document in all but number and date: what rating comes to. */
export interface InvoiceDraft {
  readonly contract: ContractId;
  readonly kind: DocumentKind;
  readonly month: ServiceMonth;
  readonly form: InvoiceForm;
  readonly issuer: Issuer;
  readonly recipient: Recipient;
  /** The days of supply. */
  readonly period: ClosedSpan;
  readonly lines: readonly InvoiceLine[];
  readonly taxes: readonly TaxGroup[];
  readonly net: Yen;
  readonly tax: Yen;
  readonly total: Yen;
  readonly basis: InvoiceBasis;
  /** Of a correction and a credit note: the invoice that it is about. */
  readonly corrects?: CorrectedInvoice;
  /** Invoices whose differences were meant for this one and do not stand on it: they get documents of their own in its run, or wait where that is parked. */
  readonly apart?: readonly string[];
  readonly ruleVersion: string;
  readonly policyVersion: string;
  readonly termsVersion: string;
}

/** How far the log of a source went when a document was drawn up: it cannot be cut below what was read of it. */
export interface ReadHead {
  /** `<system>/<service>` */
  readonly origin: string;
  /** Events. */
  readonly size: number;
  /** Of the tree over them (RFC 6962), hex. */
  readonly root: string;
}

/** Which events a document follows from. */
export interface RecordedInputs {
  /** In the order of the origins. */
  readonly heads: readonly ReadHead[];
  /** How many events they are. */
  readonly count: number;
  /** RFC 6962 over their leaves, logs in the order of the origins, hex. */
  readonly root: string;
}

/**
 * Where the facts of a document were read, and what they came to. Documents from before these were recorded have no `heads`, `count` and
 * `root`.
 */
export interface InvoiceInputsRecord extends Partial<RecordedInputs> {
  /** Log position reached of each source, `{"contract":"120"}`; of each partition where there are several, `contract/3`. */
  readonly positions: Readonly<Record<string, string>>;
  readonly ruleVersion: string;
  readonly policyVersion: string;
  readonly termsVersion: string;
  /** The term by which `dueOn` was counted; missing up to rule version 2018-01-01.2, where it is the policy's. */
  readonly paymentTerm?: PaymentTerm;
  /** Hex SHA-256 over the canonical form (RFC 8785) of the inputs. */
  readonly hash: string;
}

/** A document as issued. It never changes. */
export interface Invoice extends Omit<InvoiceDraft, 'ruleVersion' | 'policyVersion' | 'termsVersion'> {
  readonly number: string;
  readonly issuedOn: JstDay;
  readonly dueOn: JstDay;
  readonly inputs: InvoiceInputsRecord;
}
