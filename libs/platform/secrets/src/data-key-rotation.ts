import { quoted, walkTable, type Database } from '@smartkey/database';
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

type Row = Readonly<Record<string, string>>;
/** Where a row lies, for as long as nobody changes it. */
type Placed = Row & { readonly place: string };

/**
 * Seals again, under the current data key, what older ones sealed. Safe while others read and write: a row changes only if it
 * still holds the value that was read.
 * @returns how many rows changed.
 */
export async function resealColumn(keys: DataKeys, box: SecretBox, column: SealedColumn): Promise<number> {
  const { id } = await keys.current();
  const value = quoted(column.column);
  let changed = 0;
  if (!(await isThere(keys.database, column))) return changed;
  await walkTable<Placed & { readonly sealed: string }>(
    keys.database,
    column.table,
    `${named(column)}, ${value} AS sealed`,
    `${value} IS NOT NULL AND split_part(${value}, '.', 2) <> $1`,
    [id],
    async (rows) => {
      const resealed: string[] = [];
      for (const row of rows) {
        const context = column.context(row);
        resealed.push(await box.seal(await box.open(row.sealed, context), context));
      }
      changed += await replaceValues(keys.database, column, {
        rows,
        set: `${value} = n.after`,
        after: resealed,
        where: `t.${value} = n.before`,
        before: rows.map(({ sealed }) => sealed),
      });
    },
  );
  return changed;
}

/** A column that held its values in the clear, and is to be sealed into another. */
export interface ClearColumn extends SealedColumn {
  /** The column with the clear values. It is emptied. */
  readonly clear: string;
  readonly type: 'text' | 'bytea';
}

/**
 * Seals what a column of a table holds in the clear, for migrations: into the sealed column, the clear one emptied. Safe to repeat, and
 * while others read; a row that changed meanwhile is left to the next run.
 * @returns how many rows changed.
 */
export function sealClearColumn(database: Database, box: SecretBox, column: ClearColumn): Promise<number> {
  return sealClearRows(database, column, async (rows) => {
    const sealed: string[] = [];
    for (const row of rows) sealed.push(await box.seal(row.bytes, column.context(row)));
    return sealed;
  });
}

/** Rows with their names, as `context` takes them, and the clear value. */
export type ClearRow = Row & { readonly bytes: Uint8Array };

/** The same with any way to seal. @param seal answers in the order of the rows. */
export async function sealClearRows(
  database: Database,
  column: Omit<ClearColumn, 'context'>,
  seal: (rows: readonly ClearRow[]) => Promise<readonly string[]>,
): Promise<number> {
  const [clear, value] = [quoted(column.clear), quoted(column.column)];
  const bytesOf = (name: string): string => (column.type === 'bytea' ? name : `convert_to(${name}, 'UTF8')`);
  let changed = 0;
  await walkTable<Placed & ClearRow>(
    database,
    column.table,
    `${named(column)}, ${bytesOf(clear)} AS bytes`,
    `${clear} IS NOT NULL`,
    [],
    async (rows) => {
      changed += await replaceValues(database, column, {
        rows,
        set: `${value} = n.after, ${clear} = NULL`,
        after: await seal(rows),
        where: `encode(${bytesOf(`t.${clear}`)}, 'hex') = n.before`,
        before: rows.map((row) => Buffer.from(row.bytes).toString('hex')),
      });
    },
  );
  return changed;
}

type Naming = Pick<SealedColumn, 'table' | 'key' | 'needs'>;

/** The columns that name a row, those that its context needs, and its place, as text. */
const named = ({ key, needs = [] }: Naming): string =>
  [
    ...[...key, ...needs].map((name) => `${quoted(name)}::text AS ${quoted(name)}`),
    'ctid::text AS place',
  ].join(', ');

interface Replacement {
  readonly rows: readonly Placed[];
  readonly set: string;
  readonly after: readonly string[];
  readonly where: string;
  readonly before: readonly string[];
}

/** Changes many rows with one statement, by their places, each only while it is there and what it was. */
function replaceValues(
  database: Database,
  { table }: Naming,
  { rows, set, after, where, before }: Replacement,
): Promise<number> {
  return database.execute(
    `UPDATE ${quoted(table)} AS t SET ${set}
     FROM unnest($1::text[], $2::text[], $3::text[]) AS n (place, after, before)
     WHERE t.ctid = n.place::tid AND ${where}`,
    [rows.map(({ place }) => place), after, before],
  );
}

/** How many values each data key seals, in these columns and among the subjects' keys. */
export async function dataKeysInUse(
  database: Database,
  columns: readonly Pick<SealedColumn, 'table' | 'column'>[],
): Promise<ReadonlyMap<string, number>> {
  const uses = new Map<string, number>();
  for (const { table, column } of [SUBJECT_KEYS, ...columns]) {
    if (!(await isThere(database, { table, column }))) continue;
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

/** A column comes with a migration; a program that has not started on the data yet has sealed nothing in it. */
async function isThere(
  database: Database,
  { table, column }: Pick<SealedColumn, 'table' | 'column'>,
): Promise<boolean> {
  const rows = await database.query(
    'SELECT 1 FROM pg_attribute WHERE attrelid = to_regclass($1) AND attname = $2 AND NOT attisdropped',
    [quoted(table), column],
  );
  return rows.length > 0;
}
