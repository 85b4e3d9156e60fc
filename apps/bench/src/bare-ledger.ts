import { billingService } from '@smartkey/billing-service';
import { numberOfDay, dayNumberOf } from '@smartkey/calendar';
import type { Database } from '@smartkey/database';
import { hash } from 'node:crypto';
import { chunks, rateOf, secondsOf } from './measure.ts';
import { secondsOfSameRows } from './same-rows.ts';
import { authenticationSays, id, registeredOn, type LedgerScale } from './spoken-logs.ts';

/** Messages of one delivery of the embedded bus: the bare statements get the same. */
export const BATCH = 5_000;

/** Of an event, in hex. */
const HASH = '5a'.repeat(32);
/** What is kept of a success: position, revision, hash, and its account's id with the length. */
const PLACE_BYTES = 8 + 4 + 32 + 1 + 30;

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
        `insert into spell (contract, account, spell, from_day, to_day, several, changed, from_revision, from_position, from_recorded, from_hash)
         select c, a, 1, f, 2147483647, false, false, 0, p, r, decode(h, 'hex')
         from unnest($1::text[], $2::text[], $3::int[], $4::bigint[], $5::timestamptz[], $6::text[]) as told (c, a, f, p, r, h)
         on conflict (contract, account, spell) do update set to_day = excluded.to_day`,
        [
          chunk.map((n) => id('ctr', n % contracts)),
          chunk.map((n) => id('rid', n)),
          chunk.map((n) => numberOfDay(registeredOn(n))),
          chunk.map((n) => n + 1),
          chunk.map((n) => `${registeredOn(n)}T03:00:00.000Z`),
          chunk.map(() => HASH),
        ],
      );
  });
}

/** Counters by batched upsert, folded in memory before, as any projection would, and where each success stands. */
export async function bareCountRate(database: Database, scale: LedgerScale): Promise<number> {
  const say = authenticationSays(scale);
  return rateOf(scale.successes, async () => {
    for (const chunk of chunks(scale.successes, BATCH)) {
      const counts = new Map<string, { contract: string; day: number; account: string; count: number }>();
      const places = new Map<string, { contract: string; day: number; first: number; bytes: number }>();
      for (const n of chunk) {
        const { contract = '', occurredAt, data } = say(n);
        const { account } = data as { account: string };
        const day = dayNumberOf(occurredAt);
        const known = counts.get(`${account}${day}`);
        if (known === undefined) counts.set(`${account}${day}`, { contract, day, account, count: 1 });
        else known.count += 1;
        const place = places.get(`${contract}${day}`);
        if (place === undefined)
          places.set(`${contract}${day}`, { contract, day, first: n, bytes: PLACE_BYTES });
        else place.bytes += PLACE_BYTES;
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
      const packed = [...places.values()];
      await database.execute(
        `insert into success_places (contract, day, first_position, places)
         select * from unnest($1::text[], $2::integer[], $3::bigint[], $4::bytea[])`,
        [
          packed.map((each) => each.contract),
          packed.map((each) => each.day),
          packed.map((each) => each.first),
          packed.map((each) => Buffer.alloc(each.bytes)),
        ],
      );
    }
  });
}

/** Contracts whose inputs are hashed at once. */
const CONTRACTS_TOGETHER = 25;

/**
 * The histogram of used days of all contracts by one statement, a Merkle root over what each was measured by, and bare inserts of the very rows that the close
 * has left: its events, and what they are found by.
 * @returns seconds of all, and of the roots among them.
 */
export async function bareCloseSeconds(
  database: Database,
): Promise<{ readonly all: number; readonly roots: number }> {
  const [{ ledger }] = (await database.query<{ ledger: string }>(
    `select format('%I', generation) as ledger from billing.projection_generation
     where projection = 'usage-ledger' and state = 'live'`,
  )) as [{ ledger: string }];
  const days = [numberOfDay('2024-01-01'), numberOfDay('2024-01-31')];
  let rows = await secondsOf(() =>
    database.query(
      `select contract, least(to_day, $2) - greatest(from_day, $1) + 1 as days, count(*)
       from ${ledger}.spell where from_day <= $2 and to_day >= $1 group by 1, 2`,
      days,
    ),
  );
  const contracts = await database.query<{ contract: string }>(
    `select contract from ${ledger}.contract_facts order by contract`,
  );
  const roots = await secondsOf(async () => {
    for (const chunk of chunks(contracts.length, CONTRACTS_TOGETHER)) {
      const found = await database.query<{ leaves: Uint8Array }>(
        `select string_agg(sha256(convert_to(encode(from_hash, 'hex') || from_position || from_revision || account, 'UTF8')), '' order by from_position) as leaves
         from ${ledger}.spell where contract = any($1::text[]) and from_day <= $3 and to_day >= $2 group by contract`,
        [chunk.map((n) => contracts[n]!.contract), ...days],
      );
      for (const { leaves } of found) bareRoot(Buffer.from(leaves));
    }
  });
  const books = await database.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name
     from pg_tables join billing.projection_generation on generation = schemaname and state = 'live'
     where projection in ('documents', 'document-files') order by 1`,
  );
  for (const { name } of [{ name: 'billing.event_log' }, ...books])
    rows += (await secondsOfSameRows(database, name)).seconds;
  return { all: rows + roots, roots };
}

/** Level upon level, two and two. */
function bareRoot(leaves: Buffer): Buffer {
  let level = leaves;
  while (level.length > 32) {
    const above: Buffer[] = [];
    for (let at = 0; at < level.length; at += 64) {
      const pair = level.subarray(at, at + 64);
      above.push(pair.length < 64 ? pair : hash('sha256', pair, 'buffer'));
    }
    level = Buffer.concat(above);
  }
  return level;
}
