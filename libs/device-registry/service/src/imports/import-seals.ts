import { Turns } from '@smartkey/lifecycle';
import type { RowOutcome } from '@smartkey/device-registry-domain';
import type { SealedColumn, SecretBox } from '@smartkey/secrets';
import type { NumberedResult, StoredRow } from './import-records.ts';

/** What of a row names a person, or repeats what stood in the file. */
export type RowWords = Omit<StoredRow, 'row'>;
/** What of a result says more than its outcome. */
export type ResultWords = Omit<NumberedResult, 'row' | 'outcome'>;

const rowContext = (id: string, row: number | string): string => `import row ${id}/${row}`;
const resultContext = (id: string, row: number | string): string => `import result ${id}/${row}`;
const fileContext = (id: string): string => `import file ${id}`;

/** All that imports keep sealed, for the rotation of the registry's data key. */
export const importRows: SealedColumn = {
  table: 'import_rows',
  column: 'sealed',
  key: ['import', 'row'],
  context: (row) => rowContext(row['import']!, row['row']!),
};
export const importResults: SealedColumn = {
  table: 'import_results',
  column: 'sealed',
  key: ['import', 'row'],
  context: (row) => resultContext(row['import']!, row['row']!),
};
export const importFiles: SealedColumn = {
  table: 'imports',
  column: 'sealed_digest',
  key: ['id'],
  context: (row) => fileContext(row['id']!),
};

/** The result of a row as it lies in the tables. */
export interface SealedResult {
  readonly row: number;
  readonly outcome: RowOutcome;
  readonly sealed: string | null;
}

/** How long rows may be sealed or opened one upon another: that waits for no input or output, so a thousand in a row would hold the event loop. */
const TURN_MILLIS = 5;

/** Seals what imports keep, under the service's key: an account that a row is about may never come to be. */
export class ImportSeals {
  readonly #turns = new Turns(TURN_MILLIS);

  constructor(private readonly box: SecretBox) {}

  sealRow(id: string, { row, ...words }: StoredRow): Promise<string> {
    return this.#seal(words satisfies RowWords, rowContext(id, row));
  }

  /** Rows that follow one another, sealed as one: a seal of each would take longer than reading the file. */
  sealRows(id: string, rows: readonly StoredRow[]): Promise<string> {
    const words = rows.map(({ row: _row, ...each }): RowWords => each);
    return this.#seal(words, rowContext(id, rows[0]!.row));
  }

  /** Rows as they lie in the tables: several from a row on, or one by itself, as files before were kept. */
  async openRows(
    id: string,
    { row, sealed }: { readonly row: number; readonly sealed: string },
  ): Promise<readonly StoredRow[]> {
    const words = await this.#open<RowWords | readonly RowWords[]>(sealed, rowContext(id, row));
    return 'externalId' in words
      ? [{ row, ...words }]
      : words.map((each, index) => ({ row: row + index, ...each }));
  }

  /** `null` where the outcome says it all. */
  async sealResult(id: string, { row, outcome: _outcome, ...words }: NumberedResult): Promise<string | null> {
    return Object.keys(words).length === 0
      ? null
      : this.#seal(words satisfies ResultWords, resultContext(id, row));
  }

  async openResult(id: string, { row, sealed }: SealedResult): Promise<ResultWords> {
    return sealed === null ? {} : this.#open<ResultWords>(sealed, resultContext(id, row));
  }

  /** A hash of a short file is found by trying names. */
  sealDigest(id: string, digest: string): Promise<string> {
    return this.box.seal(Buffer.from(digest), fileContext(id));
  }

  async openDigest(id: string, sealed: string): Promise<string> {
    return Buffer.from(await this.box.open(sealed, fileContext(id))).toString('utf8');
  }

  async #seal(words: object, context: string): Promise<string> {
    await this.#turns.next();
    return this.box.seal(Buffer.from(JSON.stringify(words)), context);
  }

  async #open<Words>(sealed: string, context: string): Promise<Words> {
    await this.#turns.next();
    return JSON.parse(Buffer.from(await this.box.open(sealed, context)).toString('utf8')) as Words;
  }
}
