import { lastDayOf, type JstDay, type ServiceMonth } from '@smartkey/calendar';
import { difference, sumOfYen, type Yen } from '@smartkey/money';
import type { ParkReason } from '../invoice/draft-invoice.ts';
import type { ArisenFee } from '../invoice/invoice-inputs.ts';
import type { BilledItem, MonthlyItem } from '../invoice/invoice.ts';
import { monthInWords } from '../invoice/month-in-words.ts';
import type { MonthlyLine } from '../invoice/rating-lines.ts';
import { itemKeyOf, type BilledSum, type ItemKey } from './billed-items.ts';
import type { IssuedMonth } from './issued-month.ts';

/** An item of an issued month that is not billed as it is rated over all facts now known. */
export interface Difference extends ItemKey, Words {
  /** The invoice of the month. */
  readonly number: string;
  /** Over all documents so far. */
  readonly issued: Yen;
  readonly shouldBe: Yen;
  /** Never 0. */
  readonly amount: Yen;
}

interface Words {
  readonly description: string;
  /** The day that the code goes by: that of the line corrected. */
  readonly date: JstDay;
}

const TITLES: Readonly<Record<MonthlyItem, string>> = {
  base: '月額基本料',
  'account-usage': 'アカウント使用料',
  'auth-api-usage': '認証API使用料',
};

/**
 * The monthly items of an issued month, rated again by its own rules and policy over what is known now. Fees are not rated again.
 * @returns none where the window does not meet the month any more; why not, where it cannot be rated.
 */
export function rateAgain({
  month,
  rules,
  policy,
  measured,
}: IssuedMonth): readonly MonthlyLine[] | ParkReason {
  const { window, quote } = measured;
  if (window === undefined) return [];
  if (quote === undefined)
    return {
      code: 'no-governing-quote',
      detail: `${month} is issued and cannot be rated again: no quote of the plan ${measured.plan ?? '?'} governs it (別紙1).`,
    };
  try {
    return rules.monthlyLines(measured, window, quote, policy.yenRounding);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { code: 'not-ratable', detail: `${month} is issued and cannot be rated again: ${why}` };
  }
}

/**
 * Rated again less issued and corrected, for each item of the month and tax code, over all that is billed or rated (rules:
 * Corrections). A fee that was waived after it was billed should be 0; any other stays as it is billed.
 */
export function differencesIn(
  { month, invoice }: IssuedMonth,
  rated: readonly MonthlyLine[],
  billed: ReadonlyMap<string, BilledSum>,
  fees: readonly ArisenFee[],
): readonly Difference[] {
  const items = new Map<string, ItemKey & Words & { readonly shouldBe: Yen }>();
  for (const { item, taxCode, amount } of rated) {
    const of: ItemKey = { month, item, taxCode };
    const shouldBe = sumOfYen([items.get(itemKeyOf(of))?.shouldBe ?? '0', amount]);
    items.set(itemKeyOf(of), { ...of, ...monthlyWords(month, item), shouldBe });
  }
  const waived = new Set(fees.filter((fee) => fee.waived).map(({ fee }) => fee));
  for (const [key, sum] of billed) {
    if (sum.month !== month || items.has(key)) continue;
    const { item, fee, amount } = sum;
    const shouldBe = fee === undefined || waived.has(fee) ? '0' : amount;
    items.set(key, { ...sum, ...(isMonthly(item) && monthlyWords(month, item)), shouldBe });
  }
  const found = [...items].map(([key, { item, fee, taxCode, shouldBe, description, date }]): Difference => {
    const issued = billed.get(key)?.amount ?? '0';
    return {
      month,
      item,
      ...(fee !== undefined && { fee }),
      taxCode,
      number: invoice.number,
      issued,
      shouldBe,
      amount: difference(shouldBe, issued),
      description,
      date,
    };
  });
  return found.filter(({ amount }) => amount !== '0').sort(inOrderOf(fees));
}

const isMonthly = (item: BilledItem): item is MonthlyItem => Object.hasOwn(TITLES, item);

const monthlyWords = (month: ServiceMonth, item: MonthlyItem): Words => ({
  description: `${TITLES[item]} ${monthInWords(month)}`,
  date: lastDayOf(month),
});

const RANKS: Readonly<Record<BilledItem, number>> = {
  base: 0,
  'account-usage': 1,
  'auth-api-usage': 1,
  'initial-fee': 2,
  'one-time-fee': 2,
};

/** By month, then base, usage, fees by day then entry, then code (rules: Order). */
export function inOrderOf(fees: readonly ArisenFee[]) {
  const entry = new Map(fees.map(({ fee }, index) => [fee, index]));
  const place = ({ item, fee, date }: Difference): string =>
    [RANKS[item], fee === undefined ? '' : date, String((fee && entry.get(fee)) ?? 0).padStart(9, '0')].join(
      '/',
    );
  const order = (each: Difference): string => [each.month, place(each), each.item, each.taxCode].join('/');
  return (a: Difference, b: Difference): number => {
    const [first, second] = [order(a), order(b)];
    return first < second ? -1 : first > second ? 1 : 0;
  };
}
