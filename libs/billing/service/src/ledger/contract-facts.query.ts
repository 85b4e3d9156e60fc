import { lastDayOf, numberOfDay, type ServiceMonth } from '@smartkey/calendar';
import type { Sql } from '@smartkey/database';
import type { ContractFacts } from '@smartkey/messages';

/** The facts of one contract; `undefined` where the ledger knows none. */
export async function contractFactsOf(sql: Sql, contract: string): Promise<ContractFacts | undefined> {
  const [row] = await sql.query<{ facts: ContractFacts }>(
    'select facts from contract_facts where contract = $1',
    [contract],
  );
  return row?.facts;
}

/** The facts of many contracts, ascending by id; those that the ledger does not know are missing. */
export async function factsOfContracts(
  sql: Sql,
  contracts: readonly string[],
): Promise<readonly ContractFacts[]> {
  const rows = await sql.query<{ facts: ContractFacts }>(
    'select facts from contract_facts where contract = any($1::text[]) order by contract',
    [contracts],
  );
  return rows.map((row) => row.facts);
}

/** A page of the ids of contracts accepted by the end of a month, ascending, after one of them. */
export async function acceptedContracts(
  sql: Sql,
  month: ServiceMonth,
  after: string,
  limit: number,
): Promise<readonly string[]> {
  const rows = await sql.query<{ contract: string }>(
    `select contract from contract_facts where accepted_on <= $1::integer and contract > $2
     order by contract limit $3::integer`,
    [numberOfDay(lastDayOf(month)), after, limit],
  );
  return rows.map((row) => row.contract);
}

/** How many contracts were accepted by the end of a month. */
export async function countAccepted(sql: Sql, month: ServiceMonth): Promise<number> {
  const [row] = await sql.query<{ contracts: number }>(
    'select count(*)::integer as contracts from contract_facts where accepted_on <= $1::integer',
    [numberOfDay(lastDayOf(month))],
  );
  return row!.contracts;
}
