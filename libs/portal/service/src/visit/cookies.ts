/** The cookies of a request; the first of two with one name. */
export function cookiesOf(header: string | undefined): ReadonlyMap<string, string> {
  const cookies = new Map<string, string>();
  for (const pair of (header ?? '').split(';')) {
    const mark = pair.indexOf('=');
    if (mark === -1) continue;
    const name = pair.slice(0, mark).trim();
    if (!cookies.has(name)) cookies.set(name, pair.slice(mark + 1).trim());
  }
  return cookies;
}

/** What a cookie may hold without being quoted (RFC 6265, 4.1.1). */
export const isCookieValue = (text: string): boolean =>
  /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]{1,600}$/.test(text);

/**
 * The name of the session's cookie. Over https nobody but this host can set it; on this machine each port has its own, since ports
 * share cookies.
 */
export function sessionCookieName(publicUrl: string): string {
  const url = new URL(publicUrl);
  return url.protocol === 'https:' ? '__Host-smartkey' : `smartkey_${url.port === '' ? '80' : url.port}`;
}

/** Beside it: that of a user, who is let in by a link for one ID. */
export const userCookieName = (publicUrl: string): string => `${sessionCookieName(publicUrl)}_user`;

/** @param seconds that the browser keeps it; until it is closed where that is left out. */
export function setCookie(publicUrl: string, name: string, value: string, seconds?: number): string {
  const secure = publicUrl.startsWith('https:') ? '; Secure' : '';
  const age = seconds === undefined ? '' : `; Max-Age=${seconds}`;
  return `${name}=${value}; Path=/; HttpOnly; SameSite=Lax${secure}${age}`;
}
