import { monthInWords, type Invoice, type InvoiceBasis, type InvoiceLine } from '@smartkey/billing-domain';
import { daysIn, numberOfDay, type ServiceMonth } from '@smartkey/calendar';
import { big } from '@smartkey/money';
import type { LineRow, PartRow } from './sheet.ts';
import { dayInWords, figures, rateInWords, SERVICE_NAME, together } from './words.ts';

/** A document's lines. */
export const lineRows = (document: Invoice): readonly LineRow[] =>
  document.lines.map((line) => ({
    n: String(line.n),
    service: SERVICE_NAME,
    description: withWholeMonths(line.description),
    notes: notesOf(line, document),
    quantity: figures(line.quantity),
    unitPrice: line.unitPrice === null ? '' : figures(line.unitPrice),
    rate: rateInWords(line.taxCode, document.form !== 'plain'),
    amount: figures(line.amount),
    yen: line.amount,
    parts: (line.tiers ?? []).map(partOf),
  }));

/** No line ends within a month: 2024年1月分. */
const withWholeMonths = (description: string): string => description.replace(/\d+年\d+月分/g, together);

function partOf({
  from,
  upTo,
  units,
  unitPrice,
  flatFee,
  amount,
}: NonNullable<InvoiceLine['tiers']>[number]): PartRow {
  const range = upTo === null ? `${figures(from)}～` : `${figures(from)}～${figures(upTo)}`;
  const flat = flatFee === undefined ? '' : ` (定額 ${figures(flatFee)} を含む)`;
  return {
    description: `内訳 ${range}${flat}`,
    quantity: figures(units),
    unitPrice: figures(unitPrice),
    amount: figures(amount),
  };
}

function notesOf(line: InvoiceLine, document: Invoice): readonly string[] {
  const { month, basis } = document;
  const notes: string[] = [];
  if (line.corrects !== undefined) {
    const { number, issuedOn, month: corrected, item } = line.corrects;
    if (line.item !== 'credit')
      notes.push(
        `元の請求書 ${together(number)} (${together(`${dayInWords(issuedOn)}発行、`)}${together(`${monthInWords(corrected)})`)}`,
      );
    const again = basis.again?.find((each) => each.number === number);
    if (again !== undefined && item === 'account-usage')
      notes.push(...usedDaysOf(again, corrected, '訂正後の利用日数 × アカウント数'));
  }
  if (line.item === 'base') notes.push(...proratedDays(line, basis, month));
  if (line.item === 'account-usage') notes.push(...usedDaysOf(basis, month, '利用日数 × アカウント数'));
  if (line.item === 'one-time-fee') notes.push(`発生日 ${dayInWords(line.date)}`);
  return notes;
}

/** 日割 17日/31日, where the base fee is not the whole one. */
function proratedDays(
  { quantity, unitPrice, amount }: InvoiceLine,
  { window }: InvoiceBasis,
  month: ServiceMonth,
) {
  if (window === undefined || unitPrice === null || big(quantity).times(unitPrice).eq(amount)) return [];
  return [`日割 ${numberOfDay(window.to) - numberOfDay(window.from) + 1}日/${daysIn(month)}日`];
}

/** How many accounts were used on how many days: what the quantity, the sum of coefficients, comes from (備考(1)). */
function usedDaysOf({ usedDays = [] }: InvoiceBasis, month: ServiceMonth, label: string): readonly string[] {
  if (usedDays.length === 0) return [];
  const counts = [...usedDays]
    .sort(([a], [b]) => b - a)
    .map(([days, accounts]) => `${days}日 × ${figures(accounts)}`)
    .map((count, index) => together(index === usedDays.length - 1 ? count : `${count}、`))
    .join('');
  return [`${label} (暦日数${daysIn(month)}日)`, counts];
}
