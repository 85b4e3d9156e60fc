import type { JstDay } from '@smartkey/calendar';
import type { Yen } from '@smartkey/money';
import type { FeeTaxCode } from '@smartkey/terms';
import type { DomainEvent, ApprovalId, FeeId, PlanChangeId } from '@smartkey/kernel';

/** An obligation to pay arose (第7条). */
export type FeeObligationArose = DomainEvent<
  'FeeObligationArose',
  {
    readonly fee: FeeId;
    readonly kind: 'initial' | 'one-time';
    /** Whole yen, tax-exclusive; 0 only for the initial fee. */
    readonly amount: Yen;
    readonly description: string;
    readonly arisenOn: JstDay;
    readonly taxCode: FeeTaxCode;
    /** The plan change whose acceptance caused it. */
    readonly planChange?: PlanChangeId;
    readonly termsVersion: string;
  }
>;

export type FeeWaived = DomainEvent<
  'FeeWaived',
  {
    readonly fee: FeeId;
    readonly reason: string;
    /** It was entered by mistake; missing where it is no longer owed by agreement. */
    readonly mistake?: true;
    /** By which two persons lowered an issued month with it (`apr_…`). */
    readonly approval?: ApprovalId;
  }
>;

export type FeeEvent = FeeObligationArose | FeeWaived;
