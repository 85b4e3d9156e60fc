import type { PortalApi, Schemas } from '../../api/portal-api.ts';
import { Refusal } from '../../api/refusal.ts';
import { PageError } from '../../pages/page-error.ts';
import { cookiesOf, isCookieValue, setCookie, userCookieName } from '../../visit/cookies.ts';
import { csrfToken, isCsrfToken } from '../../visit/csrf.ts';
import type { Visit } from '../../visit/visit.ts';
import type { Visits } from '../../visit/visits.ts';

export type OwnPage = Schemas['OwnPage'];

/** A visit of a user, who was let in by a link. */
export interface UserVisit {
  readonly visit: Visit;
  readonly api: PortalApi;
  /** For the forms of the page. */
  readonly csrf: string;
}

/** The link of a user is over, was used, or never was: all one. */
export const linkOver = (cause?: unknown): PageError => new PageError(410, 'user-link-over', cause);

/** @throws PageError 410 where no link let this browser in, 403 for a form that is not of this session. */
export function userVisit(visits: Visits, visit: Visit): UserVisit {
  const session = cookiesOf(visit.request.headers.cookie).get(userCookieName(visits.publicUrl));
  if (session === undefined || !isCookieValue(session)) throw linkOver();
  if (visit.request.method === 'POST' && !isCsrfToken(session, visit.form.get('_csrf')))
    throw new PageError(403, 'stale-form');
  return { visit, api: visits.as(visit, session), csrf: csrfToken(session) };
}

/** A session that is over leads to where another link is asked for, and to no sign-in of people. */
export async function asUser<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Refusal && error.status === 401) throw linkOver();
    throw error;
  }
}

export const ownPageOf = ({ api }: UserVisit): Promise<OwnPage> => asUser(api.GET('/v1/self'));

/** The browser keeps it until it is closed; the session itself lasts shorter. */
export const userCookie = (visits: Visits, token: string): string =>
  setCookie(visits.publicUrl, userCookieName(visits.publicUrl), token);

/** The user is let out. */
export const noUserCookie = (visits: Visits): string =>
  setCookie(visits.publicUrl, userCookieName(visits.publicUrl), 'over', 0);
