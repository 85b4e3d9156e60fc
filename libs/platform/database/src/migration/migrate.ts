import { createHash } from 'node:crypto';
import { OperatorError } from '@smartkey/lifecycle';
import type { Database } from '../database.port.ts';

/** One numbered change of tables; applied once, in order, never edited afterwards. */
export interface Migration<Needs = unknown> {
  /** `0001-credentials`: a number, then what it is for. Ids grow. */
  readonly id: string;
  /** Statements separated by semicolons; names are unqualified. */
  readonly sql: string;
  /**
   * What SQL cannot do alone, such as to seal what the tables hold. Runs before `sql` and outside its transaction: cut off, it runs
   * again, so it must be safe to repeat. Bounded batches: other starts wait meanwhile.
   */
  readonly before?: (database: Database, needs: Needs) => Promise<void>;
}

/** The migrations of the program and those that the database has seen do not go together. */
export class MigrationError extends OperatorError {
  override readonly name = 'MigrationError';
}

/**
 * Brings the tables of a schema up to date: each missing migration in a transaction of its own. Safe with several
 * instances at once: one works, the others wait.
 * @param library tells the migrations of several libraries in one schema apart.
 * @param needs what `before` of the migrations works with.
 * @throws MigrationError, before anything is changed, where an applied migration was edited or is unknown to this program
 *   (a newer one was here), or where ids do not grow.
 */
export async function migrate<Needs = undefined>(
  database: Database,
  migrations: readonly Migration<Needs>[],
  library = 'service',
  ...[needs]: undefined extends Needs ? [needs?: Needs] : [needs: Needs]
): Promise<void> {
  migrations.forEach(({ id }, i) => {
    const before = migrations[i - 1]?.id;
    if (before !== undefined && before >= id)
      throw new MigrationError(`migration ${id} stands behind ${before}`);
  });
  await database.exclusively('migrate', () => applyMissing(database, migrations, library, needs as Needs));
}

async function applyMissing<Needs>(
  database: Database,
  migrations: readonly Migration<Needs>[],
  library: string,
  needs: Needs,
): Promise<void> {
  await database.script(`
    CREATE TABLE IF NOT EXISTS applied_migrations (
      library    text NOT NULL,
      id         text NOT NULL,
      checksum   text NOT NULL,
      applied_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (library, id)
    )`);
  const rows = await database.query<{ id: string; checksum: string }>(
    'SELECT id, checksum FROM applied_migrations WHERE library = $1',
    [library],
  );
  const applied = new Map(rows.map(({ id, checksum }) => [id, checksum]));
  refuseUnfit(migrations, applied, library);
  for (const { id, sql, before } of migrations) {
    if (applied.has(id)) continue;
    await before?.(database, needs);
    await database.transaction(async (tx) => {
      await tx.script(sql);
      await tx.execute('INSERT INTO applied_migrations (library, id, checksum) VALUES ($1, $2, $3)', [
        library,
        id,
        checksumOf(sql),
      ]);
    });
  }
}

function refuseUnfit(
  migrations: readonly Pick<Migration, 'id' | 'sql'>[],
  applied: ReadonlyMap<string, string>,
  library: string,
): void {
  const known = new Set(migrations.map(({ id }) => id));
  for (const id of applied.keys())
    if (!known.has(id))
      throw new MigrationError(
        `the database has seen migration ${id} of ${library}, which this program does not know`,
      );
  let missing: string | undefined;
  for (const { id, sql } of migrations) {
    const checksum = applied.get(id);
    if (checksum === undefined) missing ??= id;
    else if (missing !== undefined)
      throw new MigrationError(
        `migration ${missing} of ${library} is missing, but the later ${id} was applied`,
      );
    else if (checksum !== checksumOf(sql))
      throw new MigrationError(`migration ${id} of ${library} was edited after it had been applied`);
  }
}

/** Over the words: a change of indentation is no edit. */
const checksumOf = (sql: string): string =>
  createHash('sha256').update(sql.trim().split(/\s+/).join(' ')).digest('hex');
