import { createHash } from 'node:crypto';
import { Client } from 'pg';

/** The rows of one service's schemas as they were at one moment, kept in the server beside them: what a dump of these schemas holds. */
export interface SchemaCopy {
  readonly service: string;
  readonly schema: string;
}

interface Table {
  readonly schema: string;
  readonly name: string;
}

/** A service's own schema, and those of its projections' builds. */
const TABLES = `
  SELECT n.nspname AS schema, c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind = 'r' AND (n.nspname = $1 OR starts_with(n.nspname, $1 || '_')) ORDER BY 1, 2`;

const quoted = (...names: readonly string[]): string => names.map((name) => `"${name}"`).join('.');

export async function copyService(url: string, service: string, name: string): Promise<SchemaCopy> {
  const schema = `drill_${name}`;
  await within(url, async (client) => {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
    await client.query(`CREATE SCHEMA ${quoted(schema)}`);
    for (const table of await tablesOf(client, service))
      await client.query(
        `CREATE TABLE ${quoted(schema, keptAs(table))} AS TABLE ${quoted(table.schema, table.name)}`,
      );
    await client.query('COMMIT');
  });
  return { service, schema };
}

/** Puts the rows back in one transaction, also while services run; what was made since goes. */
export async function putServiceBack(url: string, { service, schema }: SchemaCopy): Promise<void> {
  await within(url, async (client) => {
    for (let attempt = 1; ; attempt += 1)
      try {
        await replaceRows(client, service, schema);
        return;
      } catch (error) {
        await client.query('ROLLBACK');
        // Two who lock many tables: one of them is chosen to try again.
        if ((error as { code?: string }).code !== '40P01' || attempt === 20) throw error;
      }
  });
}

async function replaceRows(client: Client, service: string, schema: string): Promise<void> {
  await client.query('BEGIN');
  // No trigger and no foreign key stands in the way of the order of the tables.
  await client.query(`SET LOCAL session_replication_role = replica`);
  const tables = await tablesOf(client, service);
  await client.query(`TRUNCATE ${tables.map((table) => quoted(table.schema, table.name)).join(', ')}`);
  const { rows } = await client.query<{ name: string }>(
    'SELECT tablename AS name FROM pg_tables WHERE schemaname = $1',
    [schema],
  );
  const kept = new Set(rows.map(({ name }) => name));
  for (const table of tables) {
    if (!kept.has(keptAs(table))) continue;
    const { rows: columns } = await client.query<{ name: string }>(
      `SELECT quote_ident(attname) AS name FROM pg_attribute
       WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''`,
      [quoted(schema, keptAs(table))],
    );
    const names = columns.map(({ name }) => name).join(', ');
    await client.query(
      `INSERT INTO ${quoted(table.schema, table.name)} (${names}) OVERRIDING SYSTEM VALUE
       SELECT ${names} FROM ${quoted(schema, keptAs(table))}`,
    );
  }
  await client.query('COMMIT');
}

/** Both names together are longer than a name may be. */
const keptAs = ({ schema, name }: Table): string =>
  createHash('md5').update(`${schema}.${name}`).digest('hex');

async function tablesOf(client: Client, service: string): Promise<readonly Table[]> {
  const { rows } = await client.query<Table>(TABLES, [service.replace('-', '_')]);
  return rows;
}

async function within(url: string, work: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client(url);
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
