import { hasTable, type Sql } from '@smartkey/database';

/** A table that no log holds, and whose rows never go but by an erasure or an end that a column tells of. */
interface KeptTable {
  readonly name: string;
  /** Not null where the row has ended. */
  readonly ended?: string;
  /** What it means where fewer have ended than had. */
  readonly undone?: string;
}

const SUBJECT_KEYS: KeptTable = {
  name: 'subject_keys',
  ended: 'erased_at',
  undone: 'erasures of personal data are undone: erase them again',
};
const SEALS: readonly KeptTable[] = [{ name: 'data_keys' }, SUBJECT_KEYS];

const TABLES: Readonly<Record<string, readonly KeptTable[]>> = {
  authentication: [
    ...SEALS,
    { name: 'credentials', ended: 'ended_cause', undone: 'devices that had ended answer codes again' },
  ],
  billing: [...SEALS, { name: 'stored_file' }],
  gateway: [
    ...SEALS,
    { name: 'keys', ended: 'revoked_at', undone: 'API keys that were revoked are valid again: revoke them' },
  ],
};

export const keptTables = (service: string): readonly KeptTable[] => TABLES[service] ?? SEALS;

/** How a table stands. */
export interface TableState {
  readonly rows: number;
  readonly ended: number;
  /** Over all rows, in whatever order. */
  readonly checksum: string;
}

/** @returns undefined where there is no such table. */
export async function tableState(sql: Sql, { name, ended }: KeptTable): Promise<TableState | undefined> {
  if (!(await hasTable(sql, name))) return undefined;
  const [row] = await sql.query<{ rows: bigint; ended: bigint; checksum: string }>(
    `SELECT count(*) AS rows, ${ended === undefined ? '0::bigint' : `count(${ended})`} AS ended,
       coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text AS checksum
     FROM ${name} t`,
  );
  return { rows: Number(row!.rows), ended: Number(row!.ended), checksum: row!.checksum };
}
