import type { Sql } from './database.port.ts';

/** Whether the schema that `sql` looks in has a table: data of a version before, or a service that never ran on them, may lack it. */
export async function hasTable(sql: Sql, name: string): Promise<boolean> {
  const [table] = await sql.query<{ there: boolean }>('SELECT to_regclass($1) IS NOT NULL AS there', [name]);
  return table!.there;
}
