import { Readable } from 'node:stream';
import { StreamableFile } from '@nestjs/common';
import type { FieldError } from '../problem/problem.ts';
import { ProblemException } from '../problem/problem.ts';
import {
  CSV_BOM,
  csvTypeOf,
  encodeCsv,
  nameOfCodePoint,
  unmappableIn,
  type CsvEncoding,
} from './csv-encoding.ts';
import { csvRecord } from './csv-record.ts';

/** Cells that are named where an encoding has no place for them. */
const NAMED = 100;

export interface CsvFile {
  /** With its suffix. */
  readonly name: string;
  readonly columns: readonly string[];
  /** The rows, some at a time; read twice where the encoding has no place for every character. */
  readonly pages: () => AsyncIterable<readonly (readonly string[])[]>;
  readonly encoding: CsvEncoding;
}

/** The encoding has no place for some of the cells: each is named, up to a hundred. */
const notEncodable = (errors: readonly FieldError[]): ProblemException =>
  new ProblemException(
    422,
    'not-encodable',
    'The encoding has no place for some of the characters; ask for utf-8-bom.',
    {
      errors,
    },
  );

/** Names the cells of a page that the encoding has no place for. @param before rows of the pages before. */
function demandPlace(
  columns: readonly string[],
  page: readonly (readonly string[])[],
  encoding: CsvEncoding,
  before: number,
  errors: FieldError[],
): void {
  for (const [row, cells] of page.entries())
    for (const [index, cell] of cells.entries()) {
      const codePoint = unmappableIn(cell, encoding);
      if (codePoint === undefined) continue;
      const pointer = `/rows/${before + row + 1}/${columns[index]!}`;
      errors.push({
        pointer,
        rule: encoding,
        detail: `${nameOfCodePoint(codePoint)} has no place in CP932.`,
      });
      if (errors.length === NAMED) throw notEncodable(errors);
    }
}

async function demandPlaceForAll({ columns, pages, encoding }: CsvFile): Promise<void> {
  if (encoding === 'utf-8-bom') return;
  const errors: FieldError[] = [];
  let rows = 0;
  for await (const page of pages()) {
    demandPlace(columns, page, encoding, rows, errors);
    rows += page.length;
  }
  if (errors.length > 0) throw notEncodable(errors);
}

/** Turns the rows of one file into its bytes, page by page. */
export class CsvEncoder {
  #rows = 0;

  constructor(
    private readonly columns: readonly string[],
    private readonly encoding: CsvEncoding,
    /** Whether the names of the columns stand first. */
    private readonly hasHeader = true,
  ) {}

  /** What a file begins with. */
  head(): Buffer {
    const header = this.hasHeader ? csvRecord(this.columns) : '';
    return encodeCsv(this.encoding === 'utf-8-bom' ? CSV_BOM + header : header, this.encoding);
  }

  /** The next rows. @throws ProblemException 422 `not-encodable`. */
  page(rows: readonly (readonly string[])[]): Buffer {
    const errors: FieldError[] = [];
    if (this.encoding !== 'utf-8-bom') demandPlace(this.columns, rows, this.encoding, this.#rows, errors);
    if (errors.length > 0) throw notEncodable(errors);
    this.#rows += rows.length;
    return encodeCsv(rows.map(csvRecord).join(''), this.encoding);
  }
}

/** A file whose rows are at hand. @throws ProblemException 422 `not-encodable`. */
export function csvBytes(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  encoding: CsvEncoding,
): Buffer {
  const encoder = new CsvEncoder(columns, encoding);
  return Buffer.concat([encoder.head(), encoder.page(rows)]);
}

/**
 * CSV as every route answers it: RFC 4180 with CRLF, a header line, cells that no spreadsheet takes for a formula, and a byte order mark in
 * UTF-8. Read as it is sent, from the second page on; what is refused is refused before the answer begins.
 * @throws ProblemException 422 `not-encodable` with rows and columns, and whatever the pages throw.
 */
export async function csvFile(file: CsvFile): Promise<StreamableFile> {
  const { name, columns, encoding } = file;
  await demandPlaceForAll(file);
  const pages = file.pages()[Symbol.asyncIterator]();
  const first = await pages.next();
  async function* bytes(): AsyncGenerator<Buffer> {
    const encoder = new CsvEncoder(columns, encoding);
    yield encoder.head();
    for (let page = first; page.done !== true; page = await pages.next()) yield encoder.page(page.value);
  }
  return new StreamableFile(Readable.from(bytes(), { objectMode: false }), {
    type: csvTypeOf(encoding),
    disposition: `attachment; filename="${name}"`,
  });
}
