import type { ContractId } from '@smartkey/kernel';
import type { JstDay, ServiceMonth } from '@smartkey/calendar';
import type { ParkReason } from '../invoice/draft-invoice.ts';
import type { InvoiceInputs, MeasuredMonth, OutstandingFee } from '../invoice/invoice-inputs.ts';
import type { Yen } from '@smartkey/money';
import type { Invoice, InvoiceDraft, Recipient } from '../invoice/invoice.ts';
import type { Issuer } from '../invoice/issuer.ts';
import type { BillingPolicy, PolicyCatalogue } from '../policies/billing-policy.ts';
import type { RuleVersion } from '../rules/rule-version.ts';
import type { ItemKey } from './billed-items.ts';
import type { Grounds, LateFact } from './late-fact.ts';
import type { BillableContract } from './next-invoice.ts';

/** One contract as a run finds it. */
export interface ContractToBill extends BillableContract {
  readonly contract: ContractId;
  /** Months that are not issued and may be, ascending; of one that can owe nothing there is nothing but its name. */
  readonly months: readonly (MeasuredMonth | ServiceMonth)[];
  /** Issued months that are looked at again: those that a late fact may concern, those whose invoice or correction carries a waived fee, those with a late fee. */
  readonly again: readonly MeasuredMonth[];
  /** The documents that bill something of those, in the order of their issue; credit notes are none. */
  readonly documents: readonly Invoice[];
  readonly lateFacts: readonly LateFact[];
  /** Whether a document was drawn up with a fact in view. */
  readonly wasRead: (document: Invoice, fact: LateFact) => boolean;
}

export interface BillingRun {
  /** The month that is closed. */
  readonly closing: ServiceMonth;
  /** The day of the run, which fixes its month in Japan. */
  readonly day: JstDay;
  readonly policies: PolicyCatalogue;
  /** The policy that a document names, whether or not it still holds. */
  readonly policyOfVersion: (version: string) => BillingPolicy | undefined;
  /** Whether a document is of this very run, which goes on after it was cut short. */
  readonly made: (document: Invoice) => boolean;
  /** The months that corrections are made of: none for a look, one to prove its correction; missing: whichever need one. */
  readonly correcting?: readonly ServiceMonth[];
  /** The last month whose invoice may be a next one; default: the month of the day. */
  readonly upTo?: ServiceMonth;
  /** By which documents are drawn up; an issued month is rated again by those that its invoice names. */
  readonly rules: RuleVersion;
}

/** A document in all but number and date, and what its hash of inputs covers. */
export interface PlannedDocument {
  readonly draft: InvoiceDraft;
  readonly from: DraftedFrom;
}

/** Everything that a document follows from, besides rules and policies. */
export interface DraftedFrom {
  /** Of an ordinary invoice: its month with the fees that it carries. */
  readonly inputs?: InvoiceInputs;
  /** Of a correction: who makes it out, to whom, and its late fees. */
  readonly issuer?: Issuer;
  readonly recipient?: Recipient;
  readonly fees?: readonly OutstandingFee[];
  /** Months that were rated again for it, with what was billed for them before, by key of the item. */
  readonly again?: readonly (Omit<MeasuredMonth, 'issuer' | 'recipient'> & {
    readonly billed: Readonly<Record<string, string>>;
  })[];
}

/** A difference, or a late fee, that no document of the run takes up. */
export interface Waiting extends ItemKey, Grounds {
  /** The invoice of the month. */
  readonly number: string;
  /** Over all documents so far; of a late fee 0. */
  readonly issued: Yen;
  readonly shouldBe: Yen;
  /** Never 0. */
  readonly amount: Yen;
  readonly goesTo: 'next-invoice' | 'correction';
  /** The month of the next invoice, where it goes there. */
  readonly next?: ServiceMonth;
}

/** What a run makes of one contract. */
export interface ContractPlan {
  readonly contract: ContractId;
  /** Invoices by month, then corrections by month. */
  readonly documents: readonly PlannedDocument[];
  readonly nothingDue: readonly ServiceMonth[];
  readonly waiting: readonly Waiting[];
  /** The month from which on there is no document, and no correction at all; months after it wait. */
  readonly parked?: { readonly month: ServiceMonth; readonly reason: ParkReason };
}
