import type { ServiceMonth } from '@smartkey/calendar';
import type { Plan } from './plan.ts';

/** A plan that holds from a service month on, until another one does (第4条). */
export interface PlanFromMonth {
  readonly fromMonth: ServiceMonth;
  readonly plan: Plan;
}

/** What decides the plan of each month: one per service month (第1条). */
export interface PlanHistory {
  /** The plan of the acceptance. */
  readonly firstPlan?: Plan;
  /** The accepted changes that stand, in the order in which they were asked for. */
  readonly planChanges: readonly PlanFromMonth[];
}

/** The plan that holds in a service month (第4条): the change latest in or before it (of two for one month the later), else the first plan. */
export function planIn(history: PlanHistory & { readonly firstPlan: Plan }, month: ServiceMonth): Plan;
export function planIn(history: PlanHistory, month: ServiceMonth): Plan | undefined;
export function planIn({ firstPlan, planChanges }: PlanHistory, month: ServiceMonth): Plan | undefined {
  let governing: PlanFromMonth | undefined;
  for (const change of planChanges)
    if (change.fromMonth <= month && (governing === undefined || change.fromMonth >= governing.fromMonth))
      governing = change;
  return governing?.plan ?? firstPlan;
}
