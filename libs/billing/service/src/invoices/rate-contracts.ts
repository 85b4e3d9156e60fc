import {
  draftInvoice,
  feesToInvoice,
  hashedInputs,
  issuerIn,
  monthsToConsider,
  policyIn,
  RULE_VERSION,
  type InvoiceDraft,
  type InvoiceInputs,
  type Issuer,
  type ParkReason,
} from '@smartkey/billing-domain';
import { earlierDay, lastDayOf, type JstDay, type ServiceMonth } from '@smartkey/calendar';
import type { Sql } from '@smartkey/database';
import { canonicalJson } from '@smartkey/event-store';
import { billingWindowIn, planIn } from '@smartkey/terms';
import { quoteFor, type ContractFacts } from '@smartkey/messages';
import { createHash } from 'node:crypto';
import type { Billed } from '../documents/billed.query.ts';
import { successesOf, usedDaysOf, type DaysOf } from '../ledger/used-days.query.ts';
import type { BillingSettings } from '../settings/billing-settings.ts';

/** One contract and what billing has done for it. */
export interface ContractToRate {
  readonly facts: ContractFacts;
  readonly billed: Pick<Billed, 'lastIssued' | 'fees'>;
}

/** A draft with the hash of what it follows from. */
export interface Rated {
  readonly draft: InvoiceDraft;
  readonly inputsHash: string;
}

/** What a contract's months up to the one to close come to, in their order. */
export interface RatedContract {
  readonly contract: string;
  readonly drafts: readonly Rated[];
  readonly nothingDue: readonly ServiceMonth[];
  /** Why one of the months cannot be drawn up; those after it wait. */
  readonly parked?: ParkReason;
}

export interface RatingOptions {
  readonly closing: ServiceMonth;
  readonly settings: BillingSettings;
  /** Days after this one have not been used yet: for a look at a month that goes on. */
  readonly measuredTo?: JstDay;
}

/** SHA-256 (hex) over the canonical form (RFC 8785) of what a draft follows from. */
export const inputsHashOf = (inputs: InvoiceInputs, policyVersion: string): string =>
  createHash('sha256')
    .update(canonicalJson(hashedInputs(inputs, RULE_VERSION, policyVersion)))
    .digest('hex');

/** A month of a contract with everything but its fees, which depend on the documents before it. */
type Month = Omit<InvoiceInputs, 'fees'>;

/**
 * Rates the months that contracts owe up to a month: the one way from ledger to document, for preview, close and
 * verification alike. Reads quantities of all contracts in two statements.
 */
export async function rateContracts(
  sql: Sql,
  contracts: readonly ContractToRate[],
  options: RatingOptions,
): Promise<readonly RatedContract[]> {
  const months = contracts.map((contract) => monthsOf(contract, options));
  await measure(sql, months.flat(), options);
  return contracts.map((contract, index) => rate(contract, months[index]!, options.settings));
}

type Unmeasured = { -readonly [Part in keyof Month]: Month[Part] };

function monthsOf({ facts, billed }: ContractToRate, { closing, settings }: RatingOptions): Unmeasured[] {
  const outstanding = facts.fees.filter(
    ({ fee, waived, amount }) => !waived && amount !== '0' && !billed.fees.has(fee),
  );
  const life = {
    ...(facts.billingStart !== undefined && { billingStart: facts.billingStart }),
    ...(billed.lastIssued !== undefined && { lastIssued: billed.lastIssued }),
    feeDays: outstanding.map(({ arisenOn }) => arisenOn),
  };
  return monthsToConsider(life, closing).map((month) =>
    monthOf(facts, month, issuerIn(month, settings.issuer)),
  );
}

/** A month as the contract's facts have it, nothing measured yet. */
export function monthOf(facts: ContractFacts, month: ServiceMonth, issuer: Issuer): Unmeasured {
  const window = billingWindowIn(facts, month);
  const plan = planIn(facts, month);
  const quote = quoteFor(facts, month);
  return {
    contract: facts.contract,
    month,
    ...(window && { window }),
    ...(plan && { plan }),
    ...(quote && { quote }),
    usedDays: [],
    successes: 0,
    ...(facts.recipient && { recipient: facts.recipient }),
    issuer,
  };
}

/** Fills in what was used, of each month by its own plan: the other plan's measure is free (第1条). */
async function measure(
  sql: Sql,
  months: readonly Unmeasured[],
  { measuredTo }: RatingOptions,
): Promise<void> {
  const daysOf = ({ contract, month, window }: Unmeasured): DaysOf => ({
    contract,
    days: { from: window!.from, to: earlierDay(window!.to, measuredTo ?? lastDayOf(month)) },
  });
  const billable = months.filter(({ window }) => window !== undefined);
  const enterprise = billable.filter(({ plan }) => plan === 'enterprise');
  const provider = billable.filter(({ plan }) => plan === 'service-provider');
  const usedDays = await usedDaysOf(sql, enterprise.map(daysOf));
  const successes = await successesOf(sql, provider.map(daysOf));
  enterprise.forEach((month, index) => (month.usedDays = usedDays[index]!));
  provider.forEach((month, index) => (month.successes = successes[index]!));
}

function rate(
  { facts, billed }: ContractToRate,
  months: readonly Month[],
  settings: BillingSettings,
): RatedContract {
  const invoiced = new Set(billed.fees);
  const drafts: Rated[] = [];
  const nothingDue: ServiceMonth[] = [];
  for (const month of months) {
    const fees = feesToInvoice(facts.fees, invoiced, month.month);
    const outcome = draftOrReason({ ...month, fees }, settings);
    if (outcome.outcome === 'nothing-due') nothingDue.push(month.month);
    else if (outcome.outcome === 'parked') {
      const parked = waitingFor(outcome.reason, month.month, months.at(-1)!.month);
      return { contract: facts.contract, drafts, nothingDue, parked };
    } else {
      drafts.push(outcome);
      for (const { fee } of fees) invoiced.add(fee);
    }
  }
  return { contract: facts.contract, drafts, nothingDue };
}

type Outcome =
  | { readonly outcome: 'nothing-due' }
  | { readonly outcome: 'parked'; readonly reason: ParkReason }
  | ({ readonly outcome: 'draft' } & Rated);

/** A contract whose facts no rule can rate must not keep the others from being billed. */
export function draftOrReason(inputs: InvoiceInputs, settings: BillingSettings): Outcome {
  try {
    const policy = policyIn(settings.policies, inputs.month);
    const outcome = draftInvoice(inputs, policy);
    return outcome.outcome === 'draft'
      ? { ...outcome, inputsHash: inputsHashOf(inputs, policy.version) }
      : outcome;
  } catch (error) {
    const detail = `${inputs.month}: cannot be rated: ${error instanceof Error ? error.message : String(error)}`;
    return { outcome: 'parked', reason: { code: 'not-ratable', detail } };
  }
}

/** A contract's months are issued in order: where an earlier one is parked, the later ones wait for it. */
const waitingFor = (reason: ParkReason, month: ServiceMonth, closing: ServiceMonth): ParkReason =>
  month === closing
    ? reason
    : {
        code: 'earlier-month-waits',
        detail: `${closing} waits for ${month}, which cannot be issued: ${reason.detail}`,
      };
