import { gunzipSync, gzipSync } from 'node:zlib';
import type { Database, Sql } from '@smartkey/database';
import type { SealedColumn, SecretBox } from '@smartkey/secrets';

const contextOf = (id: string, part: number | string): string => `proof/${id}/${part}`;

/** Parts of proofs as they lie, for the rotation of the data key. */
export const proofFileParts: SealedColumn = {
  table: 'proof_job_part',
  column: 'sealed',
  key: ['id', 'part'],
  context: (row) => contextOf(row['id']!, row['part']!),
};

/** The lines of proofs that are written behind their answer, part by part: packed, and sealed like every file. */
export class ProofFiles {
  constructor(
    private readonly database: Database,
    private readonly box: SecretBox,
  ) {}

  async write(sql: Sql, id: string, part: number, text: string): Promise<void> {
    const sealed = await this.box.seal(gzipSync(text), contextOf(id, part));
    await sql.query('insert into proof_job_part (id, part, sealed) values ($1, $2::integer, $3)', [
      id,
      part,
      sealed,
    ]);
  }

  /** All lines of a proof, a part at a time. */
  async *read(id: string, parts: number): AsyncGenerator<Uint8Array> {
    for (let part = 0; part < parts; part += 1) {
      const [row] = await this.database.query<{ sealed: string }>(
        'select sealed from proof_job_part where id = $1 and part = $2::integer',
        [id, part],
      );
      // Its time was over while somebody read it.
      if (row === undefined) throw new ProofGoneError(`part ${part} of ${id} is not there any more`);
      yield gunzipSync(await this.box.open(row.sealed, contextOf(id, part)));
    }
  }
}

class ProofGoneError extends Error {
  override readonly name = 'ProofGoneError';
}
