import type { ExportId } from '@smartkey/kernel';
import { CANONICAL_COLUMNS, type ExportEncoding } from '@smartkey/billing-domain';
import type { Database } from '@smartkey/database';
import { CsvEncoder } from '@smartkey/http';
import { createHash } from 'node:crypto';

/** Bytes of one part: a file grows with the customers, a row and a look at the event loop must not. */
const PART_BYTES = 128 * 1024;

/** The bytes of exports, part by part. */
export class ExportFiles {
  constructor(private readonly database: Database) {}

  write(id: ExportId, encoding: ExportEncoding): ExportFileWriter {
    return new ExportFileWriter(this.database, id, encoding);
  }

  /** All bytes of a file in their order; none where there is no such file. */
  async *read(id: ExportId): AsyncGenerator<Uint8Array> {
    for (let part = 0; ; part += 1) {
      const [row] = await this.database.query<{ bytes: Uint8Array }>(
        'select bytes from export_file where id = $1 and part = $2::integer',
        [id, part],
      );
      if (row === undefined) return;
      yield row.bytes;
    }
  }

  async remove(id: ExportId): Promise<void> {
    await this.database.execute('delete from export_file where id = $1', [id]);
  }
}

/** What was written. */
export interface WrittenFile {
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
}

/** Writes a file as it comes, holding no more of it than one part. */
export class ExportFileWriter {
  readonly #hash = createHash('sha256');
  readonly #encoder: CsvEncoder;
  #waiting: Buffer[];
  #part = 0;
  #bytes = 0;

  constructor(
    private readonly database: Database,
    private readonly id: ExportId,
    encoding: ExportEncoding,
  ) {
    this.#encoder = new CsvEncoder(CANONICAL_COLUMNS, encoding);
    this.#waiting = [this.#encoder.head()];
  }

  /** @throws ProblemException 422 `not-encodable`. */
  async append(rows: readonly (readonly string[])[]): Promise<void> {
    this.#waiting.push(this.#encoder.page(rows));
    const waiting = this.#waiting.reduce((bytes, each) => bytes + each.length, 0);
    if (waiting >= PART_BYTES) await this.#flush();
  }

  async end(): Promise<WrittenFile> {
    await this.#flush();
    return { bytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }

  async #flush(): Promise<void> {
    const bytes = Buffer.concat(this.#waiting);
    this.#waiting = [];
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
    await this.database.execute('insert into export_file (id, part, bytes) values ($1, $2::integer, $3)', [
      this.id,
      this.#part,
      bytes,
    ]);
    this.#part += 1;
  }
}
