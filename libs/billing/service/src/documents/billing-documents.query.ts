import type { ContractId } from '@smartkey/kernel';
import type { ServiceMonth } from '@smartkey/calendar';
import type { Sql } from '@smartkey/database';

export interface MonthOf {
  readonly contract: ContractId;
  readonly month: ServiceMonth;
}

/** The numbers of the documents that bill something of months, by contract, in the order of issue; credit notes are not among them. */
export async function documentsBilling(
  sql: Sql,
  months: readonly MonthOf[],
): Promise<readonly { readonly contract: ContractId; readonly number: string }[]> {
  if (months.length === 0) return [];
  return sql.query(
    `with asked as (select * from unnest($1::text[], $2::text[]) as asked (contract, month)),
     wanted as (
       select number from asked join document using (contract, month) where kind <> 'credit-note'
       union
       select number from asked join corrected_month using (contract, month)
     )
     select contract, number from wanted join document using (number) where kind <> 'credit-note' order by position`,
    [months.map(({ contract }) => contract), months.map(({ month }) => month)],
  );
}
