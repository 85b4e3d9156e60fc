import {
  itemBilledBy,
  itemKeyOf,
  type BilledItem,
  type Invoice,
  type InvoiceLine,
} from '@smartkey/billing-domain';
import { monthOfDay, type ServiceMonth } from '@smartkey/calendar';
import { sumOfYen, type Yen } from '@smartkey/money';
import type { Correction } from './correction-view.ts';

type Billed = Omit<Correction, 'issued' | 'shouldBe' | 'difference'>;

const EVERYTHING_ELSE: Pick<Correction, 'ground' | 'causes'> = { ground: 'error', causes: [] };

/**
 * What documents have put right, in the order of issue: adjustments and corrections, late fees on the invoices that took them up, overtaken
 * months.
 * @param documents those that bill something of the months, of one contract.
 * @param numberOf the invoice of an issued month.
 */
export function billedCorrections(
  documents: readonly Invoice[],
  overtaken: ReadonlySet<string>,
  numberOf: (month: ServiceMonth) => string | undefined,
): readonly Correction[] {
  const sums = new Map<string, Yen>();
  return documents.flatMap((document) =>
    document.lines.flatMap((line) => {
      const item = itemBilledBy(document, line);
      if (item === undefined) return [];
      const key = itemKeyOf(item);
      const issued = sums.get(key) ?? '0';
      const shouldBe = sumOfYen([issued, line.amount]);
      sums.set(key, shouldBe);
      const told = toldBy(document, line, overtaken, numberOf);
      return told === undefined || line.amount === '0'
        ? []
        : [{ ...told, issued, shouldBe, difference: line.amount }];
    }),
  );
}

function toldBy(
  document: Invoice,
  line: InvoiceLine,
  overtaken: ReadonlySet<string>,
  numberOf: (month: ServiceMonth) => string | undefined,
): Billed | undefined {
  const { contract, number } = document;
  const { n, item, fee, taxCode, corrects } = line;
  const common = { contract, taxCode, state: 'billed' as const, billedIn: { number, n } };
  if (corrects !== undefined && corrects.item !== 'credit')
    return {
      ...common,
      month: corrects.month,
      number: corrects.number,
      item: corrects.item,
      ...(corrects.fee !== undefined && { fee: corrects.fee }),
      ground: corrects.ground,
      causes: corrects.causes,
      ...(corrects.moreCauses !== undefined && { moreCauses: corrects.moreCauses }),
    };
  if (document.kind !== 'invoice' || item === 'adjustment' || item === 'credit') return undefined;
  const arisen = fee === undefined ? document.month : monthOfDay(line.date);
  const isLateFee = item === 'one-time-fee' && arisen < document.month && numberOf(arisen) !== undefined;
  if (!isLateFee && !overtaken.has(number)) return undefined;
  return {
    ...common,
    month: arisen,
    number: isLateFee ? numberOf(arisen)! : number,
    item: item satisfies BilledItem,
    ...(fee !== undefined && { fee }),
    ...EVERYTHING_ELSE,
  };
}
