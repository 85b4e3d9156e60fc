import { magnitude } from '@smartkey/money';
import { monthOfDay } from '@smartkey/calendar';
import type { ArisenFee } from '../invoice/invoice-inputs.ts';
import { outstanding } from '../invoice/invoice-inputs.ts';
import type { Corrects, Invoice } from '../invoice/invoice.ts';
import { feeLine, type UnnumberedLine } from '../invoice/rating-lines.ts';
import type { RuleVersion } from '../rules/rule-version.ts';
import type { BilledSum } from './billed-items.ts';
import type { Difference } from './differences.ts';
import {
  correctedInvoice,
  monthAmong,
  standingPerRate,
  type Counted,
  type IssuedMonths,
} from './issued-month.ts';
import { groundsOf, type LateFact } from './late-fact.ts';

/** What lines that correct a month are made from. */
export interface LinesContext {
  readonly months: IssuedMonths;
  /** What is billed for each item, by its key. */
  readonly billed: ReadonlyMap<string, BilledSum>;
  readonly issued: readonly Invoice[];
  /** Those, and the drafts of this run before the document. */
  readonly documents: readonly Counted[];
  readonly lateFacts: readonly LateFact[];
  readonly wasRead: (document: Invoice, fact: LateFact) => boolean;
  readonly rules: RuleVersion;
}

/** One line for each difference: quantity 1 or −1, its absolute value as the price. */
function adjustment(each: Difference, context: LinesContext): UnnumberedLine {
  const { item, fee, description, amount, taxCode, date, month, number } = each;
  const price = magnitude(amount);
  const { invoice } = monthAmong(context.months, month);
  return {
    item: 'adjustment',
    description: `${description} 訂正`,
    quantity: amount === price ? '1' : '-1',
    unitPrice: price,
    amount,
    taxCode,
    date,
    corrects: {
      ...correctedInvoice(invoice),
      item,
      ...(fee !== undefined && { fee }),
      ...groundsOf(
        { number, month, item, ...(fee !== undefined && { fee }) },
        context.issued,
        context.lateFacts,
        context.wasRead,
      ),
      wrong: [],
      right: [],
    },
  };
}

/** A fee that was found after its month was issued, on a correction of that month. */
function lateFeeLine(fee: ArisenFee, { months, issued, lateFacts, wasRead }: LinesContext): UnnumberedLine {
  const { invoice } = monthAmong(months, monthOfDay(fee.arisenOn));
  const { number, month } = invoice;
  const item = fee.kind === 'initial' ? 'initial-fee' : 'one-time-fee';
  const corrects: Corrects = {
    ...correctedInvoice(invoice),
    item,
    fee: fee.fee,
    ...groundsOf({ number, month, item, fee: fee.fee }, issued, lateFacts, wasRead),
    wrong: [],
    right: [],
  };
  return { ...feeLine(outstanding(fee)), corrects };
}

/** Says on every line that corrects an invoice what that came to per rate before the document and comes to after it. */
function withRates(
  lines: readonly UnnumberedLine[],
  { months, documents }: LinesContext,
): readonly UnnumberedLine[] {
  const rates = new Map<string, Pick<Corrects, 'wrong' | 'right'>>();
  for (const { corrects } of lines) {
    if (corrects === undefined || rates.has(corrects.number)) continue;
    const month = monthAmong(months, corrects.month);
    const own = lines.filter((line) => line.corrects?.number === corrects.number);
    const after: Counted = { kind: 'invoice', taxes: [], lines: own };
    rates.set(corrects.number, {
      wrong: standingPerRate(month, documents),
      right: standingPerRate(month, [...documents, after]),
    });
  }
  return lines.map((line) =>
    line.corrects === undefined
      ? line
      : { ...line, corrects: { ...line.corrects, ...rates.get(line.corrects.number) } },
  );
}

/** Adjustments as they stand on an invoice, in the order of the differences. */
export const adjustmentLines = (
  differences: readonly Difference[],
  context: LinesContext,
): readonly UnnumberedLine[] =>
  withRates(
    differences.map((each) => adjustment(each, context)),
    context,
  );

/** The lines of a correction: late fees by day then entry, then adjustments. */
export const correctionLines = (
  fees: readonly ArisenFee[],
  differences: readonly Difference[],
  context: LinesContext,
): readonly UnnumberedLine[] =>
  withRates(
    [
      ...inOrderOfArising(fees).map((fee) => lateFeeLine(fee, context)),
      ...differences.map((each) => adjustment(each, context)),
    ],
    context,
  );

const inOrderOfArising = (fees: readonly ArisenFee[]): readonly ArisenFee[] =>
  [...fees].sort((a, b) => (a.arisenOn < b.arisenOn ? -1 : a.arisenOn > b.arisenOn ? 1 : 0));
