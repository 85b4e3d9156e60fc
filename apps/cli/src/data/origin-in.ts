import { hasTable, type Database } from '@smartkey/database';

/** Under which name the log of a schema was begun; undefined where no version with a tree has run on it. */
export async function originIn(database: Database): Promise<string | undefined> {
  if (!(await hasTable(database, 'log_tree'))) return undefined;
  const [row] = await database.query<{ origin: string }>('SELECT origin FROM log_tree');
  return row?.origin;
}
