import { notBeforeTheTerms } from '@smartkey/terms';
import { jstDayOf, type JstDay, type ServiceMonth, lastDayOf } from '@smartkey/calendar';
import { invalid, type Instant, type Refused } from '@smartkey/kernel';

/**
 * The last day that a contract may speak of: instants stay comparable as text, which they are up to the year 9999, and a
 * slip of the finger is caught.
 */
export const HORIZON: JstDay = '2999-12-31';

/** A day of the past or today, told for a fact: within the time of the terms (附則). */
export function pastDay(day: JstDay, now: Instant, pointer: string, rule: string): Refused {
  const early = notBeforeTheTerms(day, pointer);
  if (early) return early;
  if (day > jstDayOf(now)) return invalid('day-in-the-future', `${day} has not come yet`, { rule, pointer });
  return undefined;
}

/** An instant of the past, told for a fact: within the time of the terms (附則). */
export function pastInstant(instant: Instant, now: Instant, pointer: string, rule: string): Refused {
  const early = notBeforeTheTerms(jstDayOf(instant), pointer);
  if (early) return early;
  if (instant > now)
    return invalid('instant-in-the-future', `${instant} has not come yet`, { rule, pointer });
  return undefined;
}

/** A day to come, or any other, that a contract may speak of. */
export function plannedDay(day: JstDay, pointer: string): Refused {
  return notBeforeTheTerms(day, pointer) ?? tooFar(day, HORIZON, pointer);
}

/** A service month that a contract may speak of. */
export function plannedMonth(month: ServiceMonth, pointer: string): Refused {
  return notBeforeTheTerms(lastDayOf(month), pointer) ?? tooFar(month, HORIZON.slice(0, 7), pointer);
}

export function tooFar(value: string, horizon: string, pointer: string): Refused {
  return value > horizon
    ? invalid('too-far-ahead', `${value} lies after ${horizon}, the last that can be spoken of`, { pointer })
    : undefined;
}
