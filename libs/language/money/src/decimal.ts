import { Big } from 'big.js';

/**
 * An exact decimal as text, `"0.85"`, `"-12"`: how decimals travel in events, tables and JSON. Never a float.
 * From outside by `isDecimal` alone.
 * @example 0.85
 */
export type Decimal = `${number | bigint}`;

/** The longest decimal accepted from outside: 15 digits before the point, 6 behind it. */
const FORM = /^-?(0|[1-9]\d{0,14})(\.\d{1,6})?$/;

/** Whether a text is a plain decimal: no exponent, no sign but a minus, at most 15 digits and 6 decimals. */
export const isDecimal = (text: string): text is Decimal => FORM.test(text) && !/^-0(\.0+)?$/.test(text);

/** Exact arithmetic on a decimal. Sums and products only: a division is a rounding and belongs to a named rule. */
export const big = (value: Decimal | number): Big => new Big(value);

/** The shortest plain text of a value: no exponent, no trailing zeros. */
export const decimalOf = (value: Big): Decimal => value.toFixed() as Decimal;
