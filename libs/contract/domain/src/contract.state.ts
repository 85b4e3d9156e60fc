import type { Fact } from '@smartkey/kernel';
import { acceptanceBy, evolveAcceptance, type Acceptance } from './acceptance/acceptance.state.ts';
import {
  applicationBy,
  evolveApplication,
  isEnding,
  unacceptedEndBy,
  type Application,
  type UnacceptedEnd,
} from './application/application.state.ts';
import { evolveCancellation, noCancellation, type Cancellation } from './cancellation/cancellation.state.ts';
import { evolveConditions, noConditionMet, type Conditions } from './conditions/conditions.state.ts';
import type { ContractEvent } from './contract.events.ts';
import {
  evolveDenialReasons,
  reasonsDisclosed,
  type DenialReasons,
} from './denial-reasons/denial-reasons.state.ts';
import { evolveFees, noFees, type Fees } from './fees/fees.state.ts';
import { evolveIijId, iijIdContractHeld, type IijId } from './iij-id/iij-id.state.ts';
import { evolvePlanChanges, planOfAcceptance, type PlanChanges } from './plan-change/plan-change.state.ts';
import { evolveQuotes, noQuotes, type Quotes } from './quotes/quotes.state.ts';
import { evolveWithholding, notWithheld, type Withholding } from './withholding/withholding.state.ts';

/** What is there from the application on: one part per concern, each with its own fold. */
interface SinceApplication {
  readonly application: Application;
  readonly quotes: Quotes;
  readonly conditions: Conditions;
  readonly denialReasons: DenialReasons;
}

/** What is there from the acceptance on. */
interface SinceAcceptance {
  readonly acceptance: Acceptance;
  readonly withholding: Withholding;
  readonly planChange: PlanChanges;
  readonly cancellation: Cancellation;
  readonly fees: Fees;
  readonly iijId: IijId;
}

export interface NoContract {
  readonly stage: 'none';
}

export interface AppliedContract extends SinceApplication {
  readonly stage: 'applied';
}

/** The application was rejected or withdrawn. Nothing comes after it. */
export interface UnacceptedContract extends SinceApplication {
  readonly stage: 'ended-unaccepted';
  readonly end: UnacceptedEnd;
}

/** Accepted, be it ended since. */
export interface AcceptedContract extends SinceApplication, SinceAcceptance {
  readonly stage: 'accepted';
}

/** A contract, with just the parts that exist at its stage. */
export type ContractState = NoContract | AppliedContract | UnacceptedContract | AcceptedContract;

/** One that was applied for at least. */
export type ExistingContract = Exclude<ContractState, NoContract>;

export const noContract: NoContract = { stage: 'none' };

/** Total: any event in any state, in any order and with any left out. One that does not fit leaves the state as it is. */
export function evolveContract(state: ContractState, event: Fact<ContractEvent>): ContractState {
  switch (state.stage) {
    case 'none':
      return event.type === 'ContractApplied' ? appliedBy(event) : state;
    case 'applied':
      return evolveApplied(state, event);
    case 'ended-unaccepted':
      return state;
    case 'accepted':
      return evolveAccepted(state, event);
  }
}

const appliedBy = (event: Fact<Extract<ContractEvent, { type: 'ContractApplied' }>>): AppliedContract => ({
  stage: 'applied',
  application: applicationBy(event),
  quotes: noQuotes,
  conditions: noConditionMet,
  denialReasons: reasonsDisclosed,
});

function evolveApplied(state: AppliedContract, event: Fact<ContractEvent>): ContractState {
  if (isEnding(event)) return { ...state, stage: 'ended-unaccepted', end: unacceptedEndBy(event) };
  if (event.type !== 'ContractAccepted') return { ...state, ...evolveSinceApplication(state, event) };
  const { plan, recipient } = event.data;
  return {
    ...state,
    stage: 'accepted',
    application: { ...state.application, plan, recipient },
    acceptance: acceptanceBy(event),
    withholding: notWithheld,
    planChange: planOfAcceptance(plan),
    cancellation: noCancellation,
    fees: noFees,
    iijId: iijIdContractHeld,
  };
}

export const evolveAccepted = (state: AcceptedContract, event: Fact<ContractEvent>): AcceptedContract => ({
  stage: 'accepted',
  ...evolveSinceApplication(state, event),
  acceptance: evolveAcceptance(state.acceptance, event),
  withholding: evolveWithholding(state.withholding, event),
  planChange: evolvePlanChanges(state.planChange, event),
  cancellation: evolveCancellation(state.cancellation, event),
  fees: evolveFees(state.fees, event),
  iijId: evolveIijId(state.iijId, event),
});

const evolveSinceApplication = (state: SinceApplication, event: Fact<ContractEvent>): SinceApplication => ({
  application: evolveApplication(state.application, event),
  quotes: evolveQuotes(state.quotes, event),
  conditions: evolveConditions(state.conditions, event),
  denialReasons: evolveDenialReasons(state.denialReasons, event),
});
