import { type ContractId, type FeeId, groupBy } from '@smartkey/kernel';
import type { LateFact } from '@smartkey/billing-domain';
import { dayOfNumber, type ServiceMonth } from '@smartkey/calendar';
import { prepared, type Sql } from '@smartkey/database';
import { partitionOf } from '@smartkey/event-bus';

/** Months of a contract that late facts of one source may change, and where the last of these facts stands. */
export interface LateMonths {
  readonly contract: ContractId;
  readonly source: string;
  readonly from: ServiceMonth;
  readonly to: ServiceMonth;
  readonly position: bigint;
}

/** How far the logs of contract and registry are looked at; missing: to their ends. */
export interface LookedAt {
  readonly contract: bigint;
  readonly registry: bigint;
}

const SEEN = `position <= case source when 'contract' then $2::bigint else $3::bigint end`;
const WHOLE: LookedAt = { contract: 9_223_372_036_854_775_807n, registry: 9_223_372_036_854_775_807n };

const lateMonths = (unanswered: string): string =>
  `select contract, source, from_month as "from", to_month as "to", max(position) as position from late_fact
   where contract = any($1::text[]) and only_item in ('usage', 'monthly') and ${SEEN} ${unanswered}
   group by contract, source, from_month, to_month`;
const UNANSWERED_MONTHS = prepared('late_months_unanswered', lateMonths('and not answered'));
const LATE_MONTHS = lateMonths('');
const ANSWERED_FEES = prepared(
  'answered_fees',
  `select contract, only_item as fee from late_fact
   where contract = any($1::text[]) and only_item not in ('usage', 'monthly')
   group by contract, only_item having bool_and(answered)`,
);

/**
 * Of contracts, the spans of months that facts came late for: as many rows as there are spans, however many facts.
 * @param looked missing: those that no close has answered.
 */
export function lateMonthsOf(
  sql: Sql,
  contracts: readonly ContractId[],
  looked?: LookedAt,
): Promise<readonly LateMonths[]> {
  const { contract, registry } = looked ?? WHOLE;
  return sql.query<LateMonths>(looked === undefined ? UNANSWERED_MONTHS : LATE_MONTHS, [
    contracts,
    contract,
    registry,
  ]);
}

/** Of contracts, the fees that late facts are of, all of which closes have answered. */
export async function answeredFeesOf(
  sql: Sql,
  contracts: readonly ContractId[],
): Promise<readonly { readonly contract: ContractId; readonly fee: FeeId }[]> {
  return sql.query(ANSWERED_FEES, [contracts]);
}

/** A late fact by its place. */
export interface LatePlace {
  readonly contract: ContractId;
  readonly source: string;
  readonly position: bigint;
}

/** Late facts of a page of contracts that are answered by one close: those that are left over by the next. */
const MOST_ANSWERED = 20_000;
const UNANSWERED = prepared(
  'late_facts_unanswered',
  `select contract, source, position from late_fact where contract = any($1::text[]) and not answered
   order by contract, source, position limit ${MOST_ANSWERED}`,
);

/** Of contracts, late facts that no close has answered. */
export async function unansweredOf(
  sql: Sql,
  contracts: readonly ContractId[],
): Promise<readonly LatePlace[]> {
  if (contracts.length === 0) return [];
  return sql.query(UNANSWERED, [contracts]);
}

/** A close has had these in view, and nothing was left to be billed. */
export async function answer(tx: Sql, facts: readonly LatePlace[]): Promise<void> {
  await tx.execute(
    `update late_fact set answered = true from unnest($1::text[], $2::text[], $3::bigint[]) as seen (contract, source, position)
     where late_fact.contract = seen.contract and late_fact.source = seen.source and late_fact.position = seen.position`,
    [
      facts.map(({ contract }) => contract),
      facts.map(({ source }) => source),
      facts.map(({ position }) => position),
    ],
  );
}

/** Late facts of a contract that lines may name as causes: the newest so many, of the contract's own all before those. */
const MOST_FACTS = 1_000;

interface LateRow extends Omit<LateFact, 'day' | 'only'> {
  readonly contract: ContractId;
  readonly day: number;
  readonly only: 'usage' | 'monthly' | FeeId;
}

/** The late facts of contracts, ascending by source and position. */
export async function lateFactsOf(
  sql: Sql,
  contracts: readonly ContractId[],
  { contract: ofContract, registry }: LookedAt = WHOLE,
): Promise<ReadonlyMap<ContractId, readonly LateFact[]>> {
  if (contracts.length === 0) return new Map();
  const rows = await sql.query<LateRow>(
    `select late.* from unnest($1::text[]) as asked (contract)
     cross join lateral (
       select contract, source, position, from_month as "from", to_month as "to", stream, revision, day, ground, only_item as only
       from late_fact where contract = asked.contract and ${SEEN}
       order by (source = 'contract') desc, position desc limit ${MOST_FACTS}
     ) as late
     order by late.contract, late.source, late.position`,
    [contracts, ofContract, registry],
  );
  const facts = [...groupBy(rows, ({ contract }) => contract)];
  return new Map(facts.map(([contract, own]) => [contract, own.map(lateFact)]));
}

const lateFact = ({ contract: _contract, day, only, ...row }: LateRow): LateFact => ({
  ...row,
  day: dayOfNumber(day),
  ...(only === 'usage' ? { only } : only === 'monthly' ? {} : { only: { fee: only } }),
});

/** Whether a document was drawn up with a fact in view: its partition had been read so far. */
export function wasRead(
  { inputs: { positions } }: { readonly inputs: { readonly positions: Readonly<Record<string, string>> } },
  { source, stream, position }: Pick<LateFact, 'source' | 'stream' | 'position'>,
): boolean {
  const partitions = Object.keys(positions).filter((partition) => partition.startsWith(`${source}/`)).length;
  if (partitions === 0) return false;
  return position <= BigInt(positions[`${source}/${partitionOf(stream, partitions)}`] ?? 0);
}

/** Contracts for which facts came late, ascending, after one of them. */
export async function contractsWithLateFacts(
  sql: Sql,
  after: string,
  limit: number,
): Promise<readonly ContractId[]> {
  const rows = await sql.query<{ contract: ContractId }>(
    'select distinct contract from late_fact where contract > $1 order by contract limit $2::integer',
    [after, limit],
  );
  return rows.map(({ contract }) => contract);
}
