import type { FastifyInstance } from 'fastify';
import { unreadable } from '../problem/problems.ts';

/**
 * What Node.js would answer by itself, bare of any problem: HTTP/1.1 without a host (RFC 9112 3.2) is refused as everything else that
 * cannot be read, and an expectation that nobody here knows is passed over (RFC 9110 10.1.1), not 417. Needs `requireHostHeader: false`.
 */
export function answerInPlaceOfNode(fastify: FastifyInstance): void {
  fastify.server.on('checkExpectation', (request, response) =>
    fastify.server.emit('request', request, response),
  );
  fastify.addHook('onRequest', (request, _reply, done) => {
    const { httpVersion, headers } = request.raw;
    done(
      httpVersion === '1.1' && headers.host === undefined
        ? unreadable('malformed-request', 'A request of HTTP/1.1 names its host.')
        : undefined,
    );
  });
}
