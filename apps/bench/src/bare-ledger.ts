import { numberOfDay, dayNumberOf } from '@smartkey/calendar';
import type { Database } from '@smartkey/database';
import { chunks, rateOf, secondsOf } from './measure.ts';
import { authenticationSays, id, registeredOn, type LedgerScale } from './spoken-logs.ts';

/** Messages of one delivery of the embedded bus: the bare statements get the same. */
export const BATCH = 5_000;

/** The rows of a ledger's spells by batched upsert, and nothing else. */
export async function bareSpellRate(
  database: Database,
  { accounts, contracts }: LedgerScale,
): Promise<number> {
  await database.script(
    'create table spell (contract text collate "C", account text collate "C", spell int, from_day int, to_day int, primary key (contract, account, spell))',
  );
  return rateOf(accounts, async () => {
    for (const chunk of chunks(accounts, BATCH))
      await database.execute(
        `insert into spell select c, a, 1, f, 2147483647 from unnest($1::text[], $2::text[], $3::int[]) as r (c, a, f)
         on conflict (contract, account, spell) do update set to_day = excluded.to_day`,
        [
          chunk.map((n) => id('ctr', n % contracts)),
          chunk.map((n) => id('rid', n)),
          chunk.map((n) => numberOfDay(registeredOn(n))),
        ],
      );
  });
}

/** Counters by batched upsert, folded in memory before, as any projection would. */
export async function bareCountRate(database: Database, scale: LedgerScale): Promise<number> {
  await database.script(
    'create table success (contract text collate "C", day int, account text collate "C", count int, primary key (contract, day, account))',
  );
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
        `insert into success select * from unnest($1::text[], $2::int[], $3::text[], $4::int[])
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

/** The histogram of used days of all contracts by one statement, and an insert of each invoice's document. */
export async function bareCloseSeconds(database: Database, { contracts }: LedgerScale): Promise<number> {
  const document = JSON.stringify({ lines: 'x'.repeat(1_500) });
  await database.script('create table invoice (number int primary key, contract text, document jsonb)');
  return secondsOf(async () => {
    await database.query(
      `select contract, least(to_day, $2) - greatest(from_day, $1) + 1 as days, count(*)
       from spell where from_day <= $2 and to_day >= $1 group by 1, 2`,
      [numberOfDay('2024-01-01'), numberOfDay('2024-01-31')],
    );
    for (const chunk of chunks(contracts, 500))
      await database.execute('insert into invoice select * from unnest($1::int[], $2::text[], $3::jsonb[])', [
        chunk,
        chunk.map((n) => id('ctr', n)),
        chunk.map(() => document),
      ]);
  });
}
