import type { ContractId } from '@smartkey/kernel';
import {
  CURRENT_RULES,
  hashedInputs,
  planInSteps,
  policyIn,
  type BillingProfile,
  type BillingRun,
  type ContractPlan,
  type DraftedFrom,
  type Invoice,
  type InvoiceDraft,
  type ParkReason,
  type PaymentTerm,
  type RecordedInputs,
  type PlannedDocument,
} from '@smartkey/billing-domain';
import { monthOfDay, type JstDay, type ServiceMonth } from '@smartkey/calendar';
import { canonicalJson } from '@smartkey/event-store';
import { Turns } from '@smartkey/lifecycle';
import { createHash } from 'node:crypto';
import { wasRead } from '../ledger/late-facts.query.ts';
import type { SettingsInForce } from '../settings/settings-in-force.ts';
import type { MeasuredContract } from './measure-contracts.ts';

/** A draft with the hash of what it follows from, and what it needs to be issued. */
export interface Rated {
  readonly draft: InvoiceDraft;
  readonly inputsHash: string;
  /** When the document is to be paid. */
  readonly paymentTerm: PaymentTerm;
  /** Invoices and corrections of the contract that it counts from. */
  readonly after: number;
  /** Which events it follows from; missing where a log does not say how far it goes. */
  readonly recorded?: RecordedInputs | undefined;
}

/** What a contract comes to: invoices by month, then corrections. */
export interface RatedContract extends Pick<ContractPlan, 'nothingDue' | 'waiting'> {
  readonly contract: ContractId;
  readonly drafts: readonly Rated[];
  /** Why a month cannot be drawn up; those after it wait, and every correction. */
  readonly parked?: ParkReason;
}

/** By what contracts are rated. */
export interface RatingRun {
  readonly day: JstDay;
  /** The last month whose invoice may be a next one; default: the month of the day. */
  readonly upTo?: ServiceMonth;
  /** The numbers of documents that the run has made already, where it goes on after it was cut short. */
  readonly made?: ReadonlySet<string>;
  readonly settings: SettingsInForce;
}

/**
 * SHA-256 (hex) over the canonical form (RFC 8785) of what a draft follows from. Of an invoice that corrects nothing these are its
 * inputs alone, as in every version of the rules.
 */
export function hashOfInputs(
  { inputs, ...more }: DraftedFrom,
  { ruleVersion, policyVersion }: Pick<InvoiceDraft, 'ruleVersion' | 'policyVersion'>,
): string {
  const versions =
    inputs === undefined ? { ruleVersion, policyVersion } : hashedInputs(inputs, ruleVersion, policyVersion);
  return createHash('sha256')
    .update(canonicalJson({ ...versions, ...more }))
    .digest('hex');
}

/**
 * The term of a document: what is agreed with the contract, else by the policy of its month; of a correction, of the month of its
 * issue.
 */
export const paymentTermOf = (
  { kind, month }: Pick<InvoiceDraft, 'kind' | 'month'>,
  { paymentTerm }: BillingProfile,
  { day, settings }: Pick<RatingRun, 'day' | 'settings'>,
): PaymentTerm =>
  paymentTerm ?? policyIn(settings.policies, kind === 'invoice' ? month : monthOfDay(day)).paymentTerm;

/**
 * Rates what was measured, in the order given. In memory alone: no transaction need be open for it.
 * @param documents those that bill something of the months to look at again, by contract, in the order of issue.
 */
export async function rateContracts(
  contracts: readonly MeasuredContract[],
  documents: ReadonlyMap<ContractId, readonly Invoice[]>,
  run: RatingRun,
): Promise<readonly RatedContract[]> {
  const turns = new Turns();
  const rated: RatedContract[] = [];
  for (const contract of contracts)
    rated.push(await rate(contract, documents.get(contract.facts.contract) ?? [], run, turns));
  return rated;
}

/** How the domain is asked about a measured contract. */
export const toBill = (
  { facts, billed, months, again, lateFacts }: Omit<MeasuredContract, 'closing' | 'profile'>,
  documents: readonly Invoice[],
) => ({
  contract: facts.contract,
  life: facts,
  fees: facts.fees,
  invoiced: billed.fees,
  issued: billed.issued,
  months,
  again,
  documents,
  lateFacts,
  wasRead,
});

export const billingRunOf = (
  closing: ServiceMonth,
  { day, upTo, made, settings }: RatingRun,
): BillingRun => ({
  closing,
  day,
  made: ({ number }) => made?.has(number) ?? false,
  ...(upTo !== undefined && { upTo }),
  policies: settings.policies,
  policyOfVersion: settings.policyOfVersion,
  rules: CURRENT_RULES,
});

async function rate(
  contract: MeasuredContract,
  documents: readonly Invoice[],
  run: RatingRun,
  turns: Turns,
): Promise<RatedContract> {
  const { billed, closing, facts } = contract;
  const steps = planInSteps(toBill(contract, documents), billingRunOf(closing, run));
  let step = steps.next();
  for (; step.done !== true; step = steps.next()) await turns.next();
  const plan = step.value;
  const { parked, nothingDue, waiting } = plan;
  const reason =
    parked && !billed.issued.has(closing) && parked.month < closing
      ? waitingFor(parked.reason, parked.month, closing)
      : parked?.reason;
  return {
    contract: facts.contract,
    drafts: plan.documents.map((planned, index) =>
      ratedOf(planned, billed.documents + index, contract.profile, run),
    ),
    nothingDue,
    waiting,
    ...(reason && { parked: reason }),
  };
}

const ratedOf = (
  { draft, from }: PlannedDocument,
  after: number,
  profile: BillingProfile,
  run: RatingRun,
): Rated => ({
  draft,
  inputsHash: hashOfInputs(from, draft),
  paymentTerm: paymentTermOf(draft, profile, run),
  after,
});

/** A contract's months are issued in order: where an earlier one is parked, the later ones wait for it. */
const waitingFor = (reason: ParkReason, month: ServiceMonth, closing: ServiceMonth): ParkReason => ({
  code: 'earlier-month-waits',
  detail: `${closing} waits for ${month}, which cannot be issued: ${reason.detail}`,
});
