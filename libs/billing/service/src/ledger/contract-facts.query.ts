import { prepared, type Sql } from '@smartkey/database';
import type { Instant, ContractId } from '@smartkey/kernel';
import type { ContractFacts } from '@smartkey/facts';

/** The facts of one contract; `undefined` where the ledger knows none. */
export async function contractFactsOf(sql: Sql, contract: ContractId): Promise<ContractFacts | undefined> {
  const [row] = await sql.query<{ facts: ContractFacts }>(
    'select facts from contract_facts where contract = $1',
    [contract],
  );
  return row?.facts;
}

const FACTS = prepared(
  'facts_of_contracts',
  `select facts from unnest($1::text[]) with ordinality as asked (contract, n)
   join contract_facts using (contract) order by n`,
);

/** The facts of many contracts, in the order asked for; those that the ledger does not know are missing. */
export async function factsOfContracts(
  sql: Sql,
  contracts: readonly ContractId[],
): Promise<readonly ContractFacts[]> {
  const rows = await sql.query<{ facts: ContractFacts }>(FACTS, [contracts]);
  return rows.map((row) => row.facts);
}

/** Where a contract stands in the order of acceptance: its instant, then the log position of the application. */
export interface PlaceOfAcceptance {
  readonly contract: ContractId;
  readonly acceptedAt: Instant;
  readonly appliedPosition: bigint;
}

/** A page of the accepted contracts in the order of acceptance, after one of them. */
export async function acceptedContracts(
  sql: Sql,
  after: PlaceOfAcceptance | undefined,
  limit: number,
): Promise<readonly PlaceOfAcceptance[]> {
  return sql.query<PlaceOfAcceptance>(
    `select contract, accepted_at as "acceptedAt", applied_position as "appliedPosition" from contract_facts
     where accepted_at is not null and (accepted_at, applied_position) > ($1::timestamptz, $2::bigint)
     order by accepted_at, applied_position limit $3::integer`,
    [after?.acceptedAt ?? '-infinity', after?.appliedPosition ?? 0n, limit],
  );
}

/** How many contracts are accepted. */
export async function countAccepted(sql: Sql): Promise<number> {
  const [row] = await sql.query<{ contracts: number }>(
    'select count(*)::integer as contracts from contract_facts where accepted_at is not null',
  );
  return row!.contracts;
}
