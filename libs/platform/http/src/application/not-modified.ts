import type { FastifyInstance } from 'fastify';
import { Readable } from 'node:stream';

const ENTITY_TAG = /"[\x21\x23-\x7e\x80-\xff]*"/g;

/**
 * Whether a caller holds the bytes of an entity tag already, compared weakly (RFC 9110 13.1.2).
 * @param ifNoneMatch the header: `*`, or tags with commas between.
 * @param etag `"…"`
 */
export const isHeld = (ifNoneMatch: string | undefined, etag: string): boolean =>
  ifNoneMatch?.trim() === '*' || (ifNoneMatch?.match(ENTITY_TAG)?.includes(etag) ?? false);

/** Whoever holds already what a read would answer with an entity tag is told so, 304 without the bytes. */
export function answerNotModified(fastify: FastifyInstance): void {
  fastify.addHook('onSend', (request, reply, payload, done) => {
    const etag = reply.getHeader('etag');
    const isRead = request.method === 'GET' && reply.statusCode === 200;
    if (!isRead || typeof etag !== 'string' || !isHeld(request.headers['if-none-match'], etag))
      return done(null, payload);
    if (payload instanceof Readable) payload.destroy();
    for (const name of ['content-type', 'content-length', 'content-disposition']) reply.removeHeader(name);
    void reply.code(304);
    done(null, '');
  });
}
