import { instantOf, type Instant } from '@smartkey/kernel';
import { DateTime } from 'luxon';

/** RFC 3339, section 5.6, without leap seconds: of what luxon reads (ISO 8601) the smaller part. */
const RFC3339 =
  /^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/i;

/**
 * Reads an RFC 3339 instant with an offset. Fractions below a millisecond are cut.
 * @returns `undefined` for anything else: no offset, an impossible date such as 02-30, a leap second, hour 24, a year that four
 *   digits do not name.
 */
export function parseInstant(text: string): Instant | undefined {
  if (!RFC3339.test(text)) return undefined;
  const utc = DateTime.fromISO(text, { zone: 'utc' });
  return utc.isValid && utc.year >= 0 && utc.year <= 9999 ? instantOf(utc.toMillis()) : undefined;
}
