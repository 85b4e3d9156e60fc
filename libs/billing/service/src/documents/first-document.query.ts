import type { DocumentOfMonth } from '@smartkey/billing-domain';
import type { ServiceMonth } from '@smartkey/calendar';
import type { Sql } from '@smartkey/database';

/** The first document of a service month or of one after it, in the order of the months. */
export async function firstDocumentFrom(sql: Sql, month: ServiceMonth): Promise<DocumentOfMonth | undefined> {
  const [first] = await sql.query<DocumentOfMonth>(
    'select month, number from document where month >= $1 order by month, position limit 1',
    [month],
  );
  return first;
}
