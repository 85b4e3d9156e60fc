import type { Database } from '@smartkey/database';
import type { Instant } from '@smartkey/kernel';

/** A checkpoint as it was signed. */
export interface Checkpoint {
  readonly size: number;
  /** By the system's clock. */
  readonly at: Instant;
  readonly note: string;
  /** When the witness saw it, by its own clock (Unix seconds); null where it has not. */
  readonly witnessedAt: number | null;
}

interface Row {
  readonly size: bigint;
  readonly at: Instant;
  readonly note: string;
  readonly witnessed_at: bigint | null;
}

const checkpointOf = ({ size, at, note, witnessed_at }: Row): Checkpoint => ({
  size: Number(size),
  at,
  note,
  witnessedAt: witnessed_at === null ? null : Number(witnessed_at),
});

const COLUMNS = 'size, at, note, witnessed_at';

/** The checkpoints in the database. */
export class CheckpointRows {
  /**
   * @param origin the name of the log now: rows of earlier ones lie beside its own.
   * @param witnessMark how lines of the witness of now begin.
   */
  constructor(
    private readonly database: Database,
    private readonly origin: string,
    private readonly witnessMark: string,
  ) {}

  /** The last one under this name. */
  async last(): Promise<Checkpoint | undefined> {
    const [row] = await this.database.query<Row>(
      `SELECT ${COLUMNS} FROM log_checkpoints WHERE starts_with(note, $1) ORDER BY size DESC LIMIT 1`,
      [`${this.origin}\n`],
    );
    return row && checkpointOf(row);
  }

  /** Seen by the witness of now: one before it, of another name or key, convinces nobody who believes this one. */
  async witnessed(order: 'ASC' | 'DESC'): Promise<readonly Checkpoint[]> {
    const rows = await this.database.query<Row>(
      `SELECT ${COLUMNS} FROM log_checkpoints
       WHERE witnessed_at IS NOT NULL AND strpos(note, $1) > 0 AND starts_with(note, $2) ORDER BY size ${order} LIMIT 1`,
      [this.witnessMark, `${this.origin}\n`],
    );
    return rows.map(checkpointOf);
  }

  /** Of all names; the newest first, those of before a size where one is given. */
  async list({
    before,
    limit,
  }: {
    readonly before?: number | undefined;
    readonly limit: number;
  }): Promise<readonly Checkpoint[]> {
    const rows = await this.database.query<Row>(
      `SELECT ${COLUMNS} FROM log_checkpoints WHERE $1::bigint IS NULL OR size < $1 ORDER BY size DESC LIMIT $2`,
      [before ?? null, limit],
    );
    return rows.map(checkpointOf);
  }

  async has(size: number): Promise<boolean> {
    const [row] = await this.database.query('SELECT 1 AS there FROM log_checkpoints WHERE size = $1', [size]);
    return row !== undefined;
  }

  /** Nothing where there is one of that size. */
  async add({ size, at, note }: Omit<Checkpoint, 'witnessedAt'>): Promise<void> {
    await this.database.execute(
      'INSERT INTO log_checkpoints (size, at, note) VALUES ($1, $2, $3) ON CONFLICT (size) DO NOTHING',
      [size, at, note],
    );
  }

  /** The witness has seen it: its note carries the line. */
  async witness({ size, note, witnessedAt }: Checkpoint): Promise<void> {
    await this.database.execute('UPDATE log_checkpoints SET note = $2, witnessed_at = $3 WHERE size = $1', [
      size,
      note,
      witnessedAt === null ? null : BigInt(witnessedAt),
    ]);
  }
}
