import { describe, expect, it } from '@jest/globals';
import { hkdfSync } from 'node:crypto';
import { derivedKey } from './derived-key.ts';

const from = new Uint8Array(32).fill(7);

describe('RFC 5869: keys that follow from another', () => {
  it('are those of HKDF-SHA256 without a salt', () => {
    expect(derivedKey(from, 'for this')).toEqual(
      new Uint8Array(hkdfSync('sha256', from, new Uint8Array(), 'for this', 32)),
    );
  });

  it('are derived once, each for its own purpose and from its own key', () => {
    expect(derivedKey(from, 'a')).toBe(derivedKey(from, 'a'));
    expect(derivedKey(from, 'b')).not.toEqual(derivedKey(from, 'a'));
    expect(derivedKey(new Uint8Array(32).fill(8), 'a')).not.toEqual(derivedKey(from, 'a'));
  });

  it('are forgotten where there are too many, and are the same when derived again', () => {
    const first = derivedKey(from, 'first');
    for (let n = 0; n < 10_000; n += 1) derivedKey(from, `purpose ${n}`);
    expect(derivedKey(from, 'first')).not.toBe(first);
    expect(derivedKey(from, 'first')).toEqual(first);
  });
});
