/**
 * What the contract service publishes on `smartkey.contract`, stream `contract-<ctr_…>`. Every message's `contract` is the id.
 * Days are JST days, months service months, amounts yen as text, instants RFC 3339 in UTC.
 */

import type { Plan, Quote } from '@smartkey/terms';

/** Whom tax documents are made out to. */
export interface Recipient {
  readonly name: string;
  readonly department?: string;
  readonly address?: string;
}

export type FeeTaxCode = 'standard' | 'out-of-scope';

export interface ContractMessages {
  /** `iijIdContract`: the applicant's IIJ ID service contract (第3条). */
  ContractApplied: { plan: Plan; recipient: Recipient; iijIdContract?: string };
  ApplicationRejected: { reason: string };
  ApplicationWithdrawn: { reason: string };
  ContractAccepted: { plan: Plan; acceptedOn: string; termsVersion: string; recipient: Recipient };
  ApplicantChanged: { recipient: Recipient };
  /** The 課金開始日 was set or moved. */
  BillingStartSet: { date: string };
  /** The 課金開始日 has come; occurredAt 00:00 JST of it. Again for the new date where it was moved. */
  ServiceStarted: { date: string };
  PriceQuoted: { quote: Quote };
  ConditionAttested: { condition: 1 | 2 | 3 | 4 | 5; on: string };
  ConditionWithdrawn: { condition: 1 | 2 | 3 | 4 | 5; on: string };
  ServiceWithheld: { reason: string };
  ServiceRestored: { reason: string };
  PlanChangeRequested: { planChange: string; plan: Plan; fromMonth: string };
  /** From here on the change holds from its month, unless a later message ends it. */
  PlanChangeAccepted: { planChange: string; plan: Plan; fromMonth: string };
  PlanChangeReplaced: { planChange: string; by: string };
  PlanChangeWithdrawn: { planChange: string };
  PlanChangeLapsed: { planChange: string; reason: 'not-accepted-in-time' | 'contract-ends-before' };
  /** The month has begun; occurredAt 00:00 JST of the 1st. */
  PlanChanged: { planChange: string; plan: Plan; fromMonth: string };
  CancellationNotified: {
    cancellation: string;
    /** The instant the notice arrived (到達); also occurredAt. */
    arrivedAt: string;
    form: string;
    requestedDay?: string;
    /** 解除の効力が生ずる日: the last day of service. */
    effectiveDay: string;
    replaces?: string;
  };
  CancellationCorrected: {
    cancellation: string;
    arrivedAt: string;
    requestedDay?: string;
    effectiveDay: string;
    reason: string;
  };
  CancellationVoided: { cancellation: string; reason: string };
  /** The contract has ended; occurredAt the end of `lastDay`. Again where a correction moves the last day to an earlier one. */
  ContractTerminated: { lastDay: string };
  FeeObligationArose: {
    fee: string;
    kind: 'initial' | 'one-time';
    /** Whole yen, tax-exclusive; 0 only for the initial fee. */
    amount: string;
    description: string;
    /** The day on which the obligation arose (第7条). */
    arisenOn: string;
    taxCode: FeeTaxCode;
    /** The plan change whose acceptance caused it, where one did. */
    planChange?: string;
    termsVersion: string;
  };
  FeeWaived: { fee: string; reason: string };
  IijIdContractLost: { on: string };
  IijIdContractRegained: { on: string };
  /** The contract's setting for denial reasons: told, or always `not_authenticated`. */
  DenialReasonsSet: { disclosed: boolean };
}

export type ContractMessageType = keyof ContractMessages;
