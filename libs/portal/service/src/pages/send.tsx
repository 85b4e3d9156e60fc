import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { renderToString } from 'preact-render-to-string';
import { SEEN_COOKIE } from '../visit/visits.ts';
import type { Visit } from '../visit/visit.ts';
import type { Answer, Page } from './answer.ts';
import { PAGE_HEADERS } from './headers.ts';
import { Layout } from './layout.tsx';
import type { Surroundings } from './surroundings.ts';

/** So long, in seconds, pages wait for what was written just before. */
const SEEN_SECONDS = 20;

export function sendPage(reply: FastifyReply, page: Page, around: Surroundings): FastifyReply {
  const html = `<!doctype html>${renderToString(<Layout page={page} around={around} />)}`;
  void reply
    .code(page.status ?? 200)
    .headers(PAGE_HEADERS)
    .type('text/html; charset=utf-8');
  if (page.secretAddress === true) void reply.header('referrer-policy', 'no-referrer');
  return reply.send(html);
}

export function sendAnswer(reply: FastifyReply, answer: Answer, visit: Visit): FastifyReply {
  if (visit.written.length > 0)
    void reply.header(
      'set-cookie',
      `${SEEN_COOKIE}=${visit.written.slice(-8).join(',')}; Path=/portal; Max-Age=${SEEN_SECONDS}; HttpOnly; SameSite=Lax`,
    );
  switch (answer.kind) {
    case 'json':
      return reply.code(200).headers(PAGE_HEADERS).type('application/json').send(JSON.stringify(answer.body));
    case 'page':
      for (const cookie of answer.cookies ?? []) void reply.header('set-cookie', cookie);
      return sendPage(reply, answer, visit);
    case 'redirect':
      for (const cookie of answer.cookies ?? []) void reply.header('set-cookie', cookie);
      return reply.headers(PAGE_HEADERS).redirect(answer.to, 303);
    case 'download':
      return sendDownload(reply, answer.response, answer.name);
  }
}

/** What a file may bring along of what the surface said of it. */
const KEPT = ['content-type', 'content-length', 'content-disposition'];

function sendDownload(reply: FastifyReply, response: Response, name: string | undefined): FastifyReply {
  void reply.code(200).headers(PAGE_HEADERS);
  for (const header of KEPT) {
    const value = response.headers.get(header);
    // Shown in a frame of the browser's own it would be under our pages' policy, which lets no viewer in.
    if (value !== null) void reply.header(header, value.replace(/^inline\b/, 'attachment'));
  }
  if (name !== undefined && !response.headers.has('content-disposition'))
    void reply.header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(name)}`);
  return reply.send(response.body === null ? '' : Readable.fromWeb(response.body as never));
}
