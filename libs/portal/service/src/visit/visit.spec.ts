import { describe, expect, it } from '@jest/globals';
import { cookiesOf, isCookieValue, sessionCookieName, setCookie } from './cookies.ts';
import { csrfToken, isCsrfToken, isFromOurPages } from './csrf.ts';
import { languageOf } from './language.ts';
import { nextOf } from './next.ts';

describe('the session’s cookie', () => {
  it('over https is this host’s alone; on this machine each port has its own', () => {
    expect(sessionCookieName('https://smartkey.example.jp')).toBe('__Host-smartkey');
    expect(sessionCookieName('http://localhost:3000')).toBe('smartkey_3000');
    expect(setCookie('https://smartkey.example.jp', '__Host-smartkey', 'ses_x')).toBe(
      '__Host-smartkey=ses_x; Path=/; HttpOnly; SameSite=Lax; Secure',
    );
    expect(setCookie('http://localhost:3000', 'smartkey_3000', '', 0)).toBe(
      'smartkey_3000=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0',
    );
  });

  it('is read as it was set first, and nothing else is taken for one', () => {
    const cookies = cookiesOf('a=1; smartkey_3000=ses_x; smartkey_3000=ses_y; ; b');
    expect(cookies.get('smartkey_3000')).toBe('ses_x');
    expect(cookies.get('b')).toBeUndefined();
    for (const bad of ['', 'two words', 'a;b', 'a,b', '"a"', 'ö', 'x'.repeat(601)])
      expect(isCookieValue(bad)).toBe(false);
  });
});

describe('a write', () => {
  const publicUrl = 'https://smartkey.example.jp';
  it.each([
    [{ 'sec-fetch-site': 'same-origin' }, true],
    [{ 'sec-fetch-site': 'same-origin', origin: 'https://evil.example' }, true],
    [{ 'sec-fetch-site': 'same-site', origin: publicUrl }, false],
    [{ 'sec-fetch-site': 'cross-site', origin: publicUrl }, false],
    [{ 'sec-fetch-site': 'none', origin: publicUrl }, false],
    [{ origin: publicUrl }, true],
    [{ origin: 'https://evil.example' }, false],
    [{ origin: 'null' }, false],
    [{}, false],
  ])('with %j comes from our pages: %s', (headers, expected) =>
    expect(isFromOurPages(headers, publicUrl)).toBe(expected),
  );

  it('carries the token of its own session', () => {
    expect(isCsrfToken('ses_a', csrfToken('ses_a'))).toBe(true);
    expect(isCsrfToken('ses_a', csrfToken('ses_b'))).toBe(false);
    expect(isCsrfToken('ses_a', undefined)).toBe(false);
    expect(csrfToken('ses_a')).not.toContain('ses_a');
  });
});

describe('where the sign-in leads to', () => {
  it.each([
    ['/portal/contracts?status=applied', '/portal/contracts?status=applied'],
    ['/portal', '/portal'],
    ['//evil.example', '/portal'],
    ['/portal//evil.example', '/portal'],
    ['/portalevil', '/portal'],
    ['https://evil.example/portal', '/portal'],
    ['/portal/\\evil.example', '/portal'],
    ['/portal/x\r\nSet-Cookie: a=b', '/portal'],
    [undefined, '/portal'],
  ])('%s is %s', (asked, expected) => expect(nextOf(asked)).toBe(expected));
});

describe('the language', () => {
  it('is what was chosen, else what the browser asks for first, else Japanese', () => {
    expect(languageOf('en', 'ja')).toBe('en');
    expect(languageOf('xx', 'en-US,en;q=0.9,ja;q=0.8')).toBe('en');
    expect(languageOf(undefined, 'fr,ja')).toBe('ja');
    expect(languageOf(undefined, undefined)).toBe('ja');
  });
});
