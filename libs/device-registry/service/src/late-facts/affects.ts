import type { ServiceMonth } from '@smartkey/calendar';
import type { AffectedMonth } from '@smartkey/facts';

/** Of several commands, each month once: one that was overtaken may have been issued between them. */
export function mergedMonths(all: readonly (readonly AffectedMonth[])[]): readonly AffectedMonth[] {
  const numbers = new Map<ServiceMonth, string | null>();
  for (const { month, number } of all.flat()) numbers.set(month, number ?? numbers.get(month) ?? null);
  return [...numbers]
    .map(([month, number]) => ({ month, number }))
    .sort((a, b) => (a.month < b.month ? -1 : 1));
}
