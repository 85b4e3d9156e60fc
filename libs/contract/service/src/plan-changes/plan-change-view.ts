import { startOfMonth, type ServiceMonth } from '@smartkey/calendar';
import type { PlanChange } from '@smartkey/contract-domain';
import type { Instant, PlanChangeId } from '@smartkey/kernel';
import type { Plan } from '@smartkey/terms';
import { acceptedAfter, theOne, type Outcome } from '../contracts/outcome.ts';

/** A change of plan as it is shown (第4条). */
export interface PlanChangeView {
  readonly id: PlanChangeId;
  readonly plan: Plan;
  readonly fromMonth: ServiceMonth;
  /** 00:00 JST on the 1st of the month. */
  readonly effectiveAt: Instant;
  readonly status: 'requested' | 'accepted' | 'effective' | 'replaced' | 'withdrawn' | 'lapsed';
  readonly requestedAt: Instant;
  readonly acceptedAt?: Instant;
  readonly replacedBy?: PlanChangeId;
  readonly lapseReason?: 'not-accepted-in-time' | 'contract-ends-before';
}

export const planChangeView = (change: PlanChange): PlanChangeView => ({
  ...change,
  effectiveAt: startOfMonth(change.fromMonth),
});

/** A change of plan as a command left it. */
export const planChangeAfter = (outcome: Outcome, id: PlanChangeId): PlanChangeView =>
  planChangeView(theOne(acceptedAfter(outcome).planChange.changes, (change) => change.id === id));
