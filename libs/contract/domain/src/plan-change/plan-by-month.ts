import type { ServiceMonth } from '@smartkey/calendar';
import { planIn, type Plan, type PlanFromMonth } from '@smartkey/terms';
import type { PlanChange, PlanChanges } from './plan-change.state.ts';

const holds = (change: PlanChange): boolean => change.status === 'accepted' || change.status === 'effective';

/** The changes that hold, by month. Of two from the same month the later asked for holds. */
export function changesThatHold(state: PlanChanges): readonly PlanFromMonth[] {
  const byMonth = new Map<ServiceMonth, PlanFromMonth>();
  for (const change of state.changes)
    if (holds(change)) byMonth.set(change.fromMonth, { fromMonth: change.fromMonth, plan: change.plan });
  return [...byMonth.values()].sort((a, b) => (a.fromMonth < b.fromMonth ? -1 : 1));
}

/** The plan that holds in a service month (第4条). */
export const acceptedPlanIn = ({ firstPlan, changes }: PlanChanges, month: ServiceMonth): Plan =>
  planIn({ firstPlan, planChanges: changes.filter(holds) }, month);
