import type { FastifyInstance, FastifyRequest } from 'fastify';
import { multipartForm, PostedForm, urlencodedForm } from '../forms/posted-form.ts';
import { PageError } from './page-error.ts';

/** Of a form without a file, in bytes. */
export const FORM_LIMIT = 64 * 1024;
/** What surrounds a file in its form. */
const AROUND_FILE = 16 * 1024;

/** Takes forms as browsers send them, and nothing else. */
export function parseForms(fastify: FastifyInstance, fileLimit: number): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: FORM_LIMIT },
    (_request: FastifyRequest, text: string, done: (error: Error | null, form?: PostedForm) => void) =>
      done(null, urlencodedForm(text)),
  );
  fastify.addContentTypeParser(
    'multipart/form-data',
    { parseAs: 'buffer', bodyLimit: fileLimit + AROUND_FILE },
    async (request: FastifyRequest, bytes: Buffer) => {
      try {
        return await multipartForm(new Uint8Array(bytes), request.headers['content-type'] ?? '');
      } catch (error) {
        throw new PageError(400, 'unreadable-form', error);
      }
    },
  );
}
