import type { ContractId, FeeId } from '@smartkey/kernel';
import type { BilledItem, Cause, Ground, TaxCode } from '@smartkey/billing-domain';
import type { ServiceMonth } from '@smartkey/calendar';
import type { Yen } from '@smartkey/money';

export const CORRECTION_STATES = ['waiting', 'billed'] as const;
export type CorrectionState = (typeof CORRECTION_STATES)[number];

/** A month that is billed below 0: net of all its codes, credit notes included, without what waits. No document follows from it. */
export interface BilledBelowZero {
  readonly contract: ContractId;
  readonly month: ServiceMonth;
  /** The invoice of the month. */
  readonly number: string;
  /** Whole yen, tax-exclusive, over all documents. */
  readonly issued: Yen;
  readonly state: 'billed';
  readonly warning: 'billed-below-zero';
}

export type CorrectionRow = Correction | BilledBelowZero;

/** What of an issued month is billed otherwise than it was, or is to be; an overtaken month as a whole. */
export interface Correction {
  readonly contract: ContractId;
  readonly month: ServiceMonth;
  /** The invoice of the month; null: an overtaken month that is not billed yet. */
  readonly number: string | null;
  readonly item: BilledItem;
  readonly fee?: FeeId;
  readonly taxCode: TaxCode;
  /** `agreement` where every cause is one. */
  readonly ground: Ground;
  /** Over all documents before. */
  readonly issued: Yen;
  readonly shouldBe: Yen;
  readonly difference: Yen;
  /** The first of them. */
  readonly causes: readonly Cause[];
  /** How many more there are. */
  readonly moreCauses?: number;
  readonly state: CorrectionState;
  /** Where what waits goes. */
  readonly goesTo?: 'next-invoice' | 'correction';
  /** The line of the document that bills it. */
  readonly billedIn?: { readonly number: string; readonly n: number };
}
