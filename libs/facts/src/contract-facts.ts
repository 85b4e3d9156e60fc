import type { Yen } from '@smartkey/money';
import type { JstDay, ServiceMonth } from '@smartkey/calendar';
import type { Instant, ContractId, FeeId, PlanChangeId } from '@smartkey/kernel';
import { governingQuote, isOver, planIn, type Plan, type PlanFromMonth, type Quote } from '@smartkey/terms';
import { isContractMessage, type ContractMessages, type MessageOf, type Party } from '@smartkey/messages';

/** A change of plan that holds from its month, as accepted. */
export interface PlanFrom extends PlanFromMonth {
  readonly planChange: PlanChangeId;
}

export interface ArisenFee {
  readonly fee: FeeId;
  readonly kind: 'initial' | 'one-time';
  readonly amount: Yen;
  readonly description: string;
  readonly arisenOn: JstDay;
  readonly taxCode: 'standard' | 'out-of-scope';
  readonly waived: boolean;
  /** Waived because it had been entered by mistake, not by agreement. */
  readonly mistake?: true;
}

/**
 * The dated facts of one contract, as the other services hold them. They are compared with the clock, so an end or a month's
 * plan is in force at its instant also when the bus is behind.
 */
export interface ContractFacts {
  readonly contract: ContractId;
  /** Revision of the contract's stream that these facts stand at. */
  readonly revision: number;
  readonly accepted: boolean;
  readonly acceptedOn?: JstDay;
  readonly recipient?: Party;
  /** The plan of the acceptance. */
  readonly firstPlan?: Plan;
  readonly planChanges: readonly PlanFrom[];
  readonly billingStart?: JstDay;
  /** Effective day of the standing cancellation: the last day of service. */
  readonly lastDay?: JstDay;
  readonly withheld: boolean;
  readonly denialReasonsDisclosed: boolean;
  /** In the order in which they were given. */
  readonly quotes: readonly Quote[];
  readonly fees: readonly ArisenFee[];
}

export const noContractFacts = (contract: ContractId): ContractFacts => ({
  contract,
  revision: -1,
  accepted: false,
  planChanges: [],
  withheld: false,
  denialReasonsDisclosed: true,
  quotes: [],
  fees: [],
});

const withoutChange = (facts: ContractFacts, planChange: PlanChangeId): readonly PlanFrom[] =>
  facts.planChanges.filter((change) => change.planChange !== planChange);

function evolve(facts: ContractFacts, message: MessageOf<ContractMessages>): ContractFacts {
  switch (message.type) {
    case 'ContractApplied':
      return { ...facts, recipient: message.data.recipient };
    case 'ContractAccepted':
      return {
        ...facts,
        accepted: true,
        acceptedOn: message.data.acceptedOn,
        firstPlan: message.data.plan,
        recipient: message.data.recipient,
      };
    case 'ApplicantChanged':
      return { ...facts, recipient: message.data.recipient };
    case 'BillingStartSet':
      return { ...facts, billingStart: message.data.date };
    case 'PriceQuoted':
      return { ...facts, quotes: [...facts.quotes, message.data.quote] };
    case 'ServiceWithheld':
      return { ...facts, withheld: true };
    case 'ServiceRestored':
      return { ...facts, withheld: false };
    case 'PlanChangeAccepted': {
      const { plan, fromMonth, planChange } = message.data;
      return {
        ...facts,
        planChanges: [...withoutChange(facts, planChange), { plan, fromMonth, planChange }],
      };
    }
    case 'PlanChangeReplaced':
    case 'PlanChangeWithdrawn':
    case 'PlanChangeLapsed':
      return { ...facts, planChanges: withoutChange(facts, message.data.planChange) };
    case 'CancellationNotified':
    case 'CancellationCorrected':
      return { ...facts, lastDay: message.data.effectiveDay };
    case 'CancellationVoided': {
      const { lastDay: _lastDay, ...standing } = facts;
      return standing;
    }
    case 'ContractTerminated':
      return { ...facts, lastDay: message.data.lastDay };
    case 'FeeObligationArose': {
      const { fee, kind, amount, description, arisenOn, taxCode } = message.data;
      return {
        ...facts,
        fees: [...facts.fees, { fee, kind, amount, description, arisenOn, taxCode, waived: false }],
      };
    }
    case 'FeeWaived': {
      const { fee: waived, mistake } = message.data;
      return {
        ...facts,
        fees: facts.fees.map((fee) =>
          fee.fee === waived ? { ...fee, waived: true, ...(mistake && { mistake }) } : fee,
        ),
      };
    }
    case 'DenialReasonsSet':
      return { ...facts, denialReasonsDisclosed: message.data.disclosed };
    case 'ApplicationRejected':
    case 'ApplicationWithdrawn':
    case 'ServiceStarted':
    case 'ConditionAttested':
    case 'ConditionWithdrawn':
    case 'PlanChangeRequested':
    case 'PlanChanged':
    case 'IijIdContractLost':
    case 'IijIdContractRegained':
      return facts;
    default:
      return (message satisfies never, facts);
  }
}

/**
 * The facts after one more message of the contract's stream. A message at or before the revision reached changes nothing:
 * the same message may come by the bus and told directly.
 */
export function foldContractFacts(
  facts: ContractFacts,
  message: { readonly type: string; readonly revision: number; readonly data: unknown },
): ContractFacts {
  if (message.revision <= facts.revision) return facts;
  const told = isContractMessage(message) ? evolve(facts, message) : facts;
  return { ...told, revision: message.revision };
}

/** For those whose business prices, fees and persons are not: they keep none of them. */
export const withoutPricesAndPersons = ({
  recipient: _recipient,
  ...facts
}: ContractFacts): ContractFacts => ({
  ...facts,
  quotes: [],
  fees: [],
});

/** Whether the contract is in force at an instant: accepted, and its last day not over (第6条). */
export const inForceAt = (facts: ContractFacts, instant: Instant): boolean =>
  facts.accepted && !isOver(facts.lastDay, instant);

/** The quote that governs a month of the contract (別紙1). */
export const quoteFor = (facts: ContractFacts, month: ServiceMonth): Quote | undefined =>
  governingQuote(facts.quotes, planIn(facts, month), month);
