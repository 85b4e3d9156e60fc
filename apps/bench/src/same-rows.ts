import type { Database } from '@smartkey/database';
import { secondsOf } from './measure.ts';

/** Rows of one bare statement: where more gain nothing on either database. */
const ROWS_TOGETHER = 2_000;
/** Blocks of a table that are read together. */
const BLOCKS = 256;

interface Column {
  readonly name: string;
  readonly type: string;
}

/**
 * The least that the very rows of a table cost: they are read back, and written by bare statements into an empty table with the same columns, keys and
 * indexes. Only the writing is counted.
 * @param database any of the server that holds the table.
 * @param table its name with its schema.
 */
export async function secondsOfSameRows(
  database: Database,
  table: string,
): Promise<{ readonly rows: number; readonly seconds: number }> {
  const columns = await database.query<Column>(
    `select quote_ident(attname) as name, format_type(atttypid, null) as type from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = '' order by attnum`,
    [table],
  );
  await database.script(
    `drop table if exists same_rows; create table same_rows (like ${table} including all)`,
  );
  const names = columns.map(({ name }) => name).join(', ');
  // An array of arrays would be unnested to its last element.
  const arrays = columns.map(({ type }, n) => `$${n + 1}::${type.endsWith('[]') ? 'text' : type}[]`);
  const values = columns.map(({ type }, n) => (type.endsWith('[]') ? `c${n}::${type}` : `c${n}`));
  const insert = `insert into same_rows (${names}) overriding system value
    select ${values.join(', ')} from unnest(${arrays.join(', ')}) as r (${columns.map((_, n) => `c${n}`).join(', ')})`;
  const [size] = await database.query<{ blocks: number }>(
    `select (pg_relation_size($1::regclass) / 8192)::integer as blocks`,
    [table],
  );
  let [rows, seconds] = [0, 0];
  for (let block = 0; block < size!.blocks; block += BLOCKS) {
    const page = await database.query<Record<string, string | null>>(
      `select ${columns.map(({ name }, n) => `${name}::text as c${n}`).join(', ')} from ${table}
       where ctid >= $1::tid and ctid < $2::tid`,
      [`(${block},0)`, `(${block + BLOCKS},0)`],
    );
    rows += page.length;
    for (let start = 0; start < page.length; start += ROWS_TOGETHER) {
      const part = page.slice(start, start + ROWS_TOGETHER);
      seconds += await secondsOf(() =>
        database.execute(
          insert,
          columns.map((_, n) => part.map((row) => row[`c${n}`] ?? null)),
        ),
      );
    }
  }
  await database.script('drop table same_rows');
  return { rows, seconds };
}
