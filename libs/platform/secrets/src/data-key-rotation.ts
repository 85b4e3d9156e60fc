import type { Database } from '@smartkey/database';
import { dataKeyId, KEY_CACHE_MILLIS, type DataKeys } from './data-keys.ts';
import type { SecretBox } from './secrets.port.ts';

/** A column of a service's own tables that holds sealed values. */
export interface SealedColumn {
  readonly table: string;
  readonly column: string;
  /** Columns that name a row. */
  readonly key: readonly string[];
  /** The context that the row's value was sealed with. `row` has the columns of `key` and of `needs`, as text. */
  readonly context: (row: Readonly<Record<string, string>>) => string;
  /** Further columns that `context` reads. */
  readonly needs?: readonly string[];
}

/** A data key is still needed, or may be. */
export class DataKeyInUseError extends Error {
  override readonly name = 'DataKeyInUseError';
}

/** The subjects' keys, which every service has. */
const SUBJECT_KEYS = { table: 'subject_keys', column: 'wrapped' };
const BATCH = 500;

/**
 * Seals again, under the current data key, what older ones sealed. Safe while others read and write: a row changes only if it
 * still holds the value that was read.
 * @returns how many rows changed.
 */
export async function resealColumn(keys: DataKeys, box: SecretBox, column: SealedColumn): Promise<number> {
  const { id } = await keys.current();
  const value = quoted(column.column);
  const names = [...column.key, ...(column.needs ?? [])];
  const selected = names.map((name) => `${quoted(name)}::text AS ${quoted(name)}`).join(', ');
  const where = column.key.map((name, index) => `${quoted(name)}::text = $${index + 3}`).join(' AND ');
  let changed = 0;
  for (;;) {
    const rows = await keys.database.query<Record<string, string> & { sealed: string }>(
      `SELECT ${selected}, ${value} AS sealed FROM ${quoted(column.table)}
       WHERE ${value} IS NOT NULL AND split_part(${value}, '.', 2) <> $1 LIMIT ${BATCH}`,
      [id],
    );
    if (rows.length === 0) return changed;
    for (const row of rows) {
      const context = column.context(row);
      const resealed = await box.seal(await box.open(row.sealed, context), context);
      changed += await keys.database.execute(
        `UPDATE ${quoted(column.table)} SET ${value} = $1 WHERE ${value} = $2 AND ${where}`,
        [resealed, row.sealed, ...column.key.map((name) => row[name])],
      );
    }
  }
}

/** How many values each data key seals, in these columns and among the subjects' keys. */
export async function dataKeysInUse(
  database: Database,
  columns: readonly Pick<SealedColumn, 'table' | 'column'>[],
): Promise<ReadonlyMap<string, number>> {
  const uses = new Map<string, number>();
  for (const { table, column } of [SUBJECT_KEYS, ...columns]) {
    const rows = await database.query<{ id: string; uses: number }>(
      `SELECT split_part(${quoted(column)}, '.', 2) AS id, count(*)::integer AS uses FROM ${quoted(table)}
       WHERE ${quoted(column)} IS NOT NULL GROUP BY 1`,
    );
    for (const row of rows) uses.set(row.id, (uses.get(row.id) ?? 0) + row.uses);
  }
  return uses;
}

/**
 * Drops a former data key.
 * @param columns all sealed columns of the service: a value in a column left out would be lost.
 * @throws DataKeyInUseError where it is the current one, where it seals anything, or where another process may not know its
 *   successor yet and go on sealing with it.
 */
export async function dropDataKey(
  keys: DataKeys,
  id: string,
  columns: readonly Pick<SealedColumn, 'table' | 'column'>[],
  now: () => number = Date.now,
): Promise<void> {
  const rows = await keys.rows();
  const index = rows.findIndex(({ version }) => dataKeyId(version) === id);
  const successor = rows[index + 1];
  if (index === -1) return;
  if (successor === undefined) throw new DataKeyInUseError(`data key ${id} is the current one`);
  if (now() - Date.parse(successor.created_at) < 2 * KEY_CACHE_MILLIS)
    throw new DataKeyInUseError(
      `data key ${id} was replaced less than 10 minutes ago and may still be sealing`,
    );
  const uses = (await dataKeysInUse(keys.database, columns)).get(id);
  if (uses !== undefined) throw new DataKeyInUseError(`data key ${id} still seals ${uses} values`);
  await keys.database.execute('DELETE FROM data_keys WHERE version = $1', [rows[index]!.version]);
  await keys.reload();
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
