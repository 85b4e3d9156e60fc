import type { Fact } from '@smartkey/kernel';
import { evolveAcceptance, type ServiceStart } from '../acceptance/acceptance.state.ts';
import { evolveCancellation, noCancellation, type Cancellation } from '../cancellation/cancellation.state.ts';
import { evolvePlanChanges, planOfAcceptance, type PlanChanges } from '../plan-change/plan-change.state.ts';
import type { DatedEvent } from './dated.events.ts';

/** The parts of an accepted contract that time by itself acts on. */
export interface DatedContract {
  readonly stage: 'accepted';
  readonly acceptance: ServiceStart;
  readonly planChange: PlanChanges;
  readonly cancellation: Cancellation;
}

/** A contract, as far as time by itself acts on it: not at all before its acceptance. Every `ContractState` is one. */
export type DatedState = DatedContract | { readonly stage: 'none' | 'applied' | 'ended-unaccepted' };

/** Nothing is known of the contract yet. */
export const undated: DatedState = { stage: 'none' };

/** Folds the dated facts alone; total like the contract's own fold. */
export function evolveDated(state: DatedState, event: Fact<DatedEvent>): DatedState {
  if (state.stage !== 'accepted')
    return event.type !== 'ContractAccepted'
      ? state
      : {
          stage: 'accepted',
          acceptance: {},
          planChange: planOfAcceptance(event.data.plan),
          cancellation: noCancellation,
        };
  return {
    stage: 'accepted',
    acceptance: evolveAcceptance(state.acceptance, event),
    planChange: evolvePlanChanges(state.planChange, event),
    cancellation: evolveCancellation(state.cancellation, event),
  };
}
