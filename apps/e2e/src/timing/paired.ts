/** What interleaved measurements of two cases say of a difference between them. */
export interface Comparison {
  readonly pairs: number;
  /** Median of each case, in milliseconds. */
  readonly one: number;
  readonly other: number;
  /** Mean of the differences between the two of a pair, without the tenth at either end. */
  readonly difference: number;
  /** The same over its standard error. */
  readonly z: number;
}

const ascending = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);
const median = (values: readonly number[]): number => ascending(values)[Math.floor(values.length / 2)] ?? NaN;

/**
 * Compares two cases that were measured in turns, pair by pair, so that what slows the machine down for a while slows both. What
 * lies far out is cut back to the tenth at either end (Winsorized variance), as befits a trimmed mean (Yuen).
 * @param one, other in milliseconds, of the same length, at least twenty.
 */
export function compare(one: readonly number[], other: readonly number[]): Comparison {
  const pairs = one.length;
  if (pairs < 20 || other.length !== pairs)
    throw new RangeError(`there must be at least 20 pairs: ${pairs} and ${other.length} were given`);
  const differences = ascending(one.map((value, index) => value - other[index]!));
  const cut = Math.floor(pairs / 10);
  const kept = differences.slice(cut, pairs - cut);
  const difference = kept.reduce((sum, value) => sum + value, 0) / kept.length;
  const winsorized = differences.map((value) =>
    Math.min(Math.max(value, differences[cut]!), differences[pairs - cut - 1]!),
  );
  const mean = winsorized.reduce((sum, value) => sum + value, 0) / pairs;
  const variance = winsorized.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (pairs - 1);
  const error = Math.sqrt(variance / pairs) / (1 - (2 * cut) / pairs);
  return { pairs, one: median(one), other: median(other), difference, z: difference / error };
}
