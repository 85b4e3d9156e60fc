import type { Database } from '../database.port.ts';
import { quoted } from '../quoted.ts';

/** Pages of a table that are looked at with one statement: some thousand rows. */
const PAGES = 32;

/**
 * Visits the rows of a table that meet a condition, a stretch of its pages after the other, so that a table of any size and with any key
 * is read once. Rows that meanwhile come or move to pages behind are visited too where they meet the condition.
 * @param select what is read of a row, as SQL.
 * @param where the condition, as SQL; `$1` and so on are `parameters`. What `work` changes should meet it no longer.
 */
export async function walkTable<Row extends object>(
  database: Database,
  table: string,
  select: string,
  where: string,
  parameters: readonly unknown[],
  work: (rows: readonly Row[]) => Promise<void>,
): Promise<void> {
  const [first, last] = [parameters.length + 1, parameters.length + 2];
  const text = `SELECT ${select} FROM ${quoted(table)} WHERE ctid >= $${first}::text::tid AND ctid < $${last}::text::tid AND (${where})`;
  for (let page = 0; page < (await pagesOf(database, table)); page += PAGES) {
    const rows = await database.query<Row>(text, [...parameters, `(${page},0)`, `(${page + PAGES},0)`]);
    if (rows.length > 0) await work(rows);
  }
}

async function pagesOf(database: Database, table: string): Promise<number> {
  const [row] = await database.query<{ pages: number }>(
    `SELECT (pg_relation_size($1::regclass) / current_setting('block_size')::integer)::integer AS pages`,
    [quoted(table)],
  );
  return row!.pages;
}
