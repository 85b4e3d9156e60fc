import type { FeeId } from '@smartkey/kernel';
import type { ServiceMonth } from '@smartkey/calendar';
import type { Cause, Ground, Invoice, BilledItem } from '../invoice/invoice.ts';
import { correctsItemOf } from './billed-items.ts';

/** A fact that may have come after an issued month that it concerns. */
export interface LateFact extends Cause {
  /** The service whose log it stands in, and where. */
  readonly source: string;
  readonly position: bigint;
  readonly ground: Ground;
  /** The months whose items it may change: not the end where `to` is missing. */
  readonly from: ServiceMonth;
  readonly to?: ServiceMonth;
  /** What of them: usage alone, one fee, or (missing) base fee and usage. */
  readonly only?: 'usage' | { readonly fee: FeeId };
}

/** Causes that a line names; it says how many more there are. */
const MOST_CAUSES = 20;

export interface Grounds {
  readonly ground: Ground;
  readonly causes: readonly Cause[];
  readonly moreCauses?: number;
}

/** One item of an issued month. */
interface Item {
  readonly number: string;
  readonly month: ServiceMonth;
  readonly item: BilledItem;
  readonly fee?: FeeId;
}

/**
 * Why an item is no longer what was billed: the facts that came after the last document which rated it. By agreement only where every
 * one of them is (rules: Corrections).
 */
export function groundsOf(
  item: Item,
  documents: readonly Invoice[],
  facts: readonly LateFact[],
  wasRead: (document: Invoice, fact: LateFact) => boolean,
): Grounds {
  const last = documents.findLast(
    (document) => document.number === item.number || document.lines.some((line) => answers(line, item)),
  );
  const causes = facts.filter((fact) => concerns(fact, item) && (last === undefined || !wasRead(last, fact)));
  const agreed = causes.length > 0 && causes.every(({ ground }) => ground === 'agreement');
  return {
    ground: agreed ? 'agreement' : 'error',
    causes: causes.slice(0, MOST_CAUSES).map(({ stream, revision, day }) => ({ stream, revision, day })),
    ...(causes.length > MOST_CAUSES && { moreCauses: causes.length - MOST_CAUSES }),
  };
}

/** The monthly items of a month are rated together: a line for one of them says that the others were looked at. */
function answers(line: Parameters<typeof correctsItemOf>[0], { number, fee }: Item): boolean {
  const corrected = correctsItemOf(line);
  return corrected?.number === number && corrected.fee === fee;
}

function concerns({ only, from, to }: LateFact, { month, item, fee }: Item): boolean {
  if (fee !== undefined) return typeof only === 'object' && only.fee === fee;
  if (typeof only === 'object' || month < from || (to !== undefined && month > to)) return false;
  return only !== 'usage' || item !== 'base';
}
