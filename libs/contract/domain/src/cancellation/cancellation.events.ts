import type { JstDay } from '@smartkey/calendar';
import type { DomainEvent, Instant } from '@smartkey/kernel';
import type { NoticeForm } from '../policies/contract-policies.ts';

/** occurredAt: the arrival. */
export type CancellationNotified = DomainEvent<
  'CancellationNotified',
  {
    /** `can_…` */
    readonly cancellation: string;
    /** 到達. */
    readonly arrivedAt: Instant;
    readonly form: NoticeForm;
    readonly requestedDay?: JstDay;
    /** 解除の効力が生ずる日: the last day of service. */
    readonly effectiveDay: JstDay;
    readonly replaces?: string;
    /** Version of the policies by which the form was judged. */
    readonly policyVersion: string;
  }
>;

/** A clerk's error put right; occurredAt: the arrival as corrected. */
export type CancellationCorrected = DomainEvent<
  'CancellationCorrected',
  {
    readonly cancellation: string;
    readonly arrivedAt: Instant;
    readonly requestedDay?: JstDay;
    readonly effectiveDay: JstDay;
    readonly reason: string;
  }
>;

export type CancellationVoided = DomainEvent<
  'CancellationVoided',
  { readonly cancellation: string; readonly reason: string }
>;

/** The contract has ended; occurredAt the end of `lastDay`. Again where the last day is corrected to an earlier one. */
export type ContractTerminated = DomainEvent<'ContractTerminated', { readonly lastDay: JstDay }>;

export type CancellationEvent =
  CancellationNotified | CancellationCorrected | CancellationVoided | ContractTerminated;
