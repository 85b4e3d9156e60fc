import type { Plan } from '@smartkey/terms';
import type { ServiceMonth } from '@smartkey/calendar';
import type { Fact, Instant, PlanChangeId } from '@smartkey/kernel';
import type { ContractEvent } from '../contract.events.ts';
import type { DatedEvent } from '../due/dated.events.ts';
import type { LapseReason } from './plan-change.events.ts';

export interface PlanChange {
  readonly id: PlanChangeId;
  readonly plan: Plan;
  readonly fromMonth: ServiceMonth;
  /** `requested` and `accepted` are to come, `effective` has come; the others came to nothing. */
  readonly status: 'requested' | 'accepted' | 'effective' | 'replaced' | 'withdrawn' | 'lapsed';
  readonly requestedAt: Instant;
  readonly acceptedAt?: Instant;
  readonly replacedBy?: PlanChangeId;
  readonly lapseReason?: LapseReason;
}

/** The plan of the acceptance and all that was asked for since, in the order of the requests. */
export interface PlanChanges {
  readonly firstPlan: Plan;
  readonly changes: readonly PlanChange[];
}

export const planOfAcceptance = (firstPlan: Plan): PlanChanges => ({ firstPlan, changes: [] });

/** The request that waits for its acceptance. There is at most one: a later one replaces it at once. */
export const openRequest = (state: PlanChanges): PlanChange | undefined =>
  state.changes.findLast((change) => change.status === 'requested');

/** The accepted change that waits for its month. There is at most one: the acceptance of a later one replaces it. */
export const boundChange = (state: PlanChanges): PlanChange | undefined =>
  state.changes.findLast((change) => change.status === 'accepted');

/** The change of that id, whatever became of it. */
export const changeWith = (state: PlanChanges, id: PlanChangeId): PlanChange | undefined =>
  state.changes.find((change) => change.id === id);

const withChange = (state: PlanChanges, id: PlanChangeId, news: Partial<PlanChange>): PlanChanges => ({
  ...state,
  changes: state.changes.map((change) => (change.id === id ? { ...change, ...news } : change)),
});

export function evolvePlanChanges(state: PlanChanges, event: Fact<ContractEvent | DatedEvent>): PlanChanges {
  switch (event.type) {
    case 'PlanChangeRequested': {
      const { planChange: id, plan, fromMonth } = event.data;
      const request: PlanChange = { id, plan, fromMonth, status: 'requested', requestedAt: event.occurredAt };
      return { ...state, changes: [...state.changes, request] };
    }
    case 'PlanChangeAccepted':
      return withChange(state, event.data.planChange, { status: 'accepted', acceptedAt: event.occurredAt });
    case 'PlanChangeReplaced':
      return withChange(state, event.data.planChange, { status: 'replaced', replacedBy: event.data.by });
    case 'PlanChangeWithdrawn':
      return withChange(state, event.data.planChange, { status: 'withdrawn' });
    case 'PlanChangeLapsed':
      return withChange(state, event.data.planChange, { status: 'lapsed', lapseReason: event.data.reason });
    case 'PlanChanged':
      return withChange(state, event.data.planChange, { status: 'effective' });
    default:
      return state;
  }
}
