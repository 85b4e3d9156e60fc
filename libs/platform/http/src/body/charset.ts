import { MIMEType } from 'node:util';
import { readable } from '@smartkey/lifecycle';
import type { FastifyRequest } from 'fastify';
import { unsupportedMediaType } from '../problem/problems.ts';

/** How the text of a CSV body may be coded; `shift_jis` with the extensions of Windows (CP932). */
export type CsvCharset = 'utf-8' | 'shift_jis';

/** Labels of the IANA registry and of those who write such files. */
const CSV_CHARSETS: Readonly<Record<string, CsvCharset>> = {
  'utf-8': 'utf-8',
  utf8: 'utf-8',
  shift_jis: 'shift_jis',
  'shift-jis': 'shift_jis',
  sjis: 'shift_jis',
  'x-sjis': 'shift_jis',
  'windows-31j': 'shift_jis',
  cswindows31j: 'shift_jis',
  cp932: 'shift_jis',
  ms932: 'shift_jis',
};

/** @throws ProblemException 415 for a media type that cannot be read. */
function mediaTypeOf(request: FastifyRequest): MIMEType | undefined {
  const text = request.headers['content-type'];
  if (text === undefined) return undefined;
  const type = readable(() => new MIMEType(text), 'ERR_INVALID_MIME_SYNTAX');
  if (type === undefined) throw unsupportedMediaType();
  return type;
}

const charsetIn = (type: MIMEType): string | undefined => type.params.get('charset')?.toLowerCase();

/** @returns what a CSV body is coded in, UTF-8 where nothing is said. @throws ProblemException 415 for any other. */
export function csvCharsetOf(request: FastifyRequest): CsvCharset {
  const type = mediaTypeOf(request);
  const charset = type === undefined ? undefined : charsetIn(type);
  if (charset === undefined) return 'utf-8';
  if (Object.hasOwn(CSV_CHARSETS, charset)) return CSV_CHARSETS[charset]!;
  throw unsupportedMediaType();
}

/**
 * Refuses a body whose declared charset would be read as another one: JSON is UTF-8 (RFC 8259), CSV what `csvCharsetOf`
 * knows.
 * @throws ProblemException 415.
 */
export function demandKnownCharset(request: FastifyRequest): void {
  const { headers } = request;
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  const type = hasBody ? mediaTypeOf(request) : undefined;
  if (type === undefined) return;
  if (type.essence === 'text/csv') csvCharsetOf(request);
  else if (!['utf-8', undefined].includes(charsetIn(type))) throw unsupportedMediaType();
}
