import { describe, expect, it } from '@jest/globals';
import { publicUrlSetting } from './public-url.ts';

const of = (SMARTKEY_PUBLIC_URL: string) => publicUrlSetting({ SMARTKEY_PUBLIC_URL });

describe('the public URL', () => {
  it('is an origin, over https or on this machine', () => {
    expect(publicUrlSetting({})).toBeUndefined();
    expect(of('https://smartkey.example.jp')).toBe('https://smartkey.example.jp');
    expect(of('https://smartkey.example.jp:8443/')).toBe('https://smartkey.example.jp:8443');
    expect(of('http://localhost:3000')).toBe('http://localhost:3000');
  });

  it.each([
    'http://smartkey.example.jp',
    'http://127.0.0.1:3000',
    'https://smartkey.example.jp/portal',
    'https://someone@smartkey.example.jp',
    'https://smartkey.example.jp/?a=b',
    'ftp://localhost',
    'localhost:3000',
  ])('is refused as %s, by name', (url) => expect(() => of(url)).toThrow(/^SMARTKEY_PUBLIC_URL /));
});
