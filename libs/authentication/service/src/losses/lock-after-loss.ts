import { afterLostFailures } from '@smartkey/authentication-domain';
import type { Transaction } from '@smartkey/database';
import type { AccountId, Instant } from '@smartkey/kernel';
import { pagesBehind } from '@smartkey/lifecycle';
import { attemptsInRow, attemptsParameters, type AttemptsColumns } from '../attempts/attempts.row.ts';

/** Accounts that are looked at together. */
const PAGE = 1_000;

interface Failing extends AttemptsColumns {
  readonly account: AccountId;
}

/**
 * What this service's rows may have forgotten with its log: codes that were used, and wrong ones. No code up to the step after now is taken;
 * accounts with a failure in the last day of what was kept wait once more.
 * @param now business time.
 */
export async function lockAfterLoss(tx: Transaction, now: Instant): Promise<void> {
  await tx.execute(
    `UPDATE credentials SET last_step = greatest(last_step, floor(extract(epoch FROM $1::timestamptz) / period)::bigint + 1)
     WHERE status <> 'ended'`,
    [now],
  );
  const read = (after: string, size: number) =>
    tx.query<Failing>(
      `SELECT account, failures, locked_until, hard_locked FROM attempts
       WHERE account > $1 AND failures > 0 AND last_failure_at > (
         SELECT greatest((SELECT max(last_failure_at) FROM attempts),
                         (SELECT recorded_at FROM event_log ORDER BY position DESC LIMIT 1)) - interval '1 day')
       ORDER BY account LIMIT $2::integer`,
      [after, size],
    );
  for await (const rows of pagesBehind({
    size: PAGE,
    from: '',
    read,
    placeOf: ({ account }): string => account,
  }))
    await lock(tx, rows, now);
}

async function lock(tx: Transaction, rows: readonly Failing[], now: Instant): Promise<void> {
  if (rows.length === 0) return;
  const attempts = rows.map((row) => attemptsParameters(afterLostFailures(attemptsInRow(row), now)));
  await tx.execute(
    `UPDATE attempts SET version = version + 1, failures = locked.failures, locked_until = locked.until, hard_locked = locked.hard
     FROM unnest($1::text[], $2::integer[], $3::timestamptz[], $4::boolean[]) AS locked (account, failures, until, hard)
     WHERE attempts.account = locked.account`,
    [
      rows.map(({ account }) => account),
      attempts.map(([failures]) => failures),
      attempts.map(([, until]) => until),
      attempts.map(([, , hard]) => hard),
    ],
  );
}
