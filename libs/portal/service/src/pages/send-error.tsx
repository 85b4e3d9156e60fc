import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { Refusal } from '../api/refusal.ts';
import { cookiesOf } from '../visit/cookies.ts';
import { LANGUAGE_COOKIE, languageOf } from '../visit/language.ts';
import { nextOf } from '../visit/next.ts';
import type { Visit } from '../visit/visit.ts';
import { errorPage } from './error-page.tsx';
import { PAGE_HEADERS } from './headers.ts';
import { IntroductionNeeded, OpeningNeeded, PageError, SignInNeeded, StepUpNeeded } from './page-error.ts';
import { sendPage } from './send.tsx';
import { nobodysIn } from './surroundings.ts';

const KNOWN = new Set([400, 403, 404, 409, 410, 413, 422, 429, 503]);

/** What an error is to whoever reads the page. */
function statusOf(error: unknown): { status: number; code: string; retryAfter?: number | undefined } {
  if (error instanceof PageError) return { status: error.status, code: error.code };
  if (error instanceof Refusal)
    return {
      status: KNOWN.has(error.status) ? error.status : 503,
      code: error.code,
      retryAfter: error.retryAfter,
    };
  const { statusCode } = error as { readonly statusCode?: unknown };
  if (statusCode === 413) return { status: 413, code: 'too-large' };
  if (statusCode === 404) return { status: 404, code: 'not-found' };
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500)
    return { status: 400, code: 'unreadable' };
  return { status: 503, code: 'failed' };
}

/** The contract whose opening wants a reason first: by the guard, or by the surface where a page asks more than its address says. */
function contractToOpen(error: unknown, request: FastifyRequest): string | undefined {
  if (error instanceof OpeningNeeded) return error.contract;
  if (!(error instanceof Refusal) || error.code !== 'opening-reason-needed') return undefined;
  return ((request.params ?? {}) as { readonly contract?: string }).contract;
}

export function sendError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  visit: Visit | undefined,
  log: Logger,
): void {
  if (error instanceof IntroductionNeeded) {
    void reply.headers(PAGE_HEADERS).redirect('/portal/welcome', 303);
    return;
  }
  if (error instanceof StepUpNeeded || (error instanceof Refusal && error.code === 'step-up-required')) {
    // Forms lie at the address that takes them: after the proof the form is shown again.
    void reply
      .headers(PAGE_HEADERS)
      .redirect(`/portal/step-up?next=${encodeURIComponent(nextOf(request.url))}`, 303);
    return;
  }
  const unopened = contractToOpen(error, request);
  if (unopened !== undefined) {
    const next = encodeURIComponent(nextOf(request.url));
    void reply
      .headers(PAGE_HEADERS)
      .redirect(`/portal/contracts/${encodeURIComponent(unopened)}/opening?next=${next}`, 303);
    return;
  }
  const gone = error instanceof SignInNeeded || (error instanceof Refusal && error.status === 401);
  if (gone) {
    const next = request.method === 'GET' ? `?next=${encodeURIComponent(request.url)}` : '';
    void reply.headers(PAGE_HEADERS).redirect(`/portal/sign-in${next}`, 303);
    return;
  }
  const { status, code, retryAfter } = statusOf(error);
  if (status === 503 && !(error instanceof Refusal))
    log.error({ err: error, id: request.id, path: request.url.split('?', 1)[0] }, 'a page failed');
  const { headers } = request;
  const around =
    visit ??
    nobodysIn(languageOf(cookiesOf(headers.cookie).get(LANGUAGE_COOKIE), headers['accept-language']));
  if (retryAfter !== undefined) void reply.header('retry-after', String(retryAfter));
  sendPage(reply, errorPage(status, code, around.t, { id: request.id, retryAfter }), around);
}
