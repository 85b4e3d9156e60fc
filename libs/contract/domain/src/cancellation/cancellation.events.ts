import type { JstDay } from '@smartkey/calendar';
import type { DomainEvent, Instant, CancellationId } from '@smartkey/kernel';
import type { NoticeForm } from '../policies/contract-policies.ts';

/** occurredAt: the arrival. */
export type CancellationNotified = DomainEvent<
  'CancellationNotified',
  {
    /** `can_…` */
    readonly cancellation: CancellationId;
    /** 到達. */
    readonly arrivedAt: Instant;
    readonly form: NoticeForm;
    readonly requestedDay?: JstDay;
    /** 解除の効力が生ずる日: the last day of service. */
    readonly effectiveDay: JstDay;
    readonly replaces?: CancellationId;
    /** Version of the policies by which the form was judged. */
    readonly policyVersion: string;
  }
>;

/** A clerk's error put right; occurredAt: the arrival as corrected. */
export type CancellationCorrected = DomainEvent<
  'CancellationCorrected',
  {
    readonly cancellation: CancellationId;
    readonly arrivedAt: Instant;
    readonly requestedDay?: JstDay;
    readonly effectiveDay: JstDay;
    readonly reason: string;
  }
>;

export type CancellationVoided = DomainEvent<
  'CancellationVoided',
  { readonly cancellation: CancellationId; readonly reason: string }
>;

/** The contract has ended; occurredAt the end of `lastDay`. Again where the last day is corrected to an earlier one. */
export type ContractTerminated = DomainEvent<'ContractTerminated', { readonly lastDay: JstDay }>;

export type CancellationEvent =
  CancellationNotified | CancellationCorrected | CancellationVoided | ContractTerminated;
