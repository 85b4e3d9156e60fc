import type { Session } from '../connections.ts';
import { WritesUnavailableError } from '../database.port.ts';

/** More than a page, and not to be compressed: the files must grow for it. */
const PROBE_BYTES = 64 * 1024;

/**
 * What is known of a server's refusals. A disk that is full takes small changes in pages that are there and refuses the next event:
 * so a refusal is remembered, and only a proof that files can grow again ends it.
 */
export class ServerWrites {
  #refused = false;

  /** Called with the error of each statement. */
  saw(error: unknown): void {
    if (error instanceof WritesUnavailableError) this.#refused = true;
  }

  /** @throws WritesUnavailableError */
  async prove(session: Session): Promise<void> {
    const { rows } = await session.statement(
      `SELECT pg_is_in_recovery() OR current_setting('transaction_read_only')::boolean AS read_only`,
      [],
    );
    const [row] = rows as { read_only: boolean }[];
    if (row!.read_only) throw new WritesUnavailableError(READ_ONLY);
    if (!this.#refused) return;
    await grow(session);
    this.#refused = false;
  }
}

const READ_ONLY = 'the database server is read-only now';

/** Has the server make a file of some pages, and undoes it. */
async function grow(session: Session): Promise<void> {
  await session.script('BEGIN');
  try {
    await session.script(
      'CREATE TABLE write_probe (bytes bytea); ALTER TABLE write_probe ALTER bytes SET STORAGE EXTERNAL',
    );
    await session.statement('INSERT INTO write_probe VALUES ($1)', [new Uint8Array(PROBE_BYTES)]);
  } finally {
    await session.script('ROLLBACK');
  }
}
