import type { FeeId } from '@smartkey/kernel';
import type { JstDay, ServiceMonth } from '@smartkey/calendar';
import { sumOfYen, type Yen } from '@smartkey/money';
import type { BilledItem, Corrects, Invoice, InvoiceLine } from '../invoice/invoice.ts';
import type { TaxCode } from '../tax/tax-code.ts';

/** What differences are taken of: one item of a month, a fee by its id, under one tax code. */
export interface ItemKey {
  readonly month: ServiceMonth;
  readonly item: BilledItem;
  readonly fee?: FeeId;
  readonly taxCode: TaxCode;
}

/** What documents so far have billed for it. */
export interface BilledSum extends ItemKey {
  readonly amount: Yen;
  /** Of the line that billed it first. */
  readonly description: string;
  readonly date: JstDay;
}

/** One text for each item: what sums are kept by. */
export const itemKeyOf = ({ month, item, fee, taxCode }: ItemKey): string =>
  [month, item, ...(fee === undefined ? [] : [fee]), taxCode].join('/');

/** What a line puts right, where that is an item that was billed: a credit is none. */
export function correctsItemOf(
  line: Pick<InvoiceLine, 'corrects'>,
): (Corrects & { readonly item: BilledItem }) | undefined {
  const { corrects } = line;
  return corrects === undefined || corrects.item === 'credit'
    ? undefined
    : { ...corrects, item: corrects.item };
}

/** The item that a line of a document bills: an adjustment that of the month which it corrects; a credit none. */
export function itemBilledBy(document: Pick<Invoice, 'month'>, line: InvoiceLine): ItemKey | undefined {
  const { item, fee, taxCode } = line;
  if (item === 'credit') return undefined;
  if (item !== 'adjustment')
    return { month: document.month, item, taxCode, ...(fee !== undefined && { fee }) };
  const corrected = correctsItemOf(line);
  return (
    corrected && {
      month: corrected.month,
      item: corrected.item,
      taxCode,
      ...(corrected.fee !== undefined && { fee: corrected.fee }),
    }
  );
}

/** What is billed for each item, over all the documents given: adjustments count, credit notes do not. */
export function billedItems(documents: readonly Invoice[]): ReadonlyMap<string, BilledSum> {
  const sums = new Map<string, BilledSum>();
  for (const document of documents)
    for (const line of document.lines) {
      const item = itemBilledBy(document, line);
      if (item === undefined) continue;
      const key = itemKeyOf(item);
      const known = sums.get(key);
      sums.set(
        key,
        known === undefined
          ? { ...item, amount: line.amount, description: line.description, date: line.date }
          : { ...known, amount: sumOfYen([known.amount, line.amount]) },
      );
    }
  return sums;
}
