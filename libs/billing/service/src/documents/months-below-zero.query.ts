import type { ContractId } from '@smartkey/kernel';
import type { ServiceMonth } from '@smartkey/calendar';
import type { Sql } from '@smartkey/database';
import type { Yen } from '@smartkey/money';

/** A month that is billed below 0 over all documents, credit notes included. */
export interface MonthBelowZero {
  readonly contract: ContractId;
  readonly month: ServiceMonth;
  /** Of its invoice. */
  readonly number: string;
  /** Tax-exclusive. */
  readonly net: Yen;
}

/** Those of contracts, by month. */
export function monthsBelowZero(
  sql: Sql,
  contracts: readonly ContractId[],
): Promise<readonly MonthBelowZero[]> {
  return sql.query(
    `select contract, month, number, net::text as net from month_net join document using (contract, month)
     where kind = 'invoice' and net < 0 and contract = any($1::text[]) order by contract, month`,
    [contracts],
  );
}

/** How many there are of all contracts. */
export async function countMonthsBelowZero(sql: Sql): Promise<number> {
  const [row] = await sql.query<{ months: number }>(
    'select count(*)::integer as months from month_net where net < 0',
  );
  return row!.months;
}
