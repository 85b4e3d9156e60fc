import type { Database } from '@smartkey/database';
import type { ImportId } from '@smartkey/kernel';
import { pagesBehind } from '@smartkey/lifecycle';
import type { StoredRow } from './import-records.ts';
import type { ImportSeals, SealedResult } from './import-seals.ts';

/** Rows that lie together, and how they lie. */
export interface RowPack {
  /** The first of them. */
  readonly row: number;
  readonly sealed: string;
  readonly rows: readonly StoredRow[];
}

/** Most rows that lie together, sealed as one. */
export const ROWS_TOGETHER = 1_000;

/** How long opened rows are remembered (system time): another process may have taken somebody out of them. */
const REMEMBERED_MILLIS = 10_000;

/** The rows of imports as they stood in their files: sealed, many together. */
export class ImportRows {
  /** The rows that were opened last. */
  #opened: { readonly id?: ImportId; readonly rows: readonly StoredRow[]; readonly until: number } = {
    rows: [],
    until: 0,
  };

  constructor(
    private readonly database: Database,
    private readonly seals: ImportSeals,
  ) {}

  /** @param rows that follow one another, at most `ROWS_TOGETHER`. */
  async add(id: ImportId, rows: readonly StoredRow[]): Promise<void> {
    await this.database.execute('INSERT INTO import_rows (import, row, sealed) VALUES ($1, $2, $3)', [
      id,
      rows[0]!.row,
      await this.seals.sealRows(id, rows),
    ]);
  }

  /** Rows after another one, in order. Those that lie together are opened once for all who ask for parts of them, one after another. */
  async behind(id: ImportId, after: number, limit: number): Promise<readonly StoredRow[]> {
    const { id: opened, rows: together, until } = this.#opened;
    const first = after + 1 - (together[0]?.row ?? 0);
    if (opened === id && performance.now() < until && first >= 0 && together.length >= first + limit)
      return together.slice(first, first + limit);
    // Rows lie together under the first of them.
    const sealed = await this.database.query<{ row: number; sealed: string }>(
      `SELECT row, sealed FROM import_rows
       WHERE import = $1 AND row <= $2::integer + $3::integer
         AND row >= COALESCE((SELECT max(row) FROM import_rows WHERE import = $1 AND row <= $2::integer + 1), 0)
       ORDER BY row`,
      [id, after, limit],
    );
    const rows: StoredRow[] = [];
    for (const each of sealed) {
      const together = await this.seals.openRows(id, each);
      this.#opened = { id, rows: together, until: performance.now() + REMEMBERED_MILLIS };
      rows.push(...together);
    }
    return rows.filter(({ row }) => row > after).slice(0, limit);
  }

  /** All of an import, pack by pack, opened; each is read when it is asked for. */
  async *packs(id: ImportId): AsyncGenerator<RowPack> {
    const pages = pagesBehind({
      size: 1,
      from: -1,
      read: (after, size) =>
        this.database.query<{ row: number; sealed: string }>(
          'SELECT row, sealed FROM import_rows WHERE import = $1 AND row > $2::integer ORDER BY row LIMIT $3::integer',
          [id, after, size],
        ),
      placeOf: ({ row }) => row,
    });
    for await (const page of pages)
      for (const found of page) yield { ...found, rows: await this.seals.openRows(id, found) };
  }

  /** Puts others in the place of rows that lie together, and takes the words of the changed ones' results away; nothing where they are purged. */
  async replacePack(
    id: ImportId,
    { row, sealed, rows: former }: RowPack,
    rows: readonly StoredRow[],
  ): Promise<void> {
    const alone = former.length === 1;
    const after = alone ? await this.seals.sealRow(id, rows[0]!) : await this.seals.sealRows(id, rows);
    const changed = rows.filter((each, index) => each !== former[index]).map((each) => each.row);
    const results = await this.database.query<SealedResult>(
      'SELECT row, outcome, sealed FROM import_results WHERE import = $1 AND row = ANY($2::integer[]) AND sealed IS NOT NULL',
      [id, changed],
    );
    const words: (string | null)[] = [];
    for (const result of results) {
      const { code } = await this.seals.openResult(id, result);
      const { row: of, outcome } = result;
      words.push(await this.seals.sealResult(id, { row: of, outcome, ...(code !== undefined && { code }) }));
    }
    await this.database.transaction(async (tx) => {
      await tx.execute('UPDATE import_rows SET sealed = $4 WHERE import = $1 AND row = $2 AND sealed = $3', [
        id,
        row,
        sealed,
        after,
      ]);
      await tx.execute(
        `UPDATE import_results AS r SET sealed = n.sealed FROM unnest($2::integer[], $3::text[]) AS n (row, sealed)
         WHERE r.import = $1 AND r.row = n.row`,
        [id, results.map((result) => result.row), words],
      );
    });
    this.#opened = { rows: [], until: 0 };
  }
}
