import { lastMonthAhead, MONTHS_AHEAD, type ServiceMonth } from '@smartkey/calendar';
import { validationFailed } from '@smartkey/http';
import type { Clock } from '@smartkey/kernel';

/**
 * A service month that somebody asks about.
 * @throws ProblemException 422 for one that lies more than 12 months ahead.
 */
export function withinHorizon<Month extends ServiceMonth | undefined>(clock: Clock, month: Month): Month {
  const last = lastMonthAhead(clock.now());
  if (month === undefined || month <= last) return month;
  const detail = `Must be no later than ${last}, ${MONTHS_AHEAD} months from now.`;
  throw validationFailed([{ pointer: '/month', rule: 'month-horizon', detail }]);
}
