import { big, isYen, sumOfYen } from '@smartkey/money';
import type { FieldAtFault } from './jp-pint-refusal.ts';
import type { PintInvoice, PintLine, PintTaxCategory, PintTaxRow } from './pint-invoice.ts';
import { keyOf } from './pint-taxes.ts';

const PERCENT: Readonly<Record<PintTaxCategory['id'], string | undefined>> = {
  S: '10',
  AA: '8',
  O: undefined,
};

function* totals({ lines, taxes, net, tax, total }: PintInvoice): Generator<FieldAtFault> {
  if (lines.length === 0)
    yield { pointer: '/document/lines', rule: 'ibr-016', detail: 'There is not one line.' };
  const sums: [string, string, string, string][] = [
    ['/document/net', 'ibr-co-10', net, sumOfYen(lines.map(({ amount }) => amount))],
    ['/document/tax', 'ibr-co-14', tax, sumOfYen(taxes.map((row) => row.tax))],
    ['/document/total', 'ibr-co-15', total, sumOfYen([net, tax])],
  ];
  for (const [pointer, rule, said, comesTo] of sums)
    if (said !== comesTo)
      yield { pointer, rule, detail: `It says ${said}, and its parts come to ${comesTo}.` };
}

/** The official rules let pass a breakdown that lacks a row, or says other sums than the lines have. */
function* breakdown({ lines, taxes }: PintInvoice): Generator<FieldAtFault> {
  const pointer = '/document/taxes';
  const rule = 'breakdown-by-category';
  const keys = new Set(taxes.map(({ category }) => keyOf(category)));
  if (keys.size !== taxes.length) yield { pointer, rule, detail: 'A category and rate stands there twice.' };
  for (const key of new Set(lines.map(({ category }) => keyOf(category))))
    if (!keys.has(key)) yield { pointer, rule, detail: `The row for ${key} is missing.` };
  for (const [index, { category, taxable }] of taxes.entries()) {
    const own = lines.filter((line) => keyOf(line.category) === keyOf(category));
    const comesTo = sumOfYen(own.map(({ amount }) => amount));
    if (own.length === 0)
      yield { pointer: `${pointer}/${index}`, rule, detail: `No line is of ${keyOf(category)}.` };
    if (taxable !== comesTo)
      yield {
        pointer: `${pointer}/${index}/taxable`,
        rule,
        detail: `It says ${taxable}, and the lines of ${keyOf(category)} come to ${comesTo}.`,
      };
  }
}

/** Between the whole yen below and above the exact tax; nothing of what is out of scope. */
function isTaxOf({ category: { percent = '0' }, taxable, tax }: PintTaxRow): boolean {
  return big(taxable).times(percent).times('0.01').minus(tax).abs().lt(1);
}

function* taxRows({ taxes }: PintInvoice): Generator<FieldAtFault> {
  for (const [index, row] of taxes.entries()) {
    const pointer = `/document/taxes/${index}`;
    const { id, percent } = row.category;
    if (percent !== PERCENT[id])
      yield {
        pointer: `${pointer}/rate`,
        rule: 'rate-of-category',
        detail: `${percent} is not the rate of ${id}.`,
      };
    if (!isYen(row.tax))
      yield { pointer: `${pointer}/tax`, rule: 'aligned-ibr-jp-06', detail: 'Tax is a whole amount of yen.' };
    else if (!isTaxOf(row))
      yield {
        pointer: `${pointer}/tax`,
        rule: 'aligned-ibrp-051-jp',
        detail: `${row.tax} is not the tax on ${row.taxable}, rounded to a whole yen.`,
      };
  }
}

function* lineRules({ lines, period }: PintInvoice): Generator<FieldAtFault> {
  for (const [index, line] of lines.entries()) yield* oneLine(line, `/document/lines/${index}`, period);
}

function* oneLine(
  { quantity, price, amount, period: own, category }: PintLine,
  pointer: string,
  whole: PintInvoice['period'],
): Generator<FieldAtFault> {
  if (!isYen(amount))
    yield { pointer: `${pointer}/amount`, rule: 'whole-yen', detail: 'An amount is a whole number of yen.' };
  if (price.startsWith('-'))
    yield { pointer: `${pointer}/unitPrice`, rule: 'ibr-027', detail: 'A price is never below 0.' };
  if (!big(quantity).times(price).minus(amount).abs().lt(1))
    yield {
      pointer: `${pointer}/amount`,
      rule: 'quantity-by-price',
      detail: 'Quantity × price differs from the amount by a yen or more.',
    };
  if (category.percent !== PERCENT[category.id])
    yield {
      pointer: `${pointer}/taxCode`,
      rule: 'rate-of-category',
      detail: `${category.percent} is not the rate of ${category.id}.`,
    };
  if (own.from > own.to)
    yield { pointer: `${pointer}/date`, rule: 'ibr-030', detail: 'The period ends before it begins.' };
  if (whole && (own.from < whole.from || own.to > whole.to))
    yield {
      pointer: `${pointer}/date`,
      rule: 'ibr-085',
      detail: 'The period lies outside of the period of the document.',
    };
}

/**
 * What must hold of a file and the official rules let pass: the breakdown is the lines by category and rate, tax is whole yen, quantity ×
 * price is the amount, the standard rate is 10 %. What they ask for and our data may break
 * is looked at too, so that a file that is handed out passes them.
 * @returns every fault; none where the file may be written.
 */
export const ownChecks = (invoice: PintInvoice): readonly FieldAtFault[] => [
  ...totals(invoice),
  ...breakdown(invoice),
  ...taxRows(invoice),
  ...lineRules(invoice),
];
