import type { Yen } from '@smartkey/money';

/** A label and what stands beside it. */
export interface Fact {
  readonly label: string;
  readonly value: string;
}

/** A table of text: a head, and rows as wide as it. */
export interface Grid {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A part of a line: a tier of its price. */
export interface PartRow {
  readonly description: string;
  readonly quantity: string;
  readonly unitPrice: string;
  readonly amount: string;
}

export interface LineRow {
  readonly n: string;
  readonly service: string;
  readonly description: string;
  /** Days, dates, the invoice that is corrected. */
  readonly notes: readonly string[];
  readonly quantity: string;
  /** Empty where there is no single price. */
  readonly unitPrice: string;
  readonly rate: string;
  readonly amount: string;
  /** The amount as it counts, for carried totals. */
  readonly yen: Yen;
  readonly parts: readonly PartRow[];
}

/**
 * What stands on a document's pages, in words, by its form and kind: the page without its looks. Amounts are the document's own;
 * only tax-inclusive amounts per rate, and totals that are carried from page to page, are added up.
 */
export interface Sheet {
  /** 請求書, 訂正請求書, 適格返還請求書. */
  readonly title: string;
  /** What it is by law, where the title does not say it: 区分記載請求書, 適格請求書. */
  readonly legalName?: string;
  readonly number: string;
  /** Number, days, order, contract. */
  readonly facts: readonly Fact[];
  readonly recipient: {
    /** 〒 and address. */
    readonly address: readonly string[];
    /** Names, the last with 御中 or 様. */
    readonly names: readonly string[];
  };
  readonly issuer: { readonly name: string; readonly lines: readonly string[] };
  /** The sentence before the total. */
  readonly opening: string;
  /** What is to be paid, or is paid back. */
  readonly total: Fact;
  /** お支払期限 or ご返金予定日. */
  readonly due: Fact;
  readonly lines: readonly LineRow[];
  /** Totals per rate, in the month's form; none where the form asks for none. */
  readonly rates?: Grid;
  readonly totals: readonly Fact[];
  /** What is corrected: the originals, wrong and right per rate. */
  readonly corrections?: Grid & { readonly notes: readonly string[] };
  /** 振込先. */
  readonly bank: readonly Fact[];
  readonly remarks: readonly string[];
}
