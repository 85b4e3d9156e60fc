import type { ServiceMonth } from '@smartkey/calendar';
import type { Sql } from '@smartkey/database';
import type { Instant, RunId } from '@smartkey/kernel';

/** A close that was asked for and has not ended, as the log tells. */
export interface OpenClose {
  readonly run: RunId;
  readonly month: ServiceMonth;
  readonly requestedAt: Instant;
}

/** All of them: at most one a month. */
export const openCloses = (sql: Sql): Promise<readonly OpenClose[]> =>
  sql.query<OpenClose>(
    'select run, month, requested_at as "requestedAt" from open_close order by month, run',
  );
