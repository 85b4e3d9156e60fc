import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BASE32, CROCKFORD } from './base32.ts';

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
    expect(BASE32.encode(bytes(text))).toBe(encoded);
    expect(BASE32.decode(encoded)).toEqual(bytes(text));
  });

  it('gives any bytes back, and 20 of them are 32 characters', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (secret) => {
        expect(BASE32.decode(BASE32.encode(secret))).toEqual(secret);
      }),
    );
    expect(BASE32.encode(new Uint8Array(20).fill(255))).toMatch(/^[A-Z2-7]{32}$/);
  });

  it.each(['MZXW6YTBO1', 'mzxw6ytb', 'MY======', 'MZ XW', 'MB', 'M'])(
    'refuses %j, which it never makes',
    (text) => expect(BASE32.decode(text)).toBeUndefined(),
  );
});

describe("Crockford's base 32", () => {
  it('gives any bytes back, and sorts as they do', () => {
    const id = fc.uint8Array({ minLength: 16, maxLength: 16 });
    fc.assert(
      fc.property(id, id, (a, b) => {
        expect(CROCKFORD.decode(CROCKFORD.encode(a))).toEqual(a);
        const order = Math.sign(Buffer.compare(a, b));
        expect([
          CROCKFORD.encode(a) < CROCKFORD.encode(b),
          CROCKFORD.encode(a) > CROCKFORD.encode(b),
        ]).toEqual([order < 0, order > 0]);
      }),
    );
  });
});
