import { isUtf8 } from 'node:buffer';
import type { Readable } from 'node:stream';
import { readable } from '@smartkey/lifecycle';
import type { FastifyInstance } from 'fastify';
import { parse } from 'secure-json-parse';
import { unreadable, tooLarge } from '../problem/problems.ts';
import { demandKnownCharset } from './charset.ts';
import { checkJson } from './check-json.ts';
import { limitBytes } from './limit-bytes.ts';

export interface BodyLimits {
  /** Largest JSON body in bytes. */
  readonly json: number;
  /** Largest `text/csv` body in bytes; it is handed on as a stream. */
  readonly csv: number;
}

export const DEFAULT_BODY_LIMITS: BodyLimits = { json: 64 * 1024, csv: 16 * 1024 * 1024 };

/** Parses JSON without prototype poisoning; nothing at all is `undefined`. @throws ProblemException 400, 422. */
export function readJson(bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined;
  if (!isUtf8(bytes)) throw unreadable('malformed-json', 'The body is not UTF-8.');
  const text = bytes.toString();
  const value = readable(() => ({ parsed: parse(text) as unknown }), 'SyntaxError');
  if (value === undefined) throw unreadable('malformed-json', 'The body is not JSON that can be read.');
  checkJson(value.parsed, text);
  return value.parsed;
}

/** JSON in full, CSV as a stream, each in a charset that is read here, and nothing else (415). */
export function registerBodyParsers(fastify: FastifyInstance, limits: BodyLimits): void {
  fastify.removeAllContentTypeParsers();
  fastify.addHook('preParsing', (request, _reply, payload, done) => {
    demandKnownCharset(request);
    done(null, payload);
  });
  fastify.addContentTypeParser<Buffer>(
    'application/json',
    { parseAs: 'buffer', bodyLimit: limits.json },
    (_request, bytes, done) => {
      try {
        done(null, readJson(bytes));
      } catch (error) {
        done(error as Error);
      }
    },
  );
  fastify.addContentTypeParser('text/csv', (request, payload: Readable, done) => {
    if (Number(request.headers['content-length'] ?? 0) > limits.csv) done(tooLarge(limits.csv));
    else done(null, limitBytes(payload, limits.csv));
  });
}
