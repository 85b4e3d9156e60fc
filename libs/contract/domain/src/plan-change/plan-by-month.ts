import type { ServiceMonth } from '@smartkey/calendar';
import type { Plan } from '../shared/plan.ts';
import type { PlanChange, PlanChangeState } from './plan-change.state.ts';

const holds = (change: PlanChange): boolean => change.status === 'accepted' || change.status === 'effective';

/** One plan per service month (第1条): each entry holds from its month to the month before the next entry's. */
export interface PlanFromMonth {
  readonly fromMonth: ServiceMonth;
  readonly plan: Plan;
}

/** The changes that hold, by month. Of two from the same month the later asked for holds. */
export function changesThatHold(state: PlanChangeState): readonly PlanFromMonth[] {
  const byMonth = new Map<ServiceMonth, PlanFromMonth>();
  for (const change of state.changes)
    if (holds(change)) byMonth.set(change.fromMonth, { fromMonth: change.fromMonth, plan: change.plan });
  return [...byMonth.values()].sort((a, b) => (a.fromMonth < b.fromMonth ? -1 : 1));
}

/** The plan that holds in a service month (第4条): the accepted change latest in or before it, else the first plan. */
export const planIn = (state: PlanChangeState, month: ServiceMonth): Plan | undefined =>
  changesThatHold(state).findLast((change) => change.fromMonth <= month)?.plan ?? state.firstPlan;
