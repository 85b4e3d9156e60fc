import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fromBase32, toBase32 } from './base32.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('RFC 4648, section 6: base 32', () => {
  it.each([
    ['', ''],
    ['f', 'MY'],
    ['fo', 'MZXQ'],
    ['foo', 'MZXW6'],
    ['foob', 'MZXW6YQ'],
    ['fooba', 'MZXW6YTB'],
    ['foobar', 'MZXW6YTBOI'],
  ])('section 10: %j is %s, here without padding', (text, encoded) => {
    expect(toBase32(bytes(text))).toBe(encoded);
    expect(fromBase32(encoded)).toEqual(bytes(text));
  });

  it('gives any bytes back, and 20 of them are 32 characters', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (secret) => {
        expect(fromBase32(toBase32(secret))).toEqual(secret);
      }),
    );
    expect(toBase32(new Uint8Array(20).fill(255))).toMatch(/^[A-Z2-7]{32}$/);
  });

  it.each(['MZXW6YTBO1', 'mzxw6ytb', 'MY======', 'MZ XW', 'MB', 'M'])(
    'refuses %j, which it never makes',
    (text) => expect(fromBase32(text)).toBeUndefined(),
  );
});
