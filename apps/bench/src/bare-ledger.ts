import { billingService } from '@smartkey/billing-service';
import { numberOfDay, dayNumberOf } from '@smartkey/calendar';
import type { Database } from '@smartkey/database';
import { chunks, rateOf, secondsOf } from './measure.ts';
import { secondsOfSameRows } from './same-rows.ts';
import { authenticationSays, id, registeredOn, type LedgerScale } from './spoken-logs.ts';

/** Messages of one delivery of the embedded bus: the bare statements get the same. */
export const BATCH = 5_000;

/** The ledger's own tables, with their keys and indexes, empty. */
export async function bareLedger(database: Database): Promise<void> {
  const ledger = billingService.projections.find(({ name }) => name === 'usage-ledger');
  await database.script(ledger!.ddl);
}

/** The rows of a ledger's spells by batched upsert, and nothing else. @param database with `bareLedger`'s tables. */
export async function bareSpellRate(
  database: Database,
  { accounts, contracts }: LedgerScale,
): Promise<number> {
  return rateOf(accounts, async () => {
    for (const chunk of chunks(accounts, BATCH))
      await database.execute(
        `insert into spell (contract, account, spell, from_day, to_day, several, changed, from_revision, from_position, from_recorded)
         select c, a, 1, f, 2147483647, false, false, 0, p, r
         from unnest($1::text[], $2::text[], $3::int[], $4::bigint[], $5::timestamptz[]) as told (c, a, f, p, r)
         on conflict (contract, account, spell) do update set to_day = excluded.to_day`,
        [
          chunk.map((n) => id('ctr', n % contracts)),
          chunk.map((n) => id('rid', n)),
          chunk.map((n) => numberOfDay(registeredOn(n))),
          chunk.map((n) => n + 1),
          chunk.map((n) => `${registeredOn(n)}T03:00:00.000Z`),
        ],
      );
  });
}

/** Counters by batched upsert, folded in memory before, as any projection would. */
export async function bareCountRate(database: Database, scale: LedgerScale): Promise<number> {
  const say = authenticationSays(scale);
  return rateOf(scale.successes, async () => {
    for (const chunk of chunks(scale.successes, BATCH)) {
      const counts = new Map<string, { contract: string; day: number; account: string; count: number }>();
      for (const n of chunk) {
        const { contract = '', occurredAt, data } = say(n);
        const { account } = data as { account: string };
        const day = dayNumberOf(occurredAt);
        const known = counts.get(`${account}${day}`);
        if (known === undefined) counts.set(`${account}${day}`, { contract, day, account, count: 1 });
        else known.count += 1;
      }
      const rows = [...counts.values()];
      await database.execute(
        `insert into success (contract, day, account, count, first_revision, last_revision)
         select *, 0, 0 from unnest($1::text[], $2::int[], $3::text[], $4::int[])
         on conflict (contract, day, account) do update set count = success.count + excluded.count`,
        [
          rows.map((row) => row.contract),
          rows.map((row) => row.day),
          rows.map((row) => row.account),
          rows.map((row) => row.count),
        ],
      );
    }
  });
}

/**
 * The histogram of used days of all contracts by one statement, and bare inserts of the very rows that the close has left: its events, and what they are found by.
 */
export async function bareCloseSeconds(database: Database): Promise<number> {
  let seconds = await secondsOf(() =>
    database.query(
      `select contract, least(to_day, $2) - greatest(from_day, $1) + 1 as days, count(*)
       from spell where from_day <= $2 and to_day >= $1 group by 1, 2`,
      [numberOfDay('2024-01-01'), numberOfDay('2024-01-31')],
    ),
  );
  const books = await database.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name
     from pg_tables join billing.projection_generation on generation = schemaname and state = 'live'
     where projection in ('documents', 'document-files') order by 1`,
  );
  for (const { name } of [{ name: 'billing.event_log' }, ...books])
    seconds += (await secondsOfSameRows(database, name)).seconds;
  return seconds;
}
