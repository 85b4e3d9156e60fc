import type { UsedDaysHistogram } from '@smartkey/billing-domain';
import { prepared, type Sql } from '@smartkey/database';
import { parametersOf, type DaysOf } from './days-of.ts';

/**
 * Accounts by the number of distinct days on which they were registered (別紙1 備考(1)). Accounts with one spell, nearly all,
 * are counted by subtraction; those with several by the union of their days. Contract by contract, so that each is a walk
 * along the primary key: no join order is left to statistics, which the embedded database never gathers.
 */
const HISTOGRAMS = prepared(
  'used_days',
  `
  select w.n::integer, histogram.days, histogram.accounts
  from unnest($1::text[], $2::integer[], $3::integer[]) with ordinality as w (contract, first, last, n)
  cross join lateral (
    select days, count(*)::integer as accounts from (
      select least(to_day, w.last) - greatest(from_day, w.first) + 1 as days
      from spell where contract = w.contract and not several and from_day <= w.last and to_day >= w.first
      union all
      select (select sum(upper(part) - lower(part))::integer from unnest(spans) as part) from (
        select range_agg(int4range(greatest(from_day, w.first), least(to_day, w.last) + 1)) as spans
        from spell where contract = w.contract and several and from_day <= w.last and to_day >= w.first
        group by account
      ) as united
    ) as account group by days offset 0
  ) as histogram
  order by 1, 2`,
);

/** The histogram of each, in the order asked for, in one statement: at most 31 rows a contract, however many accounts. */
export async function usedDaysOf(sql: Sql, wanted: readonly DaysOf[]): Promise<readonly UsedDaysHistogram[]> {
  const histograms = wanted.map((): [number, number][] => []);
  if (wanted.length === 0) return histograms;
  const rows = await sql.query<{ n: number; days: number; accounts: number }>(
    HISTOGRAMS,
    parametersOf(wanted),
  );
  for (const { n, days, accounts } of rows) histograms[n - 1]!.push([days, accounts]);
  return histograms;
}
