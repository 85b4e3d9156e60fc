import type { JstDay, ServiceMonth } from '@smartkey/calendar';
import type { ParkReason } from '../invoice/draft-invoice.ts';
import type { ArisenFee, InvoiceInputs, MeasuredMonth, OutstandingFee } from '../invoice/invoice-inputs.ts';
import type { Invoice, InvoiceDraft } from '../invoice/invoice.ts';
import type { PolicyCatalogue } from '../policies/billing-policy.ts';
import type { RuleVersion } from '../rules/rule-version.ts';
import type { Difference } from './differences.ts';
import type { LateFact } from './late-fact.ts';
import type { BillableContract } from './next-invoice.ts';

/** One contract as a run finds it. */
export interface ContractToBill extends BillableContract {
  readonly contract: string;
  /** Months that are not issued and may be, ascending; of one that can owe nothing there is nothing but its name. */
  readonly months: readonly (MeasuredMonth | ServiceMonth)[];
  /** Issued months that are looked at again: those that a late fact may concern, those whose invoice or correction carries a waived fee, those with a late fee. */
  readonly again: readonly MeasuredMonth[];
  /** The documents that bill something of those, in the order of their issue; credit notes are none. */
  readonly documents: readonly Invoice[];
  readonly lateFacts: readonly LateFact[];
}

export interface BillingRun {
  /** The month that is closed. */
  readonly closing: ServiceMonth;
  /** The day of the run, which fixes its month in Japan. */
  readonly day: JstDay;
  readonly policies: PolicyCatalogue;
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
  /** Late fees on a correction. */
  readonly fees?: readonly OutstandingFee[];
  /** Months that were rated again for it, with what was billed for them before, by key of the item. */
  readonly again?: readonly {
    readonly month: MeasuredMonth;
    readonly billed: Readonly<Record<string, string>>;
  }[];
}

/** A difference, or a late fee, that no document of the run takes up. */
export interface Waiting {
  readonly month: ServiceMonth;
  readonly difference?: Difference;
  readonly fee?: ArisenFee;
  readonly goesTo: 'next-invoice' | 'correction';
}

/** What a run makes of one contract. */
export interface ContractPlan {
  readonly contract: string;
  /** Invoices by month, then corrections by month. */
  readonly documents: readonly PlannedDocument[];
  readonly nothingDue: readonly ServiceMonth[];
  readonly waiting: readonly Waiting[];
  /** The month from which on there is no document, and no correction at all; months after it wait. */
  readonly parked?: { readonly month: ServiceMonth; readonly reason: ParkReason };
}
