import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import { CsvError, parse } from 'csv-parse';
import {
  MOST_IMPORT_ROWS,
  readImportHeader,
  readImportRow,
  type ImportHeader,
} from '@smartkey/device-registry-domain';
import type { CsvCharset } from '@smartkey/http';
import { invalid, ok, type Rejection, type Result } from '@smartkey/kernel';
import { CsvText } from './csv-text.ts';
import type { StoredRow } from './import-records.ts';
import { ROWS_TOGETHER } from './import-rows.ts';

/** Characters of the rows that are kept together, about: a row may be long. */
const CHUNK_CHARACTERS = 256 * 1024;
/** In UTF-16 units. A sound row has two names of 256 characters: 2,048 units where each is a surrogate pair or quoted. */
const LONGEST_ROW = 8192;

export interface ReceivedFile {
  readonly total: number;
  /** Hex SHA-256 of the bytes. */
  readonly digest: string;
}

/** What the log and the database cannot hold is shown as U+FFFD; a cell of a faulty row is shown in part. */
const showable = (cell: string | undefined): string =>
  (cell ?? '').slice(0, 256).replace(/[\p{Cc}\p{Cs}]/gu, '\ufffd');

class Unreadable extends Error {
  constructor(readonly rejection: Result<never, Rejection>) {
    super('the file cannot be read');
  }
}

const unreadable = (code: string, detail: string): Unreadable =>
  new Unreadable(invalid(code, detail, { rule: 'RFC 4180' }));

const CHARSET_NAMES: Readonly<Record<CsvCharset, string>> = {
  'utf-8': 'UTF-8',
  shift_jis: 'Shift_JIS (CP932)',
};

/** Bytes looked at before everybody else has a turn. */
const PIECE = 16 * 1024;

/** The bytes in pieces, hashed on their way. Between pieces others have their turn, also where the whole file is here already. */
async function* hashed(
  bytes: AsyncIterable<Buffer>,
  hash: ReturnType<typeof createHash>,
): AsyncGenerator<Buffer> {
  for await (const chunk of bytes) {
    hash.update(chunk);
    for (let at = 0; at < chunk.length; at += PIECE) {
      yield chunk.subarray(at, at + PIECE);
      await setImmediate();
    }
  }
}

/** A line is longer than any sound row. The parser does not find it: it measures the cells of a row, and those of commas alone are empty. */
class LineTooLong extends Error {}

/** @throws LineTooLong once everything before that line has been handed on. */
async function* inLines(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let length = 0;
  for await (const text of pieces) {
    let from = 0;
    for (const { index } of text.matchAll(/[\r\n]|$/g)) {
      length += index - from;
      if (length > LONGEST_ROW) {
        yield text.slice(0, from);
        throw new LineTooLong();
      }
      if (index === text.length) break;
      length = 0;
      from = index + 1;
    }
    yield text;
  }
}

/** The row that bytes of another charset were met in: the first after the header is 1. */
function foreignBytes(charset: CsvCharset, row: number): Result<never, Rejection> {
  const where = row < 1 ? 'The header' : `Row ${row}`;
  return invalid(`not-${charset.replace('_', '-')}`, `${where} is not ${CHARSET_NAMES[charset]}.`, {
    rule: 'charset',
  });
}

/**
 * Reads a CSV file (RFC 4180; a byte order mark and bare line feeds are fine) and hands its rows on in chunks, never
 * holding the whole. A fault of one row stays with the row; the file is refused for a broken header or quoting, bytes that are
 * none of its charset, or too many rows.
 * @throws ProblemException 413 of the body's limit.
 */
export async function receiveFile(
  bytes: Readable,
  keep: (rows: readonly StoredRow[]) => Promise<void>,
  charset: CsvCharset = 'utf-8',
): Promise<Result<ReceivedFile, Rejection>> {
  const text = new CsvText(charset);
  const hash = createHash('sha256');
  let lines = 0;
  const parser = parse({
    on_record: (cells: string[]) => {
      lines += linesOf(cells);
      return cells;
    },
    relax_column_count: true,
    skip_empty_lines: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    max_record_size: LONGEST_ROW,
  });
  try {
    let total = 0;
    await pipeline(
      bytes,
      (chunks: AsyncIterable<Buffer>) => inLines(text.of(hashed(chunks, hash))),
      parser,
      async (records: AsyncIterable<string[]>) => {
        total = await readRows(records, keep);
      },
    );
    // The row in which the text broke off was counted as the last.
    if (text.broken) return foreignBytes(charset, total);
    return ok({ total, digest: hash.digest('hex') });
  } catch (error) {
    if (text.broken) return foreignBytes(charset, parser.info.records - (error instanceof CsvError ? 0 : 1));
    if (error instanceof Unreadable) return error.rejection;
    if (error instanceof CsvError || error instanceof LineTooLong)
      return invalid(
        'malformed-csv',
        `The file is no CSV from line ${1 + lines + parser.info.empty_lines} on, or a row is longer than ${LONGEST_ROW} characters.`,
        { rule: 'RFC 4180' },
      );
    throw error;
  }
}

/** The lines that a record takes up. (The parser's own count takes a CRLF within quotes for two.) */
const linesOf = (cells: readonly string[]): number =>
  cells.reduce((lines, cell) => lines + (/[\r\n]/.test(cell) ? cell.split(/\r\n|\n|\r/).length - 1 : 0), 1);

async function readRows(
  records: AsyncIterable<string[]>,
  keep: (rows: readonly StoredRow[]) => Promise<void>,
): Promise<number> {
  const firstSeen = new Map<string, number>();
  let header: ImportHeader | undefined;
  let chunk: StoredRow[] = [];
  let characters = 0;
  let row = 0;
  for await (const cells of records) {
    if (header === undefined) {
      const read = readImportHeader(cells);
      if (!read.ok) throw new Unreadable(read);
      header = read.value;
      continue;
    }
    row += 1;
    if (row > MOST_IMPORT_ROWS)
      throw new Unreadable(
        invalid('too-many-rows', `A file has at most ${MOST_IMPORT_ROWS} rows.`, { rule: 'import-size' }),
      );
    chunk.push(storedRow(row, header, cells, firstSeen));
    characters += cells.reduce((sum, cell) => sum + cell.length, 0);
    if (chunk.length === ROWS_TOGETHER || characters >= CHUNK_CHARACTERS) {
      await keep(chunk);
      [chunk, characters] = [[], 0];
    }
  }
  if (header === undefined) throw unreadable('missing-header', 'The file has no header line.');
  if (chunk.length > 0) await keep(chunk);
  return row;
}

function storedRow(
  row: number,
  header: ImportHeader,
  cells: readonly string[],
  firstSeen: Map<string, number>,
): StoredRow {
  const faulty = ({ code, detail }: Pick<Rejection, 'code' | 'detail'>): StoredRow => ({
    row,
    externalId: showable(cells[header.externalId]),
    displayName: null,
    action: showable(cells[header.action]),
    faultCode: code,
    faultDetail: detail,
  });
  const read = readImportRow(header, cells);
  if (!read.ok) return faulty(read.error);
  const { externalId, displayName, action } = read.value;
  const before = firstSeen.get(externalId);
  if (before !== undefined)
    return faulty({ code: 'duplicate-in-file', detail: `Row ${before} is about the same external id.` });
  firstSeen.set(externalId, row);
  return {
    row,
    externalId,
    displayName: displayName ?? null,
    action,
    faultCode: null,
    faultDetail: null,
  };
}
