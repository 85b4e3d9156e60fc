export type { AuthApiPrice, BaseFeeInPartialMonth, Plan, PriceTier, Quote } from '@smartkey/terms';
