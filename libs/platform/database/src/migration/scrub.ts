import type { Database } from '../database.port.ts';
import { quoted } from '../quoted.ts';

/**
 * Makes what was dropped or overwritten leave the files: the tables are written anew, and on the embedded database the write-ahead log
 * that told of it goes. Tables that never had a row cost nothing. Safe to repeat.
 *
 * On a server the write-ahead log is the operator's: it goes with checkpoints and archives of its own (`docs/operations.md`).
 */
export async function scrubTables(database: Database, tables: readonly string[]): Promise<void> {
  let written = false;
  for (const table of tables) {
    const [size] = await database.query<{ bytes: bigint }>('SELECT pg_relation_size($1::regclass) AS bytes', [
      quoted(table),
    ]);
    if (size!.bytes === 0n) continue;
    written = true;
    await database.script(`VACUUM FULL ${quoted(table)}`);
  }
  const [{ embedded }] = (await database.query<{ embedded: boolean }>(
    `SELECT version() LIKE '%PGlite%' AS embedded`,
  )) as [{ embedded: boolean }];
  if (written && embedded) await dropWriteAheadLog(database);
}

/**
 * Writes all that is committed into the tables' files and drops the write-ahead log before it, on the embedded database: segments are
 * kept under new names, with what they held, unless recycling is off. One statement each: some take no transaction.
 */
export async function dropWriteAheadLog(database: Database): Promise<void> {
  for (const statement of [
    'SET wal_recycle = off',
    'CHECKPOINT',
    'SELECT pg_switch_wal()',
    'CHECKPOINT',
    'RESET wal_recycle',
  ])
    await database.script(statement);
}
