import type { Database } from '@smartkey/database';
import type { SealedColumn, SecretBox } from '@smartkey/secrets';
import { createHash } from 'node:crypto';

/** Bytes of one part: a file grows with the customers, a row and a look at the event loop must not. */
const PART_BYTES = 128 * 1024;

/** A file goes by its export also while it is one of several that go into it: it may yet become the whole. */
const contextOf = (id: string, part: number | string): string => `export-file/${id.split('/')[0]!}/${part}`;

/** Parts of files as they lie, for the rotation of the data key. */
export const exportFileParts: SealedColumn = {
  table: 'export_file',
  column: 'sealed',
  key: ['id', 'part'],
  context: (row) => contextOf(row['id']!, row['part']!),
};

/** The bytes of exports, part by part; sealed, for e-invoices show addresses. */
export class ExportFiles {
  constructor(
    private readonly database: Database,
    private readonly box: SecretBox,
  ) {}

  write(id: string): ExportFileWriter {
    return new ExportFileWriter(this.database, this.box, id);
  }

  /** All bytes of a file in their order; none where there is no such file. */
  async *read(id: string): AsyncGenerator<Uint8Array> {
    for (let part = 0; ; part += 1) {
      const [row] = await this.database.query<{ bytes: Uint8Array | null; sealed: string | null }>(
        'select bytes, sealed from export_file where id = $1 and part = $2::integer',
        [id, part],
      );
      if (row === undefined) return;
      // Former versions wrote parts in the clear.
      yield row.sealed === null ? row.bytes! : await this.box.open(row.sealed, contextOf(id, part));
    }
  }

  /** Takes a file away, and those that were to go into it. */
  async remove(id: string): Promise<void> {
    await this.database.execute(`delete from export_file where id = $1 or starts_with(id, $1::text || '/')`, [
      id,
    ]);
  }

  async rename(id: string, name: string): Promise<void> {
    await this.database.execute('update export_file set id = $2 where id = $1', [id, name]);
  }
}

/** What was written. */
export interface FileDigest {
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
}

/** Writes a file as it comes, holding no more of it than one part. */
export class ExportFileWriter {
  readonly #hash = createHash('sha256');
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #part = 0;
  #bytes = 0;

  constructor(
    private readonly database: Database,
    private readonly box: SecretBox,
    private readonly id: string,
  ) {}

  /** Bytes so far. */
  get bytes(): number {
    return this.#bytes + this.#waitingBytes;
  }

  async append(bytes: Uint8Array): Promise<void> {
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes >= PART_BYTES) await this.#flush();
  }

  async end(): Promise<FileDigest> {
    await this.#flush();
    return { bytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }

  async #flush(): Promise<void> {
    const bytes = Buffer.concat(this.#waiting);
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
    const sealed = await this.box.seal(bytes, contextOf(this.id, this.#part));
    await this.database.execute('insert into export_file (id, part, sealed) values ($1, $2::integer, $3)', [
      this.id,
      this.#part,
      sealed,
    ]);
    this.#part += 1;
  }
}
