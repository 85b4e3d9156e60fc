import { numberOfDay, type ClosedSpan } from '@smartkey/calendar';
import type { UsedDaysHistogram } from '@smartkey/billing-domain';
import type { Sql } from '@smartkey/database';
import type { ServiceName } from '@smartkey/event-bus';
import { foldContractFacts, noContractFacts, type ContractFacts } from '@smartkey/facts';
import { Turns } from '../shared/turns.ts';
import { NOT_ENDED } from './usage-ledger.ddl.ts';

/**
 * The position of a source's log up to which a document read it. Of several partitions the furthest: facts that a slower
 * one brought in the same moment count as read, which only a fact for a past day could make a difference.
 */
export function readUpTo(positions: Readonly<Record<string, string>>, source: ServiceName): bigint {
  const own = Object.entries(positions).filter(([partition]) => partition.startsWith(`${source}/`));
  return own.map(([, position]) => BigInt(position)).reduce((a, b) => (a > b ? a : b), 0n);
}

/** Messages of a contract read by one statement: its whole story may be long. */
const MESSAGES = 200;

/** The facts of a contract as they were at a position of contract's log. */
export async function contractFactsAt(sql: Sql, contract: string, position: bigint): Promise<ContractFacts> {
  const turns = new Turns();
  let facts = noContractFacts(contract);
  for (;;) {
    const messages = await sql.query<{ type: string; revision: number; data: unknown }>(
      `select type, revision, data from contract_message
       where contract = $1 and revision > $2::integer and position <= $3::bigint order by revision limit ${MESSAGES}`,
      [contract, facts.revision, position],
    );
    for (const message of messages) {
      facts = foldContractFacts(facts, message);
      await turns.next();
    }
    if (messages.length < MESSAGES) return facts;
  }
}

/** The latest version of each corrected or voided spell of contract $1 at position $4. */
export const SPELLS_AS_KNOWN = `
  select distinct on (account, spell) account, spell, from_day, to_day, voided, revision, type,
    first_value(revision) over (partition by account, spell order by position) as from_revision
  from spell_version where contract = $1 and position <= $4::bigint
  order by account, spell, position desc`;

/** Used days of a contract's accounts as the registry's log had them at a position: later facts are left out. */
export async function usedDaysAt(
  sql: Sql,
  contract: string,
  days: ClosedSpan,
  position: bigint,
): Promise<UsedDaysHistogram> {
  const rows = await sql.query<{ days: number; accounts: number }>(
    `with read as (
       select account, from_day,
         case when to_position <= $4::bigint then to_day else ${NOT_ENDED} end as to_day
       from spell where contract = $1 and from_position <= $4::bigint and not changed
       union all
       select account, from_day, to_day from (${SPELLS_AS_KNOWN}) as version where not voided
     ), united as (
       select range_agg(int4range(greatest(from_day, $2::integer), least(to_day, $3::integer) + 1)) as days
       from read where from_day <= $3::integer and to_day >= $2::integer group by account
     )
     select (select sum(upper(part) - lower(part))::integer from unnest(days) as part) as days,
       count(*)::integer as accounts
     from united group by 1 order by 1`,
    [contract, numberOfDay(days.from), numberOfDay(days.to), position],
  );
  return rows.map((row) => [row.days, row.accounts]);
}
