import { dayOfNumber, numberOfDay, type JstDay } from '@smartkey/calendar';
import type { Sql } from '@smartkey/database';
import { parametersOf, type DaysOf } from './days-of.ts';

/** Successes within the days of each, in the order asked for (別紙1 備考(2)). */
export async function successesOf(sql: Sql, wanted: readonly DaysOf[]): Promise<readonly number[]> {
  const counts = wanted.map(() => 0);
  if (wanted.length === 0) return counts;
  const rows = await sql.query<{ n: number; successes: bigint }>(
    `select w.n::integer, counted.successes
     from unnest($1::text[], $2::integer[], $3::integer[]) with ordinality as w (contract, first, last, n)
     cross join lateral (
       select coalesce(sum(count), 0)::bigint as successes from success
       where contract = w.contract and day between w.first and w.last offset 0
     ) as counted`,
    parametersOf(wanted),
  );
  for (const { n, successes } of rows) counts[n - 1] = Number(successes);
  return counts;
}

/** Successes of each day that had any. */
export async function successesByDay(
  sql: Sql,
  { contract, days }: DaysOf,
): Promise<Readonly<Record<JstDay, number>>> {
  const rows = await sql.query<{ day: number; successes: bigint }>(
    `select day, sum(count)::bigint as successes from success
     where contract = $1 and day between $2::integer and $3::integer group by day order by day`,
    [contract, numberOfDay(days.from), numberOfDay(days.to)],
  );
  return Object.fromEntries(rows.map((row) => [dayOfNumber(row.day), Number(row.successes)]));
}
