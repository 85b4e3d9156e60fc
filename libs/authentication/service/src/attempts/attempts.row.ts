import { noAttempts, type Attempts } from '@smartkey/authentication-domain';
import type { Instant, AccountId, ContractId } from '@smartkey/kernel';
import type { Sql } from '@smartkey/database';

/** What a row of `attempts` holds of them; all null where an account has none. */
export interface AttemptsColumns {
  readonly failures: number | null;
  readonly locked_until: Instant | null;
  readonly hard_locked: boolean | null;
}

/** What decisions about an account's codes go by one after another; missing where it never had a device. */
export interface GuardRow extends AttemptsColumns {
  readonly contract: ContractId;
  readonly version: bigint;
}

export async function guardOf(sql: Sql, account: AccountId): Promise<GuardRow | undefined> {
  const [row] = await sql.query<GuardRow>(
    'SELECT contract, version, failures, locked_until, hard_locked FROM attempts WHERE account = $1',
    [account],
  );
  return row;
}

export function attemptsInRow({
  failures,
  locked_until: until,
  hard_locked: hard,
}: AttemptsColumns): Attempts {
  if (failures === null) return noAttempts;
  if (hard === true) return { lock: 'hard', failures };
  return until === null ? { lock: 'none', failures } : { lock: 'timed', failures, until };
}

/** `failures`, `locked_until`, `hard_locked`. */
export const attemptsParameters = (attempts: Attempts): readonly [number, Instant | null, boolean] => [
  attempts.failures,
  attempts.lock === 'timed' ? attempts.until : null,
  attempts.lock === 'hard',
];
