/** The furthest place of a log: positions are kept as whole numbers of 64 bits. */
const LAST_POSITION = 2n ** 63n - 1n;
const DIGITS = /^\d{1,19}$/;

/** What is said of a text that is no position. */
export const NO_POSITION = 'A position is a whole number from 0 to 9223372036854775807.';

/**
 * A place in a log as it stands in text: in JSON, in the parts of an address, in a cursor.
 * @returns undefined for anything but a whole number in decimal digits, from 0 to 2^63 − 1.
 */
export function parsePosition(text: unknown): bigint | undefined {
  if (typeof text !== 'string' || !DIGITS.test(text)) return undefined;
  const position = BigInt(text);
  return position > LAST_POSITION ? undefined : position;
}
