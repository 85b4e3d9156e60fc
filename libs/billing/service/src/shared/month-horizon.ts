import { addMonths, monthOf, type ServiceMonth } from '@smartkey/calendar';
import { validationFailed } from '@smartkey/http';
import type { Clock } from '@smartkey/kernel';

/** So many months ahead of the present one may be asked about: every month up to there costs work. */
const MONTHS_AHEAD = 12;

/**
 * A service month that somebody asks about.
 * @throws ProblemException 422 for one that lies more than 12 months ahead.
 */
export function withinHorizon<Month extends ServiceMonth | undefined>(clock: Clock, month: Month): Month {
  const last = addMonths(monthOf(clock.now()), MONTHS_AHEAD);
  if (month === undefined || month <= last) return month;
  const detail = `Must be no later than ${last}, ${MONTHS_AHEAD} months from now.`;
  throw validationFailed([{ pointer: '/month', rule: 'month-horizon', detail }]);
}
