import type { Sql } from '@smartkey/database';
import { searchable, type Instant, type ContractId } from '@smartkey/kernel';

/** What documents are looked for by: 取引年月日, 金額 and 取引先 together, and what billing knows besides. */
export interface InvoiceFilter {
  readonly month?: string | undefined;
  /** `another`: one that the reader may not see; no document is of it. */
  readonly contract?: ContractId | 'another' | undefined;
  readonly kind?: string | undefined;
  /** Days of issue, both included. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** Whole yen of the total, both included. */
  readonly minTotal?: string | undefined;
  readonly maxTotal?: string | undefined;
  /** What the number begins with. */
  readonly number?: string | undefined;
  /** Part of the recipient's name. */
  readonly party?: string | undefined;
  /** Documents that the log had taken by then. */
  readonly knownAt?: Instant | undefined;
}

export interface ListedInvoice {
  readonly position: bigint;
  readonly number: string;
}

/** A page of documents in the order of issue, after one of them. */
export function listInvoices(
  sql: Sql,
  filter: InvoiceFilter,
  after: bigint,
  limit: number,
): Promise<readonly ListedInvoice[]> {
  const { conditions, parameters } = conditionsOf(filter, after);
  return sql.query<ListedInvoice>(
    `select position, number from document where ${conditions}
     order by position limit $${parameters.length + 1}::integer`,
    [...parameters, limit],
  );
}

/** How many documents there are; where there are more than so many, one more than that. */
export async function countInvoices(sql: Sql, filter: InvoiceFilter, most: number): Promise<number> {
  const { conditions, parameters } = conditionsOf(filter, 0n);
  const [row] = await sql.query<{ documents: number }>(
    `select count(*)::integer as documents from (
       select 1 from document where ${conditions} limit $${parameters.length + 1}::integer
     ) as found`,
    [...parameters, most + 1],
  );
  return row!.documents;
}

function conditionsOf(
  filter: InvoiceFilter,
  after: bigint,
): { readonly conditions: string; readonly parameters: readonly unknown[] } {
  const conditions: string[] = ['position > $1'];
  const parameters: unknown[] = [after];
  const where = (condition: (place: string) => string, value: unknown): void => {
    if (value === undefined) return;
    parameters.push(value);
    conditions.push(condition(`$${parameters.length}`));
  };
  where((place) => `starts_with(number, ${place})`, filter.number);
  where((place) => `month = ${place}`, filter.month);
  where((place) => `contract = ${place}`, filter.contract);
  where((place) => `kind = ${place}`, filter.kind);
  where((place) => `issued_on >= ${place}`, filter.from);
  where((place) => `issued_on <= ${place}`, filter.to);
  where((place) => `total >= ${place}::text::bigint`, filter.minTotal);
  where((place) => `total <= ${place}::text::bigint`, filter.maxTotal);
  where((place) => `position(${place} in party) > 0`, filter.party && searchable(filter.party));
  where((place) => `recorded_at <= ${place}::timestamptz`, filter.knownAt);
  return { conditions: conditions.join(' and '), parameters };
}
