import type { Sql } from '@smartkey/database';

/** Inserts rows of text whose keys the table does not have yet; those that are there stay as they are. */
export async function insertMissing<Column extends string>(
  tx: Sql,
  table: string,
  columns: readonly Column[],
  rows: readonly Readonly<Record<Column, string>>[],
): Promise<void> {
  if (rows.length === 0) return;
  const lists = columns.map((_, index) => `$${index + 1}::text[]`).join(', ');
  await tx.execute(
    `insert into ${table} (${columns.join(', ')}) select * from unnest(${lists}) on conflict do nothing`,
    columns.map((column) => rows.map((row) => row[column])),
  );
}
