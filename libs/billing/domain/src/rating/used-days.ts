/**
 * How many accounts were used on how many days of a month: pairs of (used days, accounts), ascending by days, each day
 * count once, at most 31 pairs. All that a million accounts say about the account usage of their month.
 */
export type UsedDaysHistogram = readonly (readonly [usedDays: number, accounts: number])[];

/** The histogram of accounts' used days. Accounts without a used day are left out. */
export function histogramOf(usedDays: Iterable<number>): UsedDaysHistogram {
  const accounts = new Map<number, number>();
  for (const days of usedDays) if (days > 0) accounts.set(days, (accounts.get(days) ?? 0) + 1);
  return [...accounts].sort(([a], [b]) => a - b);
}

export const accountsIn = (histogram: UsedDaysHistogram): number =>
  histogram.reduce((sum, [, accounts]) => sum + accounts, 0);
