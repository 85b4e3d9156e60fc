import type { AccountId } from '@smartkey/kernel';
import { numberOfDay } from '@smartkey/calendar';
import type { Sql } from '@smartkey/database';
import type { DaysOf } from './days-of.ts';

/** One account's used days in a month. */
export interface AccountDays {
  readonly account: AccountId;
  readonly usedDays: number;
}

/** A page of the accounts that were used, ascending by id, after one of them. */
export async function accountDaysOf(
  sql: Sql,
  { contract, days }: DaysOf,
  after: string,
  limit: number,
): Promise<readonly AccountDays[]> {
  return sql.query<AccountDays>(
    `select account, (select sum(upper(part) - lower(part))::integer from unnest(days) as part) as "usedDays"
     from (
       select account, range_agg(int4range(greatest(from_day, $2::integer), least(to_day, $3::integer) + 1)) as days
       from spell
       where contract = $1 and from_day <= $3::integer and to_day >= $2::integer and account > $4
       group by account order by account limit $5::integer
     ) as page order by account`,
    [contract, numberOfDay(days.from), numberOfDay(days.to), after, limit],
  );
}
