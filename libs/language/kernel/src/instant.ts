/**
 * A point in time: RFC 3339 in UTC with milliseconds, always of the form `2018-01-31T15:00:00.000Z`, so that
 * comparing two as strings compares them in time. From outside by the calendar's `parseInstant` alone.
 * @format date-time
 * @example 2018-01-31T15:00:00.000Z
 */
export type Instant = `${number}-${number}-${number}T${string}Z`;

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
