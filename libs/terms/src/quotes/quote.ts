import type { QuoteId } from '@smartkey/kernel';
import type { ServiceMonth } from '@smartkey/calendar';
import type { Decimal, Yen } from '@smartkey/money';

/** Whether a month that the billing window covers only in part owes the whole base fee, or its share by days. */
export type BaseFeeInPartialMonth = 'full' | 'prorated';

/** A tier up to and including `upTo` units; `null`: without end. */
export interface PriceTier {
  readonly upTo: number | null;
  readonly unitPrice: Decimal;
  /** Due where the tier holds at least one unit (graduated) or is the one that applies (volume). */
  readonly flatFee?: Decimal;
}

/** How a month's successful authentications are priced (別紙1 備考(2)). */
export type AuthApiPrice =
  | { readonly model: 'perUnit'; readonly unitPrice: Decimal; readonly freeUnits?: number }
  | {
      readonly model: 'graduated' | 'volume';
      readonly tiers: readonly PriceTier[];
      readonly freeUnits?: number;
    }
  | {
      readonly model: 'package';
      readonly packageSize: number;
      readonly packagePrice: Decimal;
      readonly freeUnits?: number;
    };

/** 別途契約者に示す金額 (別紙1): the prices of a plan from a service month on, tax-exclusive. */
export type Quote = {
  /** `quo_…` */
  readonly id: QuoteId;
  readonly effectiveMonth: ServiceMonth;
  /** Whole yen a month. */
  readonly baseFee: Yen;
  readonly baseFeeInPartialMonth: BaseFeeInPartialMonth;
  /** The quote that this one replaces for months already issued. */
  readonly replaces?: QuoteId;
} & (
  | {
      readonly plan: 'enterprise';
      /** Yen per account and month, up to 6 decimals. */
      readonly accountFee: Decimal;
    }
  | { readonly plan: 'service-provider'; readonly authApi: AuthApiPrice }
);
