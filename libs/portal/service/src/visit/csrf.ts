import { createHash } from 'node:crypto';
import { secretCheck } from '@smartkey/http';

/** What a session's forms carry: it derives from the session, which nobody else knows, and says nothing of it. */
export const csrfToken = (session: string): string =>
  createHash('sha256').update('smartkey portal form\0').update(session).digest('base64url');

export const isCsrfToken = (session: string, presented: unknown): boolean =>
  secretCheck(csrfToken(session))(presented);

/** Whether a browser sends a write from one of our own pages; where it does not say from what site, by its origin. */
export function isFromOurPages(
  headers: { readonly 'sec-fetch-site'?: unknown; readonly origin?: unknown },
  publicUrl: string,
): boolean {
  const site = headers['sec-fetch-site'];
  return site === undefined ? headers.origin === publicUrl : site === 'same-origin';
}
