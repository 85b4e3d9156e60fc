import { describe, expect, it } from '@jest/globals';
import { publicUrlSetting } from '@smartkey/configuration';
import { oidcProviders } from './oidc.settings.ts';

const one = {
  id: 'corp',
  name: '社内ID',
  issuer: 'https://id.example',
  clientId: 'c',
  clientSecret: 'very-secret',
};
const read = (...entries: object[]) => oidcProviders({ SMARTKEY_OIDC_PROVIDERS: JSON.stringify(entries) });

describe('SMARTKEY_OIDC_PROVIDERS', () => {
  it('are none by default, and as they are set', () => {
    expect(oidcProviders({})).toEqual([]);
    expect(read(one)).toEqual([one]);
    expect(read({ ...one, issuer: 'http://localhost:9000' })).toHaveLength(1);
  });
  it.each<[string, object[]]>([
    ['an issuer in the clear', [{ ...one, issuer: 'http://id.example' }]],
    ['an issuer with a query', [{ ...one, issuer: 'https://id.example?x=1' }]],
    ['no client secret', [{ ...one, clientSecret: '' }]],
    ['an id that is none', [{ ...one, id: 'Corp ID' }]],
    ['something unknown', [{ ...one, scope: 'email' }]],
    ['one id twice', [one, { ...one, issuer: 'https://id2.example' }]],
    ['one issuer twice', [one, { ...one, id: 'again' }]],
    [
      'eleven',
      Array.from({ length: 11 }, (_, n) => ({ ...one, id: `p${n}`, issuer: `https://id${n}.example` })),
    ],
  ])('%s ends the start by name, without a secret', (_what, entries) => {
    expect(() => read(...entries)).toThrow(/^SMARTKEY_OIDC_PROVIDERS (?!.*very-secret)/);
  });
});

describe('SMARTKEY_PUBLIC_URL', () => {
  it.each([
    ['https://smartkey.example.jp', 'https://smartkey.example.jp'],
    ['https://smartkey.example.jp/', 'https://smartkey.example.jp'],
    ['http://localhost:3000', 'http://localhost:3000'],
  ])('%s', (text, origin) => expect(publicUrlSetting({ SMARTKEY_PUBLIC_URL: text })).toBe(origin));
  it.each([
    'http://smartkey.example.jp',
    'https://a.example/path',
    'http://127.0.0.1:3000',
    'smartkey',
    'https://u:p@a.example',
  ])('%s is refused', (text) =>
    expect(() => publicUrlSetting({ SMARTKEY_PUBLIC_URL: text })).toThrow(/^SMARTKEY_PUBLIC_URL /),
  );
});
