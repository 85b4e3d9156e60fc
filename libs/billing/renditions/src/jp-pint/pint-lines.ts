import { TAX_RATES, type InvoiceLine, type TaxCode } from '@smartkey/billing-domain';
import { spanOfMonth, type ClosedSpan, type JstDay } from '@smartkey/calendar';
import { big, magnitude, type Decimal } from '@smartkey/money';
import { SERVICE_NAME } from '../sheet/words.ts';
import type { PintLine, PintTaxCategory } from './pint-invoice.ts';
import { correctionInWords, measuredInWords } from './pint-words.ts';

/** The old 8 % has none: JP PINT knows the reduced 8 %, which would be false. */
const CATEGORIES: Readonly<Record<TaxCode, PintTaxCategory | undefined>> = {
  'JP-STD-8-2014': undefined,
  'JP-STD-10-2019': { id: 'S', percent: TAX_RATES['JP-STD-10-2019'] },
  'JP-RED-8-2019': { id: 'AA', percent: TAX_RATES['JP-RED-8-2019'] },
  'JP-OUT': { id: 'O' },
};

export const categoryOf = (taxCode: TaxCode): PintTaxCategory | undefined => CATEGORIES[taxCode];

/** What a line's period is read from. */
interface Dated {
  readonly period: ClosedSpan;
  readonly issuedOn: JstDay;
}

const isFee = (item: string): boolean => item === 'initial-fee' || item === 'one-time-fee';

/**
 * The days of a line (ibg-26). One that takes something back has the day of return (返還等を行った日), the day of issue, as example 7 of
 * the BIS has it; a fee the day on which it arose; one that adds to an issued month that month; the others the document's.
 */
function periodOf(line: InvoiceLine, { period, issuedOn }: Dated): ClosedSpan {
  if (line.amount.startsWith('-')) return { from: issuedOn, to: issuedOn };
  if (isFee(line.corrects?.item ?? line.item)) return { from: line.date, to: line.date };
  return line.corrects === undefined ? period : spanOfMonth(line.corrects.month);
}

/**
 * Quantity and price of a line. They stand as they are where their product is less than a yen from the amount; a fee by tiers, with
 * free units or for a part of a month has no such product, and is once (or −1 times) its amount, with its measure in the description.
 */
function pricedOf({ quantity, unitPrice, tiers, amount }: InvoiceLine) {
  const isProduct =
    unitPrice !== null &&
    !unitPrice.startsWith('-') &&
    big(quantity).times(unitPrice).minus(amount).abs().lt(1);
  if (isProduct) return { quantity, price: unitPrice };
  const measured = measuredInWords(quantity, unitPrice, tiers);
  const once: Decimal = amount.startsWith('-') ? '-1' : '1';
  return { quantity: once, price: magnitude(amount), measured };
}

/** @returns `undefined` for a line of a tax that JP PINT does not know. */
export function pintLine(line: InvoiceLine, dated: Dated): PintLine | undefined {
  const category = categoryOf(line.taxCode);
  if (category === undefined) return undefined;
  const { quantity, price, measured } = pricedOf(line);
  return {
    id: String(line.n),
    ...(line.corrects && { note: correctionInWords(line.corrects) }),
    quantity,
    amount: line.amount,
    period: periodOf(line, dated),
    name: line.description,
    description: measured === undefined ? SERVICE_NAME : `${SERVICE_NAME} (${measured})`,
    price,
    category,
  };
}
