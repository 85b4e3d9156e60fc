import { Big } from 'big.js';

/**
 * A whole amount of yen as text, `"44563"`, `"-305"`: every amount on a document. From outside by `isYen` alone.
 * @example 10000
 */
export type Yen = `${bigint}`;

/** How a fraction of a yen is dropped. `floor`, `ceil` and `halfUp` act on the absolute value: −30.5 floors to −30. */
export type YenRounding = 'floor' | 'ceil' | 'halfUp';

const MODES = { floor: Big.roundDown, ceil: Big.roundUp, halfUp: Big.roundHalfUp } as const;

/** Rounds to whole yen, once, by a named policy, on the absolute value (rules: 消費税, 備考). */
export const roundToYen = (amount: Big, rounding: YenRounding): Yen => {
  const yen = amount.round(0, MODES[rounding]);
  return yen.eq(0) ? '0' : (yen.toFixed(0) as Yen);
};

export const isYen = (text: string): text is Yen => /^(0|-?[1-9]\d{0,14})$/.test(text);

export const sumOfYen = (amounts: Iterable<Yen>): Yen => {
  let sum = new Big(0);
  for (const amount of amounts) sum = sum.plus(amount);
  return sum.toFixed(0) as Yen;
};

export const negated = (amount: Yen): Yen => `${-BigInt(amount)}`;

/** The amount without its sign. */
export const magnitude = (amount: Yen): Yen => (amount.startsWith('-') ? negated(amount) : amount);

/** a − b. */
export const difference = (a: Yen, b: Yen): Yen => sumOfYen([a, negated(b)]);
