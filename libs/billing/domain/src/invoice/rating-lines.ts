import { daysIn, lastDayOf, type ClosedSpan } from '@smartkey/calendar';
import type { YenRounding } from '@smartkey/money';
import { rateAccountUsage } from '../rating/account-usage.ts';
import { rateAuthApiUsage } from '../rating/auth-api-usage.ts';
import { rateBaseFee } from '../rating/base-fee.ts';
import type { Quote } from '@smartkey/terms';
import { taxCodeOn } from '../tax/tax-code.ts';
import type { InvoiceLine, MonthlyItem } from './invoice.ts';
import type { MeasuredMonth, OutstandingFee } from './invoice-inputs.ts';
import { monthInWords } from './month-in-words.ts';

/** A line before it has its place in a document. */
export type UnnumberedLine = Omit<InvoiceLine, 'n'>;

/** One that a month is rated to. */
export interface MonthlyLine extends UnnumberedLine {
  readonly item: MonthlyItem;
}

const PLAN_NAMES = { enterprise: 'エンタープライズ', 'service-provider': 'サービスプロバイダ' } as const;

/** The monthly items (別紙1, 2) of a month that the billing window meets: base fee, and the plan's own measure. */
export function monthlyLines(
  inputs: MeasuredMonth,
  window: ClosedSpan,
  quote: Quote,
  rounding: YenRounding,
): readonly MonthlyLine[] {
  const { month } = inputs;
  const date = lastDayOf(month);
  const common = { taxCode: taxCodeOn(date), date };
  const base: MonthlyLine = {
    item: 'base',
    description: `月額基本料 ${PLAN_NAMES[quote.plan]} ${monthInWords(month)}`,
    quantity: '1',
    unitPrice: quote.baseFee,
    amount: rateBaseFee(quote.baseFee, quote.baseFeeInPartialMonth, month, window, rounding),
    ...common,
  };
  return [base, { ...usageOf(inputs, quote, rounding), ...common }];
}

function usageOf(
  { month, usedDays, successes }: MeasuredMonth,
  quote: Quote,
  rounding: YenRounding,
): Omit<MonthlyLine, 'taxCode' | 'date'> {
  if (quote.plan === 'enterprise') {
    const { coefficientSum, amount } = rateAccountUsage(usedDays, daysIn(month), quote.accountFee, rounding);
    return {
      item: 'account-usage',
      description: `アカウント使用料 ${monthInWords(month)}`,
      quantity: coefficientSum,
      unitPrice: quote.accountFee,
      amount,
    };
  }
  const { unitPrice, tiers, amount } = rateAuthApiUsage(successes, quote.authApi, rounding);
  const free = quote.authApi.freeUnits ?? 0;
  return {
    item: 'auth-api-usage',
    description: `認証API使用料 ${monthInWords(month)}${free > 0 ? `(無料分 ${free} 回を含む)` : ''}`,
    quantity: `${successes}`,
    unitPrice: unitPrice ?? null,
    ...(tiers && { tiers }),
    amount,
  };
}

/** Initial fee first, then one-time fees as they arose, each with its own date and rate (第7条). */
export function feeLines(fees: readonly OutstandingFee[]): readonly UnnumberedLine[] {
  const rank = (fee: OutstandingFee): string => `${fee.kind === 'initial' ? 0 : 1}${fee.arisenOn}`;
  return [...fees].sort((a, b) => (rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : 0)).map(feeLine);
}

/** The line of one fee. */
export const feeLine = (fee: OutstandingFee): UnnumberedLine => ({
  item: fee.kind === 'initial' ? 'initial-fee' : 'one-time-fee',
  description: fee.kind === 'initial' ? '初期費用' : fee.description,
  quantity: '1',
  unitPrice: fee.amount,
  amount: fee.amount,
  taxCode: taxCodeOn(fee.arisenOn, fee.taxCode),
  date: fee.arisenOn,
  fee: fee.fee,
});
