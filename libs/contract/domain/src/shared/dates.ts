import { jstDayOf, type JstDay, type ServiceMonth } from '@smartkey/calendar';
import { invalid, type Instant, type Rejection, type Result } from '@smartkey/kernel';
import { FIRST_DAY_OF_TERMS } from '../terms/terms-catalogue.ts';

/**
 * The last day that a contract may speak of: instants stay comparable as text, which they are up to the year 9999, and a
 * slip of the finger is caught.
 */
export const HORIZON: JstDay = '2999-12-31';

type Refused = Result<never, Rejection> | undefined;

const beforeTerms = (pointer: string): Refused =>
  invalid(
    'before-the-terms',
    `nothing before ${FIRST_DAY_OF_TERMS}, when the terms came into force, is accepted`,
    {
      rule: '附則',
      pointer,
    },
  );

/** A day of the past or today, told for a fact: within the time of the terms (附則). */
export function pastDay(day: JstDay, now: Instant, pointer: string, rule: string): Refused {
  if (day < FIRST_DAY_OF_TERMS) return beforeTerms(pointer);
  if (day > jstDayOf(now)) return invalid('day-in-the-future', `${day} has not come yet`, { rule, pointer });
  return undefined;
}

/** An instant of the past, told for a fact: within the time of the terms (附則). */
export function pastInstant(instant: Instant, now: Instant, pointer: string, rule: string): Refused {
  if (jstDayOf(instant) < FIRST_DAY_OF_TERMS) return beforeTerms(pointer);
  if (instant > now)
    return invalid('instant-in-the-future', `${instant} has not come yet`, { rule, pointer });
  return undefined;
}

/** A day to come, or any other, that a contract may speak of. */
export function plannedDay(day: JstDay, pointer: string): Refused {
  if (day < FIRST_DAY_OF_TERMS) return beforeTerms(pointer);
  return tooFar(day, HORIZON, pointer);
}

/** A service month that a contract may speak of. */
export function plannedMonth(month: ServiceMonth, pointer: string): Refused {
  if (month < FIRST_DAY_OF_TERMS.slice(0, 7)) return beforeTerms(pointer);
  return tooFar(month, HORIZON.slice(0, 7), pointer);
}

export function tooFar(value: string, horizon: string, pointer: string): Refused {
  return value > horizon
    ? invalid('too-far-ahead', `${value} lies after ${horizon}, the last that can be spoken of`, { pointer })
    : undefined;
}
