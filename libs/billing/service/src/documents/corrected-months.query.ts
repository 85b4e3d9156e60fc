import type { ContractId } from '@smartkey/kernel';
import type { ServiceMonth } from '@smartkey/calendar';
import type { Sql } from '@smartkey/database';

/** A month of a contract of which something was put right, or that a later month had overtaken. */
export interface CorrectedMonth {
  readonly contract: ContractId;
  readonly month: ServiceMonth;
  readonly overtaken: boolean;
}

/** The months of contracts whose documents tell of corrections: those corrected, those whose invoice carries a late fee, those overtaken. */
export function correctedMonthsOf(
  sql: Sql,
  contracts: readonly ContractId[],
): Promise<readonly CorrectedMonth[]> {
  return sql.query(
    `select contract, month, bool_or(overtaken) as overtaken from (
       select contract, month, false as overtaken from corrected_month where contract = any($1::text[])
       union all
       select contract, month, false from document where kind = 'correction' and contract = any($1::text[])
       union all
       select contract, month, false from document where kind = 'invoice' and late_fees and contract = any($1::text[])
       union all
       select contract, month, true from document where kind = 'invoice' and contract = any($1::text[]) and exists (
         select 1 from document as later
         where later.contract = document.contract and later.kind = 'invoice' and later.month > document.month
           and later.position < document.position
       )
     ) as told group by contract, month order by contract, month`,
    [contracts],
  );
}
