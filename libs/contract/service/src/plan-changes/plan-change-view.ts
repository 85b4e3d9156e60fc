import { startOfMonth } from '@smartkey/calendar';
import type { PlanChange } from '@smartkey/contract-domain';
import type { Instant } from '@smartkey/kernel';

/** A change of plan as it is shown (第4条). */
export interface PlanChangeView extends PlanChange {
  /** 00:00 JST on the 1st of its month. */
  readonly effectiveAt: Instant;
}

export const planChangeView = (change: PlanChange): PlanChangeView => ({
  ...change,
  effectiveAt: startOfMonth(change.fromMonth),
});
