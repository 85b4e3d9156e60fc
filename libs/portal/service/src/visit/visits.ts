import type { FastifyRequest } from 'fastify';
import { orNothing, portalApi, type PortalApi } from '../api/portal-api.ts';
import { PostedForm } from '../forms/posted-form.ts';
import { pressOf } from '../forms/posted-key.ts';
import type { PortalParts } from '../portal-parts.ts';
import { cookiesOf, isCookieValue, sessionCookieName } from './cookies.ts';
import { csrfToken } from './csrf.ts';
import { identify } from './identify.ts';
import { LANGUAGE_COOKIE, languageOf, told } from './language.ts';
import type { Visit } from './visit.ts';
import { dayInJapan } from './day-in-japan.ts';

/** Said by the gateway of whom it hands on. */
const VISITOR_ADDRESS = 'smartkey-visitor-address';
/** What was written of late, for the next pages to show. */
export const SEEN_COOKIE = 'smartkey-seen';

/** Opens a visit: who it is, in what language, at what time. */
export class Visits {
  constructor(private readonly parts: PortalParts) {}

  get publicUrl(): string {
    return this.parts.publicUrl();
  }

  /** @throws Refusal where the surface does not answer. */
  async open(request: FastifyRequest): Promise<Visit> {
    const publicUrl = this.parts.publicUrl();
    const cookies = cookiesOf(request.headers.cookie);
    const language = languageOf(cookies.get(LANGUAGE_COOKIE), request.headers['accept-language']);
    const given = cookies.get(sessionCookieName(publicUrl));
    const session = given !== undefined && isCookieValue(given) ? given : undefined;
    const seen = cookies.get(SEEN_COOKIE);
    const written: string[] = [];
    const form = request.body instanceof PostedForm ? request.body : PostedForm.EMPTY;
    const api = portalApi({
      url: this.parts.gatewayUrl(),
      session,
      headers: this.headersOf(request),
      seen: seen !== undefined && /^[\w-]+(,[\w-]+){0,7}$/.test(seen) ? seen : undefined,
      press: pressOf(form),
      onWrite: (token) => written.push(token),
    });
    const holder = session === undefined ? undefined : await identify(api);
    const me = holder === 'newcomer' ? undefined : holder;
    const now = me === undefined ? new Date().toISOString() : await this.now(api);
    const mark = request.url.indexOf('?');
    return {
      request,
      path: mark === -1 ? request.url : request.url.slice(0, mark),
      query: new URLSearchParams(mark === -1 ? '' : request.url.slice(mark + 1)),
      language,
      t: told(language),
      api,
      me,
      newcomer: holder === 'newcomer',
      session,
      csrf: session === undefined ? undefined : csrfToken(session),
      now,
      today: dayInJapan(now),
      sandbox: this.parts.sandbox,
      form,
      written,
    };
  }

  /** Speaks for a user, who holds a link for one ID and is no person. */
  as(visit: Visit, session: string | undefined): PortalApi {
    return portalApi({
      url: this.parts.gatewayUrl(),
      session,
      headers: this.headersOf(visit.request),
      press: pressOf(visit.form),
    });
  }

  /** Business time: on the sandbox clock it is the surface's to tell. */
  private async now(api: Visit['api']): Promise<string> {
    if (!this.parts.sandbox) return new Date().toISOString();
    // Whoever may read nothing has no page with a day on it.
    return (await orNothing(api.GET('/v1/status')))?.asOf ?? new Date().toISOString();
  }

  private headersOf(request: FastifyRequest): Record<string, string> {
    const address = request.headers[VISITOR_ADDRESS];
    return {
      'x-request-id': request.id,
      // By what people are signed in, they see in the list of their sessions.
      'user-agent': request.headers['user-agent'] ?? '',
      ...(this.parts.token !== undefined &&
        typeof address === 'string' && {
          [VISITOR_ADDRESS]: address,
          'smartkey-visitor-token': this.parts.token,
        }),
    };
  }
}
