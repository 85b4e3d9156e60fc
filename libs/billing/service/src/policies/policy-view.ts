import { heldUntil, type BillingPolicy, type Policies, type ToldEntry } from '@smartkey/billing-domain';
import type { ServiceMonth } from '@smartkey/calendar';
import type { Instant } from '@smartkey/kernel';
import type { ON_HOLIDAY, YEN_ROUNDINGS } from './words.ts';

/** A policy as the public surface shows it. */
export interface PolicyView {
  /**
   * Documents record it.
   * @example 2026-04.1
   */
  readonly version: string;
  /** The first service month it holds for. */
  readonly from: ServiceMonth;
  /** The last one; null until another is set. */
  readonly until: ServiceMonth | null;
  readonly yenRounding: YenRoundingWord;
  readonly taxRounding: YenRoundingWord;
  readonly paymentTerm: PaymentTermView;
  readonly setAt: Instant;
  /** Missing for what the environment said at the first start. */
  readonly reason?: string;
}

type YenRoundingWord = (typeof YEN_ROUNDINGS)[number];

/** From which month's end, and where a due day goes that is no banking day. */
export interface PaymentTermView {
  readonly monthsAfter: number;
  readonly onHoliday: (typeof ON_HOLIDAY)[number];
}

export const policyView = (
  policies: Policies,
  { entry, setAt, reason }: ToldEntry<BillingPolicy>,
): PolicyView => ({
  version: entry.version,
  from: entry.from,
  until: heldUntil(policies, entry.from) ?? null,
  yenRounding: entry.yenRounding,
  taxRounding: entry.taxRounding,
  paymentTerm: entry.paymentTerm,
  setAt,
  ...(reason !== undefined && { reason }),
});
