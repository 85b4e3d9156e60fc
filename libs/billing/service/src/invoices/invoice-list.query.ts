import type { Sql } from '@smartkey/database';
import type { Instant, ContractId } from '@smartkey/kernel';
import { searchable } from '../documents/searchable.ts';

/** What documents are looked for by: 取引年月日, 金額 and 取引先 together, and what billing knows besides. */
export interface InvoiceFilter {
  readonly month?: string | undefined;
  readonly contract?: ContractId | undefined;
  readonly kind?: string | undefined;
  /** Days of issue, both included. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** Whole yen of the total, both included. */
  readonly minTotal?: string | undefined;
  readonly maxTotal?: string | undefined;
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
  const conditions: string[] = ['position > $1'];
  const parameters: unknown[] = [after];
  const where = (condition: (place: string) => string, value: unknown): void => {
    if (value === undefined) return;
    parameters.push(value);
    conditions.push(condition(`$${parameters.length}`));
  };
  where((place) => `month = ${place}`, filter.month);
  where((place) => `contract = ${place}`, filter.contract);
  where((place) => `kind = ${place}`, filter.kind);
  where((place) => `issued_on >= ${place}`, filter.from);
  where((place) => `issued_on <= ${place}`, filter.to);
  where((place) => `total >= ${place}::text::bigint`, filter.minTotal);
  where((place) => `total <= ${place}::text::bigint`, filter.maxTotal);
  where((place) => `position(${place} in party) > 0`, filter.party && searchable(filter.party));
  where((place) => `recorded_at <= ${place}::timestamptz`, filter.knownAt);
  parameters.push(limit);
  return sql.query<ListedInvoice>(
    `select position, number from document where ${conditions.join(' and ')}
     order by position limit $${parameters.length}::integer`,
    parameters,
  );
}
