import type { Database } from '@smartkey/database';
import type { Instant } from '@smartkey/kernel';

/** One declaration or lifting of a restriction (第9条). */
export interface RestrictionChange {
  readonly name: string;
  readonly revision: number;
  readonly active: boolean;
  readonly detail: string | null;
  readonly changedAt: Instant;
  /** Id of the key, or of the person. */
  readonly changedBy: string;
}

const COLUMNS = 'name, revision, active, detail, changed_at AS "changedAt", changed_by AS "changedBy"';

/** Restrictions with their whole history: rows are added, never changed. */
export class RestrictionStore {
  constructor(private readonly database: Database) {}

  /** The last change of each restriction, by name. */
  current(): Promise<RestrictionChange[]> {
    return this.database.query<RestrictionChange>(
      `SELECT DISTINCT ON (name) ${COLUMNS} FROM restriction_changes ORDER BY name, revision DESC`,
    );
  }

  async find(name: string): Promise<RestrictionChange | undefined> {
    const [row] = await this.database.query<RestrictionChange>(
      `SELECT ${COLUMNS} FROM restriction_changes WHERE name = $1 ORDER BY revision DESC LIMIT 1`,
      [name],
    );
    return row;
  }

  history(name: string): Promise<RestrictionChange[]> {
    return this.database.query<RestrictionChange>(
      `SELECT ${COLUMNS} FROM restriction_changes WHERE name = $1 ORDER BY revision`,
      [name],
    );
  }

  /** Adds a change behind the revision that its maker saw. @returns false where another was faster. */
  async add(change: RestrictionChange): Promise<boolean> {
    const { name, revision, active, detail, changedAt, changedBy } = change;
    const added = await this.database.execute(
      `INSERT INTO restriction_changes (name, revision, active, detail, changed_at, changed_by)
       VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (name, revision) DO NOTHING`,
      [name, revision, active, detail, changedAt, changedBy],
    );
    return added === 1;
  }
}
