import { notBeforeTheTerms } from '@smartkey/terms';
import {
  jstDayOf,
  LAST_DAY,
  lastDayOf,
  lastMonthAhead,
  type JstDay,
  type ServiceMonth,
} from '@smartkey/calendar';
import { invalid, type Instant, type Refused } from '@smartkey/kernel';

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
  return notBeforeTheTerms(day, pointer) ?? tooFar(day, LAST_DAY, pointer);
}

/** A service month that a contract may speak of: of the past, or up to twelve months ahead. */
export function plannedMonth(month: ServiceMonth, now: Instant, pointer: string): Refused {
  return notBeforeTheTerms(lastDayOf(month), pointer) ?? tooFar(month, lastMonthAhead(now), pointer);
}

export function tooFar(value: string, horizon: string, pointer: string): Refused {
  return value > horizon
    ? invalid('too-far-ahead', `${value} lies after ${horizon}, the last that can be spoken of`, { pointer })
    : undefined;
}
