import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Pool } from 'undici';
import { ProblemException } from '@smartkey/http';
import type { Logger } from 'pino';
import { HOP_BY_HOP } from '../forwarding/hop-by-hop.ts';
import { VISITOR } from './visitors.ts';
import { judgeHost } from './portal-host.ts';

/** The web pages behind the gateway. */
export interface PortalPlace {
  /** Where the portal listens: `http://127.0.0.1:3100`. */
  readonly url: string;
  /** Where browsers reach it, by way of the gateway. */
  readonly publicUrl: () => string;
}

/** As long as anything below takes to answer. */
const PATIENCE = 60_000;

const DOWN = `<!doctype html>
<html lang="ja">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>ただいまご利用いただけません – SmartKey</title></head>
<body><main><h1>ただいまご利用いただけません</h1>
<p>しばらくしてから、もう一度お試しください。</p>
<p lang="en">The pages cannot be reached at the moment. Please try again later.</p>
<p><a href="/portal">もう一度開く / Try again</a></p></main></body></html>
`;

/**
 * Hands `/portal` on as it comes: cookies, forms and redirects stay what they are. Not by way of the API's dispatch, which knows keys
 * and JSON and nothing of browsers.
 */
export function proxyPortal(front: FastifyInstance, place: PortalPlace, log: Logger): void {
  const pool = new Pool(place.url, { connections: 64, headersTimeout: PATIENCE, bodyTimeout: PATIENCE });
  front.addHook('onClose', () => pool.destroy());
  front.register((pages, _options, registered) => {
    // Forms and files go through as streams; how large they may be is the portal's matter.
    pages.removeAllContentTypeParsers();
    pages.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    const handler = (request: FastifyRequest, reply: FastifyReply) => pass(request, reply, place, pool, log);
    for (const url of ['/portal', '/portal/', '/portal/*'])
      pages.route({ method: ['GET', 'HEAD', 'POST'], url, handler });
    registered();
  });
}

async function pass(
  request: FastifyRequest,
  reply: FastifyReply,
  place: PortalPlace,
  pool: Pool,
  log: Logger,
): Promise<FastifyReply> {
  const verdict = judgeHost(request, place.publicUrl());
  if (verdict.kind === 'redirect') return reply.redirect(verdict.to, 302);
  if (verdict.kind === 'refuse')
    throw new ProblemException(421, 'misdirected-request', 'The pages are served at the public URL alone.');
  try {
    const answer = await pool.request({
      method: request.method as 'GET',
      path: request.url,
      headers: headersToPortal(request),
      body: hasBody(request) ? request.raw : null,
    });
    void reply.code(answer.statusCode);
    for (const [name, value] of Object.entries(answer.headers))
      if (value !== undefined && !HOP_BY_HOP.includes(name)) void reply.header(name, value);
    if (request.method === 'HEAD') await answer.body.dump();
    return await reply.send(request.method === 'HEAD' ? null : answer.body);
  } catch (error) {
    log.warn({ err: error, id: request.id }, 'the portal did not answer');
    return await reply.code(503).header('retry-after', '5').type('text/html; charset=utf-8').send(DOWN);
  }
}

const hasBody = ({ headers }: FastifyRequest): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

function headersToPortal(request: FastifyRequest): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(request.headers))
    if (value !== undefined && !HOP_BY_HOP.includes(name) && !name.startsWith('smartkey-'))
      headers[name] = value;
  headers[VISITOR.address] = request.ip;
  headers['x-request-id'] = request.id;
  return headers;
}
