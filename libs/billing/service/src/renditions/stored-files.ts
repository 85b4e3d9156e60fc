import type { Database } from '@smartkey/database';
import type { SealedColumn, SecretBox } from '@smartkey/secrets';
import { createHash } from 'node:crypto';

/** Bytes of one part: a row, and a look at the event loop, stay small however long a file is. */
const PART_BYTES = 128 * 1024;

/** What identifies a file: the same bytes are the same file. */
export interface StoredFile {
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
}

const contextOf = (sha256: string, part: number | string): string => `stored-file/${sha256}/${part}`;

/** Parts of files as they lie, for the rotation of the data key. */
export const storedFileParts: SealedColumn = {
  table: 'stored_file',
  column: 'sealed',
  key: ['sha256', 'part'],
  context: (row) => contextOf(row['sha256']!, row['part']!),
};

/** Files that never change, by the hash of their bytes, in the database: sealed, for they show addresses and persons. */
export class StoredFiles {
  constructor(
    private readonly database: Database,
    private readonly box: SecretBox,
  ) {}

  /** Keeps a file, all of it or nothing; one that is there already is left as it is. */
  async put(file: Uint8Array): Promise<StoredFile> {
    const sha256 = createHash('sha256').update(file).digest('hex');
    const sealed: string[] = [];
    for (let at = 0; at < file.length; at += PART_BYTES)
      sealed.push(await this.box.seal(file.subarray(at, at + PART_BYTES), contextOf(sha256, sealed.length)));
    await this.database.transaction(async (tx) => {
      for (const [part, text] of sealed.entries())
        await tx.execute(
          'insert into stored_file (sha256, part, sealed) values ($1, $2::integer, $3) on conflict do nothing',
          [sha256, part, text],
        );
    });
    return { bytes: file.length, sha256 };
  }

  /** All bytes of a file in their order. @throws Error where there is no such file: an event promises it. */
  async *read(sha256: string): AsyncGenerator<Uint8Array> {
    for (let part = 0; ; part += 1) {
      const [row] = await this.database.query<{ sealed: string }>(
        'select sealed from stored_file where sha256 = $1 and part = $2::integer',
        [sha256, part],
      );
      if (row === undefined && part === 0) throw new Error(`the bytes of file ${sha256} are not there`);
      if (row === undefined) return;
      yield await this.box.open(row.sealed, contextOf(sha256, part));
    }
  }

  async whole(sha256: string): Promise<Buffer> {
    const parts: Uint8Array[] = [];
    for await (const part of this.read(sha256)) parts.push(part);
    return Buffer.concat(parts);
  }
}
