import type { Decimal, Yen } from '@smartkey/money';

/** 品目 (第1条). */
export type Plan = 'enterprise' | 'service-provider';

export type BaseFeeInPartialMonth = 'full' | 'prorated';

/** A tier up to and including `upTo` units; `null`: without end. */
export interface PriceTier {
  readonly upTo: number | null;
  readonly unitPrice: Decimal;
  readonly flatFee?: Decimal;
}

/** How the month's successful authentications are priced (別紙1 備考(2)). */
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

/** 別途契約者に示す金額 (別紙1): the prices that govern a month, tax-exclusive. */
export type Quote = {
  readonly id: string;
  readonly effectiveMonth: string;
  readonly baseFee: Yen;
  readonly baseFeeInPartialMonth: BaseFeeInPartialMonth;
} & (
  | { readonly plan: 'enterprise'; readonly accountFee: Decimal }
  | { readonly plan: 'service-provider'; readonly authApi: AuthApiPrice }
);
