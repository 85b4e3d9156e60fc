import { spreadOf } from '../runs.ts';

/**
 * How likely the places of `b` among all values would lie at least so far from the middle, if nothing told `a` and `b` apart (two-sided exact rank-sum test of
 * Wilcoxon, ties at their mean rank). No distribution is assumed: these machines are shared, a run that was disturbed is just last.
 */
export function chanceOf(a: readonly number[], b: readonly number[]): number {
  const all = [...a, ...b].sort((x, y) => x - y);
  // Twice the mean rank, so that ties stay whole.
  const rank = (value: number): number => all.indexOf(value) + all.lastIndexOf(value) + 2;
  const ranks = all.map(rank);
  const middle = (b.length * (all.length + 1)) | 0;
  const seen = Math.abs(b.reduce((sum, value) => sum + rank(value), 0) - middle);
  // Ways to choose so many of the ranks, by their sum.
  let ways = new Map<string, number>([['0/0', 1]]);
  for (const each of ranks) {
    const next = new Map(ways);
    for (const [key, count] of ways) {
      const [chosen, sum] = key.split('/').map(Number) as [number, number];
      if (chosen === b.length) continue;
      const longer = `${chosen + 1}/${sum + each}`;
      next.set(longer, (next.get(longer) ?? 0) + count);
    }
    ways = next;
  }
  let [total, asFar] = [0, 0];
  for (const [key, count] of ways) {
    const [chosen, sum] = key.split('/').map(Number) as [number, number];
    if (chosen !== b.length) continue;
    total += count;
    if (Math.abs(sum - middle) >= seen) asFar += count;
  }
  return asFar / total;
}

/** Smaller differences than this share are not reported, however certain they are. */
const MATTERS = 0.03;
/** A difference that chance makes more often is noise. */
const CHANCE = 0.05;
/** Of fewer values each way, even the most different ones are likelier than that: 2 of 20 orders of three and three. */
export const LEAST_RUNS = 4;

/** Whether rates of `b` are other than those of `a` by more than noise. */
export function verdictOf(a: readonly number[], b: readonly number[]): 'better' | 'worse' | 'noise' {
  const [before, after] = [spreadOf(a).median, spreadOf(b).median];
  if (Math.abs(after / before - 1) < MATTERS || chanceOf(a, b) > CHANCE) return 'noise';
  return after > before ? 'better' : 'worse';
}
