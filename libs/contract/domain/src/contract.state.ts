import { type AcceptanceState, evolveAcceptance, notAccepted } from './acceptance/acceptance.state.ts';
import { type ApplicationState, evolveApplication, noApplication } from './application/application.state.ts';
import {
  type CancellationState,
  evolveCancellation,
  noCancellation,
} from './cancellation/cancellation.state.ts';
import { type ConditionsState, evolveConditions, noConditionMet } from './conditions/conditions.state.ts';
import type { ContractEvent } from './contract.events.ts';
import { evolveFees, type FeesState } from './fees/fees.state.ts';
import { evolveIijId, iijIdContractHeld, type IijIdState } from './iij-id/iij-id.state.ts';
import { evolvePlanChange, noPlanChange, type PlanChangeState } from './plan-change/plan-change.state.ts';
import { evolveQuotes, type QuotesState } from './quotes/quotes.state.ts';
import { defaultSettings, evolveSettings, type SettingsState } from './settings/settings.ts';
import { evolveWithholding, notWithheld, type WithholdingState } from './withholding/withholding.ts';
import type { Fact } from '@smartkey/kernel';

/** A contract: one part per concern, each with its own fold. */
export interface ContractState {
  readonly application: ApplicationState;
  readonly acceptance: AcceptanceState;
  readonly quotes: QuotesState;
  readonly conditions: ConditionsState;
  readonly withholding: WithholdingState;
  readonly planChange: PlanChangeState;
  readonly cancellation: CancellationState;
  readonly fees: FeesState;
  readonly iijId: IijIdState;
  readonly settings: SettingsState;
}

export const noContract: ContractState = {
  application: noApplication,
  acceptance: notAccepted,
  quotes: [],
  conditions: noConditionMet,
  withholding: notWithheld,
  planChange: noPlanChange,
  cancellation: noCancellation,
  fees: [],
  iijId: iijIdContractHeld,
  settings: defaultSettings,
};

/** Total: any event in any state, in any order and with any left out. */
export const evolveContract = (state: ContractState, event: Fact<ContractEvent>): ContractState => ({
  application: evolveApplication(state.application, event),
  acceptance: evolveAcceptance(state.acceptance, event),
  quotes: evolveQuotes(state.quotes, event),
  conditions: evolveConditions(state.conditions, event),
  withholding: evolveWithholding(state.withholding, event),
  planChange: evolvePlanChange(state.planChange, event),
  cancellation: evolveCancellation(state.cancellation, event),
  fees: evolveFees(state.fees, event),
  iijId: evolveIijId(state.iijId, event),
  settings: evolveSettings(state.settings, event),
});
