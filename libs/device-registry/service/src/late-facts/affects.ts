import type { ServiceMonth } from '@smartkey/calendar';

/** A month that a command's facts lie in: issued, with the number of its invoice, or overtaken by a later one, with `null`. */
export interface AffectedMonth {
  readonly month: ServiceMonth;
  /** Of the invoice; null: a later month is issued already, this one is yet to be. */
  readonly number: string | null;
}

/** Of several commands, each month once: one that was overtaken may have been issued between them. */
export function mergedMonths(all: readonly (readonly AffectedMonth[])[]): readonly AffectedMonth[] {
  const numbers = new Map<ServiceMonth, string | null>();
  for (const { month, number } of all.flat()) numbers.set(month, number ?? numbers.get(month) ?? null);
  return [...numbers]
    .map(([month, number]) => ({ month, number }))
    .sort((a, b) => (a.month < b.month ? -1 : 1));
}
