import type { FastifyInstance } from 'fastify';
import { internalHeaders } from '@smartkey/http';
import type { OwnerPort } from '../forwarding/owner-request.ts';
import { PAGE_POLICY } from './security-headers.ts';

/** `/openapi.json` and the page `/docs` that shows it: open to everybody, with nothing from other sites. */
export function servePage(front: FastifyInstance, own: OwnerPort, internalToken: string): void {
  for (const url of ['/openapi.json', '/docs', '/docs/*'])
    front.get(url, async (request, reply) => {
      const answer = await own.send({
        method: 'GET',
        target: request.url,
        headers: internalHeaders({ token: internalToken }),
      });
      return reply
        .code(answer.status)
        .headers({ ...answer.headers, 'content-security-policy': PAGE_POLICY })
        .send(answer.body);
    });
}
