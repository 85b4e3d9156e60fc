/**
 * A point in time: RFC 3339 in UTC with milliseconds, always of the form `2018-01-31T15:00:00.000Z`, so that
 * comparing two as strings compares them in time. From outside by `parseInstant` alone.
 * @format date-time
 * @example 2018-01-31T15:00:00.000Z
 */
export type Instant = `${number}-${number}-${number}T${string}Z`;

const RFC3339 =
  /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/;

/**
 * Reads an RFC 3339 instant with an offset (section 5.6). Fractions below a millisecond are cut.
 * @returns `undefined` for anything else: no offset, an impossible date such as 02-30, a leap second, hour 24.
 */
export function parseInstant(text: string): Instant | undefined {
  const match = RFC3339.exec(text);
  if (match === null) return undefined;
  const [
    ,
    year,
    month,
    day,
    hour,
    minute,
    second,
    fraction = '',
    sign,
    offsetHour = '0',
    offsetMinute = '0',
  ] = match;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  if (Number(offsetHour) > 23 || Number(offsetMinute) > 59) return undefined;
  const local = new Date(0);
  local.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  if (local.getUTCMonth() !== Number(month) - 1 || local.getUTCDate() !== Number(day)) return undefined;
  local.setUTCHours(
    Number(hour),
    Number(minute),
    Number(second),
    Number(fraction.slice(0, 3).padEnd(3, '0')),
  );
  const offset = (Number(offsetHour) * 60 + Number(offsetMinute)) * 60_000 * (sign === '-' ? -1 : 1);
  const utc = new Date(local.getTime() - offset);
  const year4 = utc.getUTCFullYear();
  return year4 >= 0 && year4 <= 9999 ? (utc.toISOString() as Instant) : undefined;
}

/** Whether a text has the canonical form (nothing is said of whether the day exists; `parseInstant` says it). */
export const isInstant = (text: string): text is Instant =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text);

/** The instant of a count of milliseconds since 1970-01-01T00:00:00Z. */
export const instantOf = (epochMillis: number): Instant => new Date(epochMillis).toISOString() as Instant;

/** Milliseconds since 1970-01-01T00:00:00Z of an instant in the canonical form. */
export const epochMillisOf = (instant: Instant): number => Date.parse(instant);

/** The instant `millis` milliseconds later (earlier where negative). */
export const plusMillis = (instant: Instant, millis: number): Instant =>
  instantOf(epochMillisOf(instant) + millis);

/** The later of two instants. */
export const laterOf = (a: Instant, b: Instant): Instant => (a > b ? a : b);
