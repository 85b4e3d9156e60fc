import type { Transaction } from '@smartkey/database';

/**
 * The gateway's log and tables lost their end: sessions that were ended since, links and challenges that were used since are good again. So all of
 * them end, and people sign in anew.
 */
export async function endWaysIn(tx: Transaction): Promise<void> {
  for (const table of ['contract_openings', 'sessions', 'user_sessions', 'links', 'challenges'])
    await tx.execute(`DELETE FROM ${table}`);
  // Those of an enrolment stand in the registry's log, which says whether they were used.
  await tx.execute(`DELETE FROM user_links WHERE purpose <> 'enrolment'`);
  await tx.execute('DELETE FROM idempotency WHERE status IS NOT NULL');
}
