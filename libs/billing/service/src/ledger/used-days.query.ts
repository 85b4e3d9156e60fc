import type { UsedDaysHistogram } from '@smartkey/billing-domain';
import type { ClosedSpan } from '@smartkey/calendar';
import { numberOfDay } from '@smartkey/calendar';
import type { Sql } from '@smartkey/database';

/** A contract and the days of one month to look at: its billing window, cut to the month. */
export interface DaysOf {
  readonly contract: string;
  readonly days: ClosedSpan;
}

/**
 * Accounts by the number of distinct days on which they were registered (別紙1 備考(1)). Accounts with one spell, nearly all,
 * are counted by the spell's ends, so that what is joined is small; those with several by the union of their days.
 * $4 and $5 are the first and last of all days wanted.
 */
const HISTOGRAMS = `
  with wanted as (
    select * from unnest($1::text[], $2::integer[], $3::integer[]) with ordinality as w (contract, first, last, n)
  ), ends as materialized (
    select contract, greatest(from_day, $4::integer) as from_day, least(to_day, $5::integer) as to_day, count(*) as accounts
    from spell
    where contract = any($1::text[]) and not several and from_day <= $5::integer and to_day >= $4::integer
    group by 1, 2, 3
  ), one as (
    select w.n, least(e.to_day, w.last) - greatest(e.from_day, w.first) + 1 as days, sum(e.accounts) as accounts
    from wanted w join ends e on e.contract = w.contract
    where e.from_day <= w.last and e.to_day >= w.first
    group by 1, 2
  ), again as materialized (
    select contract, account, from_day, to_day from spell
    where contract = any($1::text[]) and several and from_day <= $5::integer and to_day >= $4::integer
  ), united as (
    select w.n, range_agg(int4range(greatest(a.from_day, w.first), least(a.to_day, w.last) + 1)) as days
    from wanted w join again a on a.contract = w.contract
    where a.from_day <= w.last and a.to_day >= w.first
    group by w.n, a.account
  ), several as (
    select n, (select sum(upper(part) - lower(part))::integer from unnest(days) as part) as days, count(*) as accounts
    from united group by 1, 2
  )
  select n::integer, days, sum(accounts)::integer as accounts
  from (select * from one union all select * from several) as both_kinds
  group by 1, 2 order by 1, 2`;

/** The histogram of each, in the order asked for, in one statement: at most 31 rows a contract, however many accounts. */
export async function usedDaysOf(sql: Sql, wanted: readonly DaysOf[]): Promise<readonly UsedDaysHistogram[]> {
  const histograms = wanted.map((): [number, number][] => []);
  if (wanted.length === 0) return histograms;
  const parameters = parametersOf(wanted);
  const ends = [Math.min(...parameters[1]), Math.max(...parameters[2])];
  const rows = await sql.query<{ n: number; days: number; accounts: number }>(HISTOGRAMS, [
    ...parameters,
    ...ends,
  ]);
  for (const { n, days, accounts } of rows) histograms[n - 1]!.push([days, accounts]);
  return histograms;
}

/** Successes within the days of each, in the order asked for (別紙1 備考(2)). */
export async function successesOf(sql: Sql, wanted: readonly DaysOf[]): Promise<readonly number[]> {
  const counts = wanted.map(() => 0);
  if (wanted.length === 0) return counts;
  const rows = await sql.query<{ n: number; successes: bigint }>(
    `select w.n::integer, sum(s.count)::bigint as successes
     from unnest($1::text[], $2::integer[], $3::integer[]) with ordinality as w (contract, first, last, n)
     join success s on s.contract = w.contract and s.day between w.first and w.last
     group by w.n`,
    parametersOf(wanted),
  );
  for (const { n, successes } of rows) counts[n - 1] = Number(successes);
  return counts;
}

const parametersOf = (wanted: readonly DaysOf[]): [string[], number[], number[]] => [
  wanted.map(({ contract }) => contract),
  wanted.map(({ days }) => numberOfDay(days.from)),
  wanted.map(({ days }) => numberOfDay(days.to)),
];
