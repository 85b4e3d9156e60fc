import type { ExportEncoding } from '@smartkey/billing-domain';
import type { Database } from '@smartkey/database';
import { createHash } from 'node:crypto';

const ASCII = /^[\u0000-\u007f]*$/;
const BYTE_ORDER_MARK = '\ufeff';

/** Characters of one part: a file grows with the customers, a row and a look at the event loop must not. */
const PART_CHARACTERS = 128 * 1024;

/** A text that the asked encoding cannot hold. */
export class NotEncodableError extends Error {
  override readonly name = 'NotEncodableError';
}

/**
 * The bytes of a part. The canonical columns hold ids, days, codes and amounts, all ASCII, which Shift_JIS shares; anything else
 * is refused rather than written as a question mark.
 */
function encoded(text: string, encoding: ExportEncoding): Uint8Array {
  if (encoding === 'utf-8-bom') return Buffer.from(text, 'utf8');
  if (!ASCII.test(text)) throw new NotEncodableError('the file holds characters beyond ASCII');
  return Buffer.from(text, 'latin1');
}

export const contentTypeOf = (encoding: ExportEncoding): string =>
  encoding === 'utf-8-bom' ? 'text/csv; charset=utf-8' : 'text/csv; charset=shift_jis';

/** The bytes of exports, part by part. */
export class ExportFiles {
  constructor(private readonly database: Database) {}

  write(id: string, encoding: ExportEncoding): ExportFileWriter {
    return new ExportFileWriter(this.database, id, encoding);
  }

  /** All bytes of a file in their order; none where there is no such file. */
  async *read(id: string): AsyncGenerator<Uint8Array> {
    for (let part = 0; ; part += 1) {
      const [row] = await this.database.query<{ bytes: Uint8Array }>(
        'select bytes from export_file where id = $1 and part = $2::integer',
        [id, part],
      );
      if (row === undefined) return;
      yield row.bytes;
    }
  }

  async remove(id: string): Promise<void> {
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
  #text: string;
  #part = 0;
  #bytes = 0;

  constructor(
    private readonly database: Database,
    private readonly id: string,
    private readonly encoding: ExportEncoding,
  ) {
    this.#text = encoding === 'utf-8-bom' ? BYTE_ORDER_MARK : '';
  }

  async append(records: readonly string[]): Promise<void> {
    this.#text += records.join('');
    if (this.#text.length >= PART_CHARACTERS) await this.#flush();
  }

  async end(): Promise<WrittenFile> {
    await this.#flush();
    return { bytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }

  async #flush(): Promise<void> {
    const bytes = encoded(this.#text, this.encoding);
    this.#text = '';
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
