import {
  monthInWords,
  type CorrectedInvoice,
  type Corrects,
  type TaxGroup,
  type TierCharge,
} from '@smartkey/billing-domain';
import type { ClosedSpan } from '@smartkey/calendar';

const grouped = (digits: string): string =>
  digits.replace(/^(-?\d+)/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ','));

/** An amount or price as people read it: `44,563円`. */
const yen = (amount: string): string => `${grouped(amount)}円`;

export const inDays = ({ from, to }: ClosedSpan): string => `${from}～${to}`;

/** 「請求書 SK-000000001 (2024-02-01発行、2024年1月分)」 */
export const named = ({ number, issuedOn, month }: CorrectedInvoice): string =>
  `請求書 ${number} (${issuedOn}発行、${monthInWords(month)})`;

const row = ({ rate, taxable, tax, taxCode }: TaxGroup): string =>
  taxCode === 'JP-OUT' ? `対象外 ${yen(taxable)}` : `${rate ?? ''}%対象 ${yen(taxable)} 消費税 ${yen(tax)}`;

const rows = (groups: readonly TaxGroup[]): string =>
  groups.length === 0 ? 'なし' : groups.map(row).join('、');

/** What a line puts right: the original, and its amounts per rate before and after. */
export const correctionInWords = (corrects: Corrects): string =>
  `${named(corrects)}の${corrects.item === 'credit' ? '値引' : '訂正'}。前: ${rows(corrects.wrong)}。後: ${rows(corrects.right)}。`;

const tier = ({ from, upTo, units, unitPrice, flatFee, amount }: TierCharge): string => {
  const range =
    upTo === null ? `${grouped(String(from))}～` : `${grouped(String(from))}～${grouped(String(upTo))}`;
  const flat = flatFee === undefined || flatFee === '0' ? '' : ` + 固定 ${yen(flatFee)}`;
  return `${range}: ${grouped(String(units))} × ${yen(unitPrice)}${flat} = ${yen(amount)}`;
};

/** How an amount came about that is no product of a quantity and a price. */
export function measuredInWords(
  quantity: string,
  unitPrice: string | null,
  tiers: readonly TierCharge[] | undefined,
): string {
  const measured = `数量 ${grouped(quantity)}${unitPrice === null ? '' : `、単価 ${yen(unitPrice)}`}`;
  return tiers === undefined || tiers.length === 0
    ? measured
    : `${measured}、内訳 ${tiers.map(tier).join('、')}`;
}
