import { UniqueViolationError, type Database } from '@smartkey/database';
import {
  IMPORT_ACTIONS,
  outcomeOfDone,
  type ImportAction,
  type RowOutcome,
} from '@smartkey/device-registry-domain';
import type { Actor, Instant, ContractId, ImportId } from '@smartkey/kernel';
import type { ImportView } from './import-view.ts';
import type { CarriedOutRows, ImportJob, NumberedResult, ResultLine } from './import-records.ts';
import { ImportRows } from './import-rows.ts';
import type { ImportSeals, SealedResult } from './import-seals.ts';

const VIEW = `id, contract, status, dry_run AS "dryRun", total, done, registered, deregistered, suspended, resumed, unchanged,
  failed, affects, created_at AS "createdAt", started_at AS "startedAt", finished_at AS "finishedAt"`;

/** Everything of a file is here. */
const COMPLETE = `status <> 'receiving'`;

export interface Received {
  readonly id: ImportId;
  readonly command: string;
  readonly fileDigest: string;
  readonly total: number;
}

/** Rows of an import that are purged with one statement. */
const PURGED_AT_ONCE = 5_000;

const isAction = (action: string): action is ImportAction =>
  (IMPORT_ACTIONS as readonly string[]).includes(action);

/** A result that says more than that what its row asked for is done: only such are kept. */
const saysMore = ({ outcome, code }: NumberedResult): boolean =>
  code !== undefined || outcome === 'unchanged' || outcome === 'failed';

/** Moves the progress and keeps results with it, where nobody else has moved it. */
const RECORD = `
  WITH moved AS (
    UPDATE imports SET done = done + $3, registered = registered + $4, deregistered = deregistered + $5,
      suspended = suspended + $6, resumed = resumed + $7, unchanged = unchanged + $8, failed = failed + $9,
      affects = CASE WHEN $10::jsonb = '[]' THEN affects ELSE (
        SELECT jsonb_agg(told ORDER BY told->>'month') FROM (
          -- A month that was overtaken may have been issued since.
          SELECT DISTINCT ON (told->>'month') told FROM jsonb_array_elements(affects || $10::jsonb) AS told
          ORDER BY told->>'month', told->>'number' NULLS LAST
        ) AS months
      ) END
    WHERE id = $1 AND done = $2 RETURNING id
  ), kept AS (
    INSERT INTO import_results (import, row, outcome, sealed)
    SELECT moved.id, told.* FROM moved CROSS JOIN unnest($11::int[], $12::text[], $13::text[]) AS told
  )
  SELECT id FROM moved`;

/** Imports and their results, in the registry's own tables; what stood in the file is sealed. */
export class ImportStore {
  /** What stood in the files. */
  readonly rows: ImportRows;

  constructor(
    private readonly database: Database,
    private readonly seals: ImportSeals,
  ) {
    this.rows = new ImportRows(database, seals);
  }

  /** An import whose rows are arriving; nobody sees it yet. */
  async open(
    id: ImportId,
    contract: ContractId,
    dryRun: boolean,
    actor: Actor,
    createdAt: Instant,
  ): Promise<void> {
    await this.database.execute(
      `INSERT INTO imports (id, contract, dry_run, actor, status, created_at)
       VALUES ($1, $2, $3, $4::jsonb, 'receiving', $5)`,
      [id, contract, dryRun, JSON.stringify(actor), createdAt],
    );
  }

  /** All of the file is here: from now on it is worked off, whatever happens. @returns false where its command brought one before. */
  async queue({ id, command, fileDigest, total }: Received): Promise<boolean> {
    const sealedDigest = await this.seals.sealDigest(id, fileDigest);
    try {
      await this.database.execute(
        `UPDATE imports SET status = 'queued', command = $2, sealed_digest = $3, total = $4 WHERE id = $1`,
        [id, command, sealedDigest, total],
      );
      return true;
    } catch (error) {
      if (error instanceof UniqueViolationError) return false;
      throw error;
    }
  }

  /** What a command has brought before. */
  async byCommand(command: string): Promise<(ImportView & { readonly fileDigest: string }) | undefined> {
    const [found] = await this.database.query<ImportView & { readonly sealedDigest: string }>(
      `SELECT ${VIEW}, sealed_digest AS "sealedDigest" FROM imports WHERE command = $1`,
      [command],
    );
    if (found === undefined) return undefined;
    const { sealedDigest, ...view } = found;
    return { ...view, fileDigest: await this.seals.openDigest(view.id, sealedDigest) };
  }

  /** Forgets an import that was not queued. */
  async discard(id: ImportId): Promise<void> {
    await this.database.transaction(async (tx) => {
      const gone = await tx.execute(`DELETE FROM imports WHERE id = $1 AND status = 'receiving'`, [id]);
      if (gone > 0) await tx.execute('DELETE FROM import_rows WHERE import = $1', [id]);
    });
  }

  /** Imports that began to arrive before the instant and never ended: their senders are gone. */
  async abandoned(before: Instant): Promise<readonly ImportId[]> {
    const rows = await this.database.query<{ id: ImportId }>(
      `SELECT id FROM imports WHERE status = 'receiving' AND created_at < $1`,
      [before],
    );
    return rows.map(({ id }) => id);
  }

  async view(contract: ContractId, id: ImportId): Promise<ImportView | undefined> {
    const [found] = await this.database.query<ImportView>(
      `SELECT ${VIEW} FROM imports WHERE id = $1 AND contract = $2 AND ${COMPLETE}`,
      [id, contract],
    );
    return found;
  }

  /** The newest first; those before the import that the page before ended with. */
  async page(
    contract: ContractId,
    before: string | undefined,
    limit: number,
  ): Promise<readonly ImportView[]> {
    return this.database.query<ImportView>(
      `SELECT ${VIEW} FROM imports WHERE contract = $1 AND ${COMPLETE}
         AND ($2::text IS NULL OR number < (SELECT number FROM imports WHERE id = $2 AND contract = $1))
       ORDER BY number DESC LIMIT $3`,
      [contract, before ?? null, limit],
    );
  }

  /** The oldest import that has rows to be worked off. */
  async nextJob(): Promise<ImportJob | undefined> {
    const [job] = await this.database.query<ImportJob>(
      `SELECT id, contract, status, dry_run AS "dryRun", actor, total, done FROM imports
       WHERE status IN ('queued', 'running') ORDER BY number LIMIT 1`,
    );
    return job;
  }

  async start(id: ImportId, startedAt: Instant): Promise<void> {
    await this.database.execute(
      `UPDATE imports SET status = 'running', started_at = $2 WHERE id = $1 AND status = 'queued'`,
      [id, startedAt],
    );
  }

  /**
   * Records what became of the rows after `done`. The results and the progress move together, once: @returns false where
   * somebody else has moved it.
   */
  async record(id: ImportId, done: number, { results, affects }: CarriedOutRows): Promise<boolean> {
    const count = (outcome: RowOutcome): number =>
      results.filter((result) => result.outcome === outcome).length;
    const kept = results.filter(saysMore);
    const words: (string | null)[] = [];
    for (const result of kept) words.push(await this.seals.sealResult(id, result));
    const moved = await this.database.query(RECORD, [
      id,
      done,
      results.length,
      count('registered'),
      count('deregistered'),
      count('suspended'),
      count('resumed'),
      count('unchanged'),
      count('failed'),
      JSON.stringify(affects),
      kept.map(({ row }) => row),
      kept.map(({ outcome }) => outcome),
      words,
    ]);
    return moved.length > 0;
  }

  async finish(id: ImportId, finishedAt: Instant): Promise<void> {
    await this.database.execute(
      `UPDATE imports SET status = 'completed', started_at = COALESCE(started_at, $2), finished_at = $2
       WHERE id = $1 AND done = total AND status <> 'completed'`,
      [id, finishedAt],
    );
  }

  /** Rows with their results, those whose turn has not come as `pending`. */
  async results(id: ImportId, after: number, limit: number): Promise<readonly ResultLine[]> {
    // Before the results: they are committed with it.
    const done = await this.#done(id);
    const rows = await this.rows.behind(id, after, limit);
    const last = rows.at(-1);
    if (last === undefined) return [];
    const results = await this.database.query<SealedResult>(
      'SELECT row, outcome, sealed FROM import_results WHERE import = $1 AND row > $2 AND row <= $3',
      [id, after, last.row],
    );
    const byRow = new Map(results.map((result) => [result.row, result]));
    const lines: ResultLine[] = [];
    for (const { row, externalId, action } of rows) {
      const result = byRow.get(row);
      const { code = '', detail = '' } = result === undefined ? {} : await this.seals.openResult(id, result);
      // No result was kept: what the row asked for is done.
      const untold = row <= done && isAction(action) ? outcomeOfDone(action) : 'pending';
      lines.push({ row, externalId, action, outcome: result?.outcome ?? untold, code, detail });
    }
    return lines;
  }

  async #done(id: ImportId): Promise<number> {
    const [found] = await this.database.query<{ done: number }>('SELECT done FROM imports WHERE id = $1', [
      id,
    ]);
    return found?.done ?? 0;
  }

  /** Whether a file that came by then is arriving or being worked off. */
  async isBusy(contract: ContractId, cameBy: Instant): Promise<boolean> {
    const found = await this.database.query(
      `SELECT 1 FROM imports WHERE contract = $1 AND status <> 'completed' AND created_at <= $2 LIMIT 1`,
      [contract, cameBy],
    );
    return found.length > 0;
  }

  /** Those that came by then, have ended and still have their rows. */
  async completed(contract: ContractId, cameBy: Instant): Promise<readonly ImportId[]> {
    const rows = await this.database.query<{ id: ImportId }>(
      `SELECT id FROM imports WHERE contract = $1 AND status = 'completed' AND purged_at IS NULL AND created_at <= $2
       ORDER BY number`,
      [contract, cameBy],
    );
    return rows.map(({ id }) => id);
  }

  /** Imports that ended at or before the instant and still have their rows. */
  async purgeable(endedBy: Instant): Promise<readonly ImportId[]> {
    const rows = await this.database.query<{ id: ImportId }>(
      `SELECT id FROM imports WHERE status = 'completed' AND purged_at IS NULL AND finished_at <= $1 ORDER BY finished_at`,
      [endedBy],
    );
    return rows.map(({ id }) => id);
  }

  /** Forgets the rows and the results of an import that has ended; how many had which outcome stays. */
  async purge(id: ImportId, purgedAt: Instant): Promise<void> {
    for (const table of ['import_rows', 'import_results'])
      for (let gone = PURGED_AT_ONCE; gone === PURGED_AT_ONCE;)
        gone = await this.database.execute(
          `DELETE FROM ${table} WHERE import = $1 AND row IN (SELECT row FROM ${table} WHERE import = $1 ORDER BY row LIMIT ${PURGED_AT_ONCE})`,
          [id],
        );
    await this.database.execute('UPDATE imports SET purged_at = $2 WHERE id = $1', [id, purgedAt]);
  }
}
