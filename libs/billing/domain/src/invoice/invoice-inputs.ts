import type { ContractId, FeeId } from '@smartkey/kernel';
import { type ClosedSpan, type JstDay, lastDayOf, type ServiceMonth } from '@smartkey/calendar';
import type { Yen } from '@smartkey/money';
import type { Plan, Quote } from '@smartkey/terms';
import type { UsedDaysHistogram } from '../rating/used-days.ts';
import type { TaxTreatment } from '../tax/tax-code.ts';
import type { Recipient } from './invoice.ts';
import type { Issuer } from './issuer.ts';

/** A fee obligation (第7条) that no document carries yet. */
export interface OutstandingFee {
  readonly fee: FeeId;
  readonly kind: 'initial' | 'one-time';
  /** Whole yen, tax-exclusive; 0 only for the initial fee. */
  readonly amount: Yen;
  readonly description: string;
  readonly arisenOn: JstDay;
  readonly taxCode: TaxTreatment;
}

/** Everything that an ordinary invoice of a contract's month follows from, besides rules and policies. */
export interface InvoiceInputs {
  readonly contract: ContractId;
  readonly month: ServiceMonth;
  /** The billing window cut to the month; missing where it does not meet it. */
  readonly window?: ClosedSpan;
  readonly plan?: Plan;
  /** The quote that governs the month. */
  readonly quote?: Quote;
  /** Used days of the accounts within the window. */
  readonly usedDays: UsedDaysHistogram;
  /** Successful authentications within the window. */
  readonly successes: number;
  /** What arose in the month or before and is on no document, in the order in which it arose. */
  readonly fees: readonly OutstandingFee[];
  readonly recipient?: Recipient;
  readonly issuer: Issuer;
}

/** A month of a contract with everything but its fees, which depend on the documents before it. */
export type MeasuredMonth = Omit<InvoiceInputs, 'fees'>;

/** A fee obligation as the contract's facts have it. */
export type ArisenFee = OutstandingFee & { readonly waived: boolean };

/** Up to rule version 2018-01-01.2, the fees that a document of a month takes up: arisen by its end, not waived, on no document yet (第7条). */
export const feesToInvoice = (
  fees: readonly ArisenFee[],
  invoiced: Pick<ReadonlySet<string>, 'has'>,
  month: ServiceMonth,
): readonly OutstandingFee[] =>
  fees
    .filter(({ fee, waived, arisenOn }) => !waived && !invoiced.has(fee) && arisenOn <= lastDayOf(month))
    .map(outstanding);

/** A fee as a document's inputs have it. */
export const outstanding = ({
  fee,
  kind,
  amount,
  description,
  arisenOn,
  taxCode,
}: ArisenFee): OutstandingFee => ({ fee, kind, amount, description, arisenOn, taxCode });

/**
 * What an invoice's input hash covers: the inputs, and the rule and policy versions that rated them. The hash is the SHA-256 of
 * the canonical form (RFC 8785) of this value, so equal inputs give equal hashes.
 */
export const hashedInputs = (
  inputs: InvoiceInputs,
  ruleVersion: string,
  policyVersion: string,
): { readonly inputs: InvoiceInputs; readonly ruleVersion: string; readonly policyVersion: string } => ({
  inputs,
  ruleVersion,
  policyVersion,
});
