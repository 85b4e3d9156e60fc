import type { ExportEncoding } from '@smartkey/billing-domain';
import { CsvEncoder } from '@smartkey/http';
import { writeArchive } from './export-archive.ts';
import type { ExportFiles, ExportFileWriter, FileDigest } from './export-files.ts';

/** How the tables of an export are written. */
export interface SheetForm {
  readonly columns: readonly string[];
  readonly hasHeader: boolean;
  readonly encoding: ExportEncoding;
  /** The most bytes that the reader takes in one file. */
  readonly mostBytes?: number;
}

export interface WrittenSheets extends FileDigest {
  readonly rows: number;
  /** Names of the tables, where there are several. */
  readonly files?: readonly string[];
}

/** How many names are told of the tables in an archive. */
const NAMES_TOLD = 100;

interface Sheet {
  readonly name: string;
  readonly writer: ExportFileWriter;
  readonly encoder: CsvEncoder;
  slips: number;
  rows: number;
}

/** The tables of one export: one mostly, several where its reader takes no more at once, or one for each year. */
export class ExportSheets {
  readonly #sheets: Sheet[] = [];
  readonly #current = new Map<string, Sheet>();

  constructor(
    private readonly files: ExportFiles,
    private readonly id: string,
    private readonly form: SheetForm,
  ) {}

  /**
   * Writes the rows of one document, which stay together.
   * @param key of the table, `2024-03-31` for a fiscal year; empty where there is one of all.
   * @param rowsFrom are made for a table that has so many slips already.
   */
  async append(
    key: string,
    rowsFrom: (slips: number) => { readonly rows: readonly (readonly string[])[]; readonly slips: number },
  ): Promise<void> {
    const sheet = this.#current.get(key) ?? (await this.#begin(key));
    const { rows, slips } = rowsFrom(sheet.slips);
    if (rows.length === 0) return;
    const bytes = sheet.encoder.page(rows);
    const { mostBytes = Infinity } = this.form;
    if (sheet.rows > 0 && sheet.writer.bytes + bytes.length > mostBytes) {
      await this.#begin(key);
      return this.append(key, rowsFrom);
    }
    await sheet.writer.append(bytes);
    sheet.rows += rows.length;
    sheet.slips += slips;
  }

  /** @param nameOf the name of a table in an archive of several. */
  async end(nameOf: (sheet: string) => string): Promise<WrittenSheets> {
    if (this.#sheets.length === 0) await this.#begin('');
    const rows = this.#sheets.reduce((sum, sheet) => sum + sheet.rows, 0);
    const [only, ...others] = this.#sheets;
    if (only !== undefined && others.length === 0) {
      const written = await only.writer.end();
      await this.files.rename(this.#idOf(only.name), this.id);
      return { ...written, rows };
    }
    for (const { writer } of this.#sheets) await writer.end();
    const archived = this.#sheets.map(({ name }) => ({
      name: nameOf(name),
      bytes: () => this.files.read(this.#idOf(name)),
    }));
    const written = await writeArchive(archived, this.files.write(this.id));
    const names = archived.map(({ name }) => name).slice(0, NAMES_TOLD);
    for (const { name } of this.#sheets) await this.files.remove(this.#idOf(name));
    return { ...written, rows, files: names };
  }

  readonly #idOf = (name: string): string => `${this.id}/${name}`;

  async #begin(key: string): Promise<Sheet> {
    const parts = this.#sheets.filter(({ name }) => name === key || name.startsWith(`${key}~`)).length;
    const name = parts === 0 && key !== '' ? key : `${key}~${parts + 1}`;
    const { columns, encoding, hasHeader } = this.form;
    const encoder = new CsvEncoder(columns, encoding, hasHeader);
    const writer = this.files.write(this.#idOf(name));
    await writer.append(encoder.head());
    const sheet: Sheet = { name, writer, encoder, slips: 0, rows: 0 };
    this.#sheets.push(sheet);
    this.#current.set(key, sheet);
    return sheet;
  }
}
