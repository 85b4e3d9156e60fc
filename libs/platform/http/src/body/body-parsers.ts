import { isUtf8 } from 'node:buffer';
import type { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
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
export function jsonReader(fastify: FastifyInstance): (bytes: Buffer) => unknown {
  const parse = fastify.getDefaultJsonParser('error', 'error') as unknown as (
    request: undefined,
    text: string,
    done: (error: Error | null, value?: unknown) => void,
  ) => void;
  return (bytes) => {
    if (bytes.length === 0) return undefined;
    if (!isUtf8(bytes)) throw unreadable('malformed-json', 'The body is not UTF-8.');
    let value: unknown;
    const text = bytes.toString();
    parse(undefined, text, (error, parsed) => {
      if (error !== null) throw unreadable('malformed-json', 'The body is not JSON that can be read.');
      value = parsed;
    });
    checkJson(value, text);
    return value;
  };
}

/** JSON in full, CSV as a stream, each in a charset that is read here, and nothing else (415). */
export function registerBodyParsers(fastify: FastifyInstance, limits: BodyLimits): void {
  const read = jsonReader(fastify);
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
        done(null, read(bytes));
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
