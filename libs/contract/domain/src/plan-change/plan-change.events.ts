import type { Plan } from '@smartkey/terms';
import type { ServiceMonth } from '@smartkey/calendar';
import type { DomainEvent, PlanChangeId } from '@smartkey/kernel';

interface Change {
  /** `pch_…` */
  readonly planChange: PlanChangeId;
  readonly plan: Plan;
  /** The service month from which the plan holds (第4条). */
  readonly fromMonth: ServiceMonth;
}

export type LapseReason = 'not-accepted-in-time' | 'contract-ends-before';

export type PlanChangeRequested = DomainEvent<'PlanChangeRequested', Change>;
/** It binds from here on. */
export type PlanChangeAccepted = DomainEvent<'PlanChangeAccepted', Change>;
export type PlanChangeReplaced = DomainEvent<
  'PlanChangeReplaced',
  { readonly planChange: PlanChangeId; readonly by: PlanChangeId }
>;
export type PlanChangeWithdrawn = DomainEvent<'PlanChangeWithdrawn', { readonly planChange: PlanChangeId }>;
export type PlanChangeLapsed = DomainEvent<
  'PlanChangeLapsed',
  { readonly planChange: PlanChangeId; readonly reason: LapseReason }
>;
/** Its month has begun; occurredAt 00:00 JST of the 1st. */
export type PlanChanged = DomainEvent<'PlanChanged', Change>;

export type PlanChangeEvent =
  | PlanChangeRequested
  | PlanChangeAccepted
  | PlanChangeReplaced
  | PlanChangeWithdrawn
  | PlanChangeLapsed
  | PlanChanged;
