import { numberOfDay, type ClosedSpan } from '@smartkey/calendar';
import type { UsedDaysHistogram } from '@smartkey/billing-domain';
import type { Sql } from '@smartkey/database';
import type { ServiceName } from '@smartkey/event-bus';
import { foldContractFacts, noContractFacts, type ContractFacts } from '@smartkey/facts';
import type { Instant, ContractId } from '@smartkey/kernel';
import { pagesBehind, Turns } from '@smartkey/lifecycle';
import type { AccountDays } from './account-days.query.ts';
import type { DaysOf } from './days-of.ts';
import { NOT_ENDED } from './usage-ledger.ddl.ts';

/**
 * The position of a source's log up to which a document read it. Of several partitions the furthest: facts that a slower
 * one brought in the same moment count as read, which only a fact for a past day could make a difference.
 */
export function readUpTo(positions: Readonly<Record<string, string>>, source: ServiceName): bigint {
  const own = Object.entries(positions).filter(([partition]) => partition.startsWith(`${source}/`));
  return own.map(([, position]) => BigInt(position)).reduce((a, b) => (a > b ? a : b), 0n);
}

/** How much of a log counts: what lies up to a position of it, or what it had taken by an instant. */
export type Known = { readonly position: bigint } | { readonly recordedBy: Instant };

/** Messages of a contract read by one statement: its whole story may be long. */
const MESSAGES = 200;

/** The facts of a contract as contract's log knew them, and as far as they had occurred by an instant where one is named. */
export async function contractFactsAt(
  sql: Sql,
  contract: ContractId,
  known: Known | undefined,
  occurredBy?: Instant,
): Promise<ContractFacts> {
  const turns = new Turns();
  const position = known !== undefined && 'position' in known ? known.position : null;
  const recordedBy = known !== undefined && 'recordedBy' in known ? known.recordedBy : null;
  let facts = noContractFacts(contract);
  const pages = pagesBehind({
    size: MESSAGES,
    from: facts.revision,
    read: (after, size) =>
      sql.query<{ type: string; revision: number; data: unknown }>(
        `select type, revision, data from contract_message
         where contract = $1 and revision > $2::integer and ($3::bigint is null or position <= $3)
           and ($4::timestamptz is null or recorded_at <= $4) and ($5::timestamptz is null or occurred_at <= $5)
         order by revision limit $6::integer`,
        [contract, after, position, recordedBy, occurredBy ?? null, size],
      ),
    placeOf: ({ revision }) => revision,
  });
  for await (const messages of pages)
    for (const message of messages) {
      facts = foldContractFacts(facts, message);
      await turns.next();
    }
  return facts;
}

/** What was known of spells is told by positions or by instants, `$4` of the statements. */
const BY_POSITION = { from: 'from_position', to: 'to_position', version: 'position', type: 'bigint' };
const BY_INSTANT = { from: 'from_recorded', to: 'to_recorded', version: 'recorded_at', type: 'timestamptz' };

/** The latest version of each corrected or voided spell of contract $1 that was known at $4. */
const versionsKnown = ({ version, type }: typeof BY_POSITION): string => `
  select distinct on (account, spell) account, spell, from_day, to_day, voided, revision, type,
    first_value(revision) over (partition by account, spell order by position) as from_revision
  from spell_version where contract = $1 and ${version} <= $4::${type}
  order by account, spell, position desc`;

/** The same at position $4. */
export const SPELLS_AS_KNOWN = versionsKnown(BY_POSITION);

const usedDaysKnown = (by: typeof BY_POSITION): string => `
  with read as (
    select account, from_day,
      case when ${by.to} <= $4::${by.type} then to_day else ${NOT_ENDED} end as to_day
    from spell where contract = $1 and ${by.from} <= $4::${by.type} and not changed
    union all
    select account, from_day, to_day from (${versionsKnown(by)}) as version where not voided
  ), united as (
    select range_agg(int4range(greatest(from_day, $2::integer), least(to_day, $3::integer) + 1)) as days
    from read where from_day <= $3::integer and to_day >= $2::integer group by account
  )
  select (select sum(upper(part) - lower(part))::integer from unnest(days) as part) as days,
    count(*)::integer as accounts
  from united group by 1 order by 1`;

const ACCOUNTS_KNOWN = `
  with read as (
    select account, from_day, case when to_position <= $4::bigint then to_day else ${NOT_ENDED} end as to_day
    from spell where contract = $1 and from_position <= $4::bigint and not changed and account > $5
    union all
    select account, from_day, to_day from (${SPELLS_AS_KNOWN}) as version where not voided and account > $5
  ), page as (
    select account, range_agg(int4range(greatest(from_day, $2::integer), least(to_day, $3::integer) + 1)) as days
    from read where from_day <= $3::integer and to_day >= $2::integer group by account order by account limit $6::integer
  )
  select account, (select sum(upper(part) - lower(part))::integer from unnest(days) as part) as "usedDays"
  from page order by account`;

/** A page of the accounts that were used, ascending by id, after one of them: as the registry's log had them at a position. */
export async function accountDaysAt(
  sql: Sql,
  { contract, days }: DaysOf,
  position: bigint,
  after: string,
  limit: number,
): Promise<readonly AccountDays[]> {
  return sql.query<AccountDays>(ACCOUNTS_KNOWN, [
    contract,
    numberOfDay(days.from),
    numberOfDay(days.to),
    position,
    after,
    limit,
  ]);
}

/** Used days of a contract's accounts as the registry's log had them: later facts are left out. */
export async function usedDaysAt(
  sql: Sql,
  contract: ContractId,
  days: ClosedSpan,
  known: Known,
): Promise<UsedDaysHistogram> {
  const [by, limit] = 'position' in known ? [BY_POSITION, known.position] : [BY_INSTANT, known.recordedBy];
  const rows = await sql.query<{ days: number; accounts: number }>(usedDaysKnown(by), [
    contract,
    numberOfDay(days.from),
    numberOfDay(days.to),
    limit,
  ]);
  return rows.map((row) => [row.days, row.accounts]);
}
