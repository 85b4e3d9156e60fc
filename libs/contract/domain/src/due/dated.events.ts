import type { DomainEvent } from '@smartkey/kernel';
import type { BillingStartSet, ContractAccepted, ServiceStarted } from '../acceptance/acceptance.events.ts';
import type {
  CancellationCorrected,
  CancellationNotified,
  CancellationVoided,
  ContractTerminated,
} from '../cancellation/cancellation.events.ts';
import type { PlanChangeEvent } from '../plan-change/plan-change.events.ts';

/** An event without a part of its data. */
type Without<Event extends DomainEvent, Field extends keyof Event['data']> = DomainEvent<
  Event['type'],
  Omit<Event['data'], Field>
>;

/** The facts that dates follow from. No more is asked of one than what its published message carries too. */
export type DatedEvent =
  | Without<ContractAccepted, 'acceptedAt' | 'recipient'>
  | BillingStartSet
  | ServiceStarted
  | PlanChangeEvent
  | Without<CancellationNotified, 'policyVersion'>
  | Without<CancellationCorrected, 'reason'>
  | Without<CancellationVoided, 'reason'>
  | ContractTerminated;
