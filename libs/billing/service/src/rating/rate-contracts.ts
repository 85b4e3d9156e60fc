import {
  CURRENT_RULES,
  draftInvoice,
  feesToInvoice,
  hashedInputs,
  isDue,
  policyIn,
  type BillingProfile,
  type InvoiceDraft,
  type InvoiceInputs,
  type ParkReason,
  type PaymentTerm,
  type PolicyCatalogue,
} from '@smartkey/billing-domain';
import type { ServiceMonth } from '@smartkey/calendar';
import { canonicalJson } from '@smartkey/event-store';
import { createHash } from 'node:crypto';
import { Turns } from '../shared/turns.ts';
import type { MeasuredContract } from './measure-contracts.ts';

/** A draft with the hash of what it follows from, and what it needs to be issued. */
export interface Rated {
  readonly draft: InvoiceDraft;
  readonly inputsHash: string;
  /** When the document is to be paid. */
  readonly paymentTerm: PaymentTerm;
}

/** What a contract's months come to, in their order. */
export interface RatedContract {
  readonly contract: string;
  readonly drafts: readonly Rated[];
  readonly nothingDue: readonly ServiceMonth[];
  /** Why one of the months cannot be drawn up; those after it wait. */
  readonly parked?: ParkReason;
}

/** SHA-256 (hex) over the canonical form (RFC 8785) of what a draft follows from. */
export const inputsHashOf = (inputs: InvoiceInputs, ruleVersion: string, policyVersion: string): string =>
  createHash('sha256')
    .update(canonicalJson(hashedInputs(inputs, ruleVersion, policyVersion)))
    .digest('hex');

/** Rates what was measured, in the order given. In memory alone: no transaction need be open for it. */
export async function rateContracts(
  contracts: readonly MeasuredContract[],
  policies: PolicyCatalogue,
): Promise<readonly RatedContract[]> {
  const turns = new Turns();
  const rated: RatedContract[] = [];
  for (const contract of contracts) rated.push(await rate(contract, policies, turns));
  return rated;
}

async function rate(
  { facts, billed, profile, closing, months }: MeasuredContract,
  policies: PolicyCatalogue,
  turns: Turns,
): Promise<RatedContract> {
  const invoiced = new Set(billed.fees);
  const drafts: Rated[] = [];
  const nothingDue: ServiceMonth[] = [];
  for (const month of months) {
    await turns.next();
    if (typeof month === 'string') {
      nothingDue.push(month);
      continue;
    }
    const fees = feesToInvoice(facts.fees, invoiced, month.month);
    const outcome = draftOrReason({ ...month, fees }, policies);
    if (outcome.outcome === 'nothing-due') nothingDue.push(month.month);
    else if (outcome.outcome === 'parked') {
      const waits = !billed.issued.has(closing) && month.month < closing;
      const parked = waits ? waitingFor(outcome.reason, month.month, closing) : outcome.reason;
      return { contract: facts.contract, drafts, nothingDue, parked };
    } else {
      drafts.push(withTerm(outcome, profile));
      for (const { fee } of fees) invoiced.add(fee);
    }
  }
  return { contract: facts.contract, drafts, nothingDue };
}

/** A term that is agreed with the contract goes before the policy's. */
const withTerm = (rated: Rated, { paymentTerm = rated.paymentTerm }: BillingProfile): Rated => ({
  ...rated,
  paymentTerm,
});

type Outcome =
  | { readonly outcome: 'nothing-due' }
  | { readonly outcome: 'parked'; readonly reason: ParkReason }
  | ({ readonly outcome: 'draft' } & Rated);

/** A contract whose facts no rule can rate must not keep the others from being billed. */
function draftOrReason(inputs: InvoiceInputs, policies: PolicyCatalogue): Outcome {
  // No policy holds before the terms came into force, and none is needed where nothing is due.
  if (!isDue(inputs)) return { outcome: 'nothing-due' };
  try {
    const policy = policyIn(policies, inputs.month);
    const outcome = draftInvoice(inputs, policy);
    return outcome.outcome === 'draft'
      ? {
          ...outcome,
          inputsHash: inputsHashOf(inputs, CURRENT_RULES.version, policy.version),
          paymentTerm: policy.paymentTerm,
        }
      : outcome;
  } catch (error) {
    const detail = `${inputs.month}: cannot be rated: ${error instanceof Error ? error.message : String(error)}`;
    return { outcome: 'parked', reason: { code: 'not-ratable', detail } };
  }
}

/** A contract's months are issued in order: where an earlier one is parked, the later ones wait for it. */
const waitingFor = (reason: ParkReason, month: ServiceMonth, closing: ServiceMonth): ParkReason => ({
  code: 'earlier-month-waits',
  detail: `${closing} waits for ${month}, which cannot be issued: ${reason.detail}`,
});
