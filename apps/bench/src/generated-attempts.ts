import { addMonths, endOfMonth, startOfMonth, type ServiceMonth } from '@smartkey/calendar';
import type { Database } from '@smartkey/database';
import type { AccountId, ContractId } from '@smartkey/kernel';

export interface AttemptsScale {
  readonly attempts: number;
  readonly contracts: number;
}

/** Months that an installation keeps, the running one among them. */
export const MONTHS = 14;
/** The running one. */
export const LAST_MONTH: ServiceMonth = '2026-11';
/** IDs of the largest contract, which has three of ten attempts, and of each other one. */
export const LARGE_IDS = 50_000;
export const SMALL_IDS = 100;
/** Addresses of the largest contract in a month. */
export const ADDRESSES = 64;

const CROCKFORD = '0123456789abcdefghjkmnpqrstvwxyz';
const digits = (n: number): string => {
  let text = '';
  for (let rest = n; text.length < 26; rest = Math.floor(rest / 32)) text = CROCKFORD[rest % 32]! + text;
  return text;
};

/** The contract of that number; the largest is 0. */
export const contractNumber = (n: number): ContractId => `ctr_${digits(n)}`;
/** An ID of that contract. */
export const accountNumber = (contract: number, n: number): AccountId =>
  `rid_${digits(contract * 65_536 + n)}`;

/** What the addresses of the largest contract look like in a month: sealed, with both digests. */
export interface SealedAddresses {
  readonly sealed: readonly string[];
  readonly addresses: readonly Uint8Array[];
  readonly networks: readonly Uint8Array[];
}

const tableOf = (month: ServiceMonth): string => `attempt_log_${month.replace('-', '_')}`;

/** By the number of each: the server has no arithmetic of ours. */
const NUMBERED = `
  CREATE OR REPLACE FUNCTION numbered(prefix text, n bigint) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT prefix || '_' || lpad(string_agg(substr('${CROCKFORD}', ((n >> (5 * place)) & 31)::int + 1, 1), '' ORDER BY place DESC), 26, '0')
    FROM generate_series(0, 11) AS place
  $$;`;

/**
 * Fills the log of attempts: each month as one table of rows in the order of time, which is indexed and attached then. Months that
 * stand with rows already are kept, so that a run that was cut off goes on.
 * @param addressesOf the addresses of the largest contract in a month.
 * @param tell hears of each month.
 */
export async function generateAttempts(
  database: Database,
  { attempts, contracts }: AttemptsScale,
  addressesOf: (month: ServiceMonth) => Promise<SealedAddresses>,
  tell: (line: string) => void,
): Promise<void> {
  const perMonth = Math.ceil(attempts / MONTHS);
  await database.script(NUMBERED);
  await database.script(`
    CREATE TABLE IF NOT EXISTS generated_ids AS
      SELECT number, numbered('ctr', 0) AS contract, numbered('rid', number) AS rid, numbered('dev', number) AS device
      FROM generate_series(0, ${LARGE_IDS - 1}) AS number
      UNION ALL
      SELECT ${LARGE_IDS} + (contract - 1) * ${SMALL_IDS} + id, numbered('ctr', contract),
             numbered('rid', contract * 65536 + id), numbered('dev', contract * 65536 + id)
      FROM generate_series(1, ${contracts - 1}) AS contract, generate_series(0, ${SMALL_IDS - 1}) AS id;`);
  for (let back = 0; back < MONTHS; back++) {
    const month = addMonths(LAST_MONTH, -back);
    const [standing] = await database.query<{ yes: boolean }>(`SELECT to_regclass($1) IS NOT NULL AS yes`, [
      tableOf(month),
    ]);
    if (standing!.yes) continue;
    const started = performance.now();
    const { sealed, addresses, networks } = await addressesOf(month);
    await database.transaction(async (tx) => {
      const table = tableOf(month);
      await tx.script(`
        SET LOCAL synchronous_commit = off; SET LOCAL maintenance_work_mem = '768MB'; SET LOCAL work_mem = '64MB';
        CREATE TABLE ${table} (LIKE attempt_log INCLUDING DEFAULTS INCLUDING CONSTRAINTS);`);
      await tx.execute(
        `INSERT INTO ${table} (at, id, contract, rid, device, key, result, reason, client_ref, address, address_digest, network_digest)
         SELECT date_trunc('milliseconds', $1::timestamptz + ($2::timestamptz - $1::timestamptz) * (n::float8 / ${perMonth})),
                gen_random_uuid(), i.contract, i.rid,
                CASE WHEN n % 10 = 9 THEN NULL ELSE i.device END, 'key_0000000000000000000000bench',
                CASE WHEN n % 10 = 9 THEN 'denied' ELSE 'success' END,
                CASE WHEN n % 10 = 9 THEN (ARRAY['invalid_code', 'locked', 'code_already_used', 'id_suspended'])[1 + n / 10 % 4] END,
                CASE WHEN n % 4 = 0 THEN 'login-' || n END,
                CASE WHEN number < ${LARGE_IDS} AND n % 3 = 0 THEN ($3::text[])[1 + n / 10 % ${ADDRESSES}] END,
                CASE WHEN number < ${LARGE_IDS} AND n % 3 = 0 THEN ($4::bytea[])[1 + n / 10 % ${ADDRESSES}] END,
                CASE WHEN number < ${LARGE_IDS} AND n % 3 = 0 THEN ($5::bytea[])[1 + n / 10 % ${ADDRESSES}] END
         FROM (SELECT n, CASE WHEN n / 7 % 10 < 3 THEN n * 7919 % ${LARGE_IDS}
                              ELSE ${LARGE_IDS} + n * 104729 % ${(contracts - 1) * SMALL_IDS} END AS number
               FROM generate_series(0::bigint, ${perMonth - 1}) AS n) AS drawn
         JOIN generated_ids i USING (number)`,
        [startOfMonth(month), endOfMonth(month), sealed, addresses, networks],
      );
      await tx.script(`
        ALTER TABLE attempt_log ATTACH PARTITION ${table}
          FOR VALUES FROM ('${startOfMonth(month)}') TO ('${endOfMonth(month)}');`);
    });
    await database.script(`VACUUM (ANALYZE) ${tableOf(month)}`);
    tell(`${month}: ${perMonth} attempts in ${Math.round((performance.now() - started) / 1000)} s`);
  }
}
