import type { RunId } from '@smartkey/kernel';
import type { CloseCounts } from '@smartkey/billing-domain';
import type { Sql } from '@smartkey/database';

/** Where a close was asked for in billing's log: what it issues comes behind that. */
export async function requestedAt(sql: Sql, run: RunId): Promise<bigint> {
  const [row] = await sql.query<{ position: bigint }>('select position from requested_close where run = $1', [
    run,
  ]);
  if (row === undefined) throw new Error(`the books know no close ${run}`);
  return row.position;
}

/** The documents of the books behind a position: runs are carried out one at a time, so those of the run that was asked for there. */
export async function documentsSince(
  sql: Sql,
  position: bigint,
): Promise<Pick<CloseCounts, 'invoices' | 'overtaken' | 'corrections'>> {
  const [row] = await sql.query<Pick<CloseCounts, 'invoices' | 'overtaken' | 'corrections'>>(
    `select count(*) filter (where kind = 'invoice')::integer as invoices,
       count(*) filter (where kind = 'invoice' and exists (
         select 1 from document as later
         where later.contract = document.contract and later.kind = 'invoice' and later.month > document.month
           and later.position < document.position
       ))::integer as overtaken,
       count(*) filter (where kind = 'correction')::integer as corrections
     from document where position > $1::bigint`,
    [position],
  );
  return row!;
}
