/**
 * What the contract service publishes on `smartkey.contract`, stream `contract-<ctr_…>`. Every message's `contract` is the id.
 * Days are JST days, months service months, amounts yen as text, instants RFC 3339 in UTC.
 */

import type { Yen } from '@smartkey/money';
import type { JstDay, ServiceMonth } from '@smartkey/calendar';
import type { Instant, CancellationId, FeeId, PlanChangeId } from '@smartkey/kernel';
import type { FeeTaxCode, Plan, Quote } from '@smartkey/terms';

/** A text that services seal for one another: under a key that follows from the lookup key and the contract. */
export interface SharedText {
  readonly sealed: string;
}

/** The party to a contract, whom tax documents are made out to. What was entered before texts were sealed is in the clear. */
export interface Party {
  readonly name: string;
  readonly department?: SharedText | string;
  readonly address?: SharedText | string;
}

/** Nothing but that it happened. */
type Bare = Record<string, never>;

export interface ContractMessages {
  /** `iijIdContract`: the applicant's IIJ ID service contract (第3条). */
  ContractApplied: { plan: Plan; recipient: Party; iijIdContract?: string };
  ApplicationRejected: Bare;
  ApplicationWithdrawn: Bare;
  ContractAccepted: { plan: Plan; acceptedOn: JstDay; termsVersion: string; recipient: Party };
  ApplicantChanged: { recipient: Party };
  /** The 課金開始日 was set or moved. */
  BillingStartSet: { date: JstDay };
  /** The 課金開始日 has come; occurredAt 00:00 JST of it. Again for the new date where it was moved. */
  ServiceStarted: { date: JstDay };
  PriceQuoted: { quote: Quote };
  ConditionAttested: { condition: 1 | 2 | 3 | 4 | 5; on: JstDay };
  ConditionWithdrawn: { condition: 1 | 2 | 3 | 4 | 5; on: JstDay };
  ServiceWithheld: Bare;
  ServiceRestored: Bare;
  PlanChangeRequested: { planChange: PlanChangeId; plan: Plan; fromMonth: ServiceMonth };
  /** From here on the change holds from its month, unless a later message ends it. */
  PlanChangeAccepted: { planChange: PlanChangeId; plan: Plan; fromMonth: ServiceMonth };
  PlanChangeReplaced: { planChange: PlanChangeId; by: PlanChangeId };
  PlanChangeWithdrawn: { planChange: PlanChangeId };
  PlanChangeLapsed: { planChange: PlanChangeId; reason: 'not-accepted-in-time' | 'contract-ends-before' };
  /** The month has begun; occurredAt 00:00 JST of the 1st. */
  PlanChanged: { planChange: PlanChangeId; plan: Plan; fromMonth: ServiceMonth };
  CancellationNotified: {
    cancellation: CancellationId;
    /** The instant the notice arrived (到達); also occurredAt. */
    arrivedAt: Instant;
    form: string;
    requestedDay?: JstDay;
    /** 解除の効力が生ずる日: the last day of service. */
    effectiveDay: JstDay;
    replaces?: CancellationId;
  };
  CancellationCorrected: {
    cancellation: CancellationId;
    arrivedAt: Instant;
    requestedDay?: JstDay;
    effectiveDay: JstDay;
  };
  CancellationVoided: { cancellation: CancellationId };
  /** The contract has ended; occurredAt the end of `lastDay`. Again where a correction moves the last day to an earlier one. */
  ContractTerminated: { lastDay: JstDay };
  FeeObligationArose: {
    fee: FeeId;
    kind: 'initial' | 'one-time';
    /** Whole yen, tax-exclusive; 0 only for the initial fee. */
    amount: Yen;
    description: string;
    /** The day on which the obligation arose (第7条). */
    arisenOn: JstDay;
    taxCode: FeeTaxCode;
    /** The plan change whose acceptance caused it, where one did. */
    planChange?: PlanChangeId;
    termsVersion: string;
  };
  FeeWaived: {
    fee: FeeId;
    /** It had been entered by mistake; missing where it is no longer owed by agreement. */
    mistake?: true;
  };
  IijIdContractLost: { on: JstDay };
  IijIdContractRegained: { on: JstDay };
  /** The contract's setting for denial reasons: told, or always `not_authenticated`. */
  DenialReasonsSet: { disclosed: boolean };
}

export type ContractMessageType = keyof ContractMessages;
