import type { ClosedSpan, JstDay } from '@smartkey/calendar';
import type { Decimal, Yen } from '@smartkey/money';

/** Tax categories of JP PINT that occur here: standard rate, reduced rate, outside the scope of tax. */
export type PintCategory = 'S' | 'AA' | 'O';

export interface PintTaxCategory {
  readonly id: PintCategory;
  /** Per cent; missing for `O`. */
  readonly percent?: string;
}

/** A row of the tax breakdown (ibg-23). */
export interface PintTaxRow {
  readonly category: PintTaxCategory;
  readonly taxable: Yen;
  readonly tax: Yen;
}

/** ibg-25. */
export interface PintLine {
  readonly id: string;
  readonly note?: string;
  /** Negative where the line takes something back; the price never is. */
  readonly quantity: Decimal;
  readonly amount: Yen;
  readonly period: ClosedSpan;
  readonly name: string;
  readonly description: string;
  readonly price: Decimal;
  readonly category: PintTaxCategory;
}

export interface PintParty {
  readonly endpoint: { readonly scheme: string; readonly id: string };
  readonly name: string;
  readonly street: string;
  readonly postalCode?: string;
  readonly registrationNumber?: string;
  readonly contact?: { readonly name?: string; readonly phone?: string };
}

/** Credit transfer (code 30). */
export interface PintAccount {
  /** Bank, branch, kind (1: 普通, 2: 当座) and number, joined by colons. */
  readonly id: string;
  readonly holder: string;
}

/** An invoice in the terms of JP PINT, before it is written as UBL 2.1. Amounts are in yen. */
export interface PintInvoice {
  readonly id: string;
  readonly issueDate: JstDay;
  /** Missing where nothing is to be paid. */
  readonly dueDate?: JstDay;
  readonly note?: string;
  /** Missing where a line's period may lie outside of it. */
  readonly period?: ClosedSpan;
  readonly orderReference?: string;
  readonly seller: PintParty;
  readonly buyer: PintParty;
  /** Missing where nothing is to be paid. */
  readonly account?: PintAccount;
  readonly taxes: readonly PintTaxRow[];
  readonly net: Yen;
  readonly tax: Yen;
  readonly total: Yen;
  readonly lines: readonly PintLine[];
}
