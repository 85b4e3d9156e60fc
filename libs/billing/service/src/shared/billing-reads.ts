import { lastMonthAhead, MONTHS_AHEAD, type ServiceMonth } from '@smartkey/calendar';
import { validationFailed } from '@smartkey/http';
import type { Clock } from '@smartkey/kernel';
import type { ProjectionReader } from '@smartkey/projections';
import type { SharedSeal } from '@smartkey/secrets';
import type { BillingSettings } from '../settings/billing.settings.ts';

/** What most of billing's routes read. */
export class BillingReads {
  constructor(
    readonly ledger: ProjectionReader,
    readonly documents: ProjectionReader,
    readonly profiles: ProjectionReader,
    readonly clock: Clock,
    readonly settings: BillingSettings,
    /** Opens addresses of recipients. */
    readonly parties: SharedSeal,
  ) {}

  /** A month that somebody asks about. @throws ProblemException 422 for one more than 12 months ahead. */
  asked<Month extends ServiceMonth | undefined>(month: Month, pointer = '/month'): Month {
    const last = lastMonthAhead(this.clock.now());
    if (month === undefined || month <= last) return month;
    const detail = `Must be no later than ${last}, ${MONTHS_AHEAD} months from now.`;
    throw validationFailed([{ pointer, rule: 'month-horizon', detail }]);
  }
}
