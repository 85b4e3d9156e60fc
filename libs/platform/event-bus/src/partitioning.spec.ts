import { describe, expect, it } from '@jest/globals';
import { partitionOf } from './partitioning.ts';

describe('the partition of a stream', () => {
  it('is FNV-1a over UTF-8, as its published test vectors have it', () => {
    // FNV-1a, 32 bit: "" 811c9dc5, "a" e40c292c, "foobar" bf9cf968.
    expect(partitionOf('', 2 ** 32)).toBe(0x811c9dc5);
    expect(partitionOf('a', 2 ** 32)).toBe(0xe40c292c);
    expect(partitionOf('foobar', 2 ** 32)).toBe(0xbf9cf968);
  });

  it('counts bytes and not characters, wherever the first beyond ASCII stands', () => {
    const byHand = (text: string): number => {
      let hash = 0x811c9dc5;
      for (const byte of Buffer.from(text, 'utf8')) hash = Math.imul(hash ^ byte, 0x01000193);
      return hash >>> 0;
    };
    for (const text of ['契約', 'account-é', 'a😀b', '\u007f', '\u0080'])
      expect(partitionOf(text, 2 ** 32)).toBe(byHand(text));
  });

  it('is the only one where there is one', () => {
    expect(partitionOf('account-rid_1', 1)).toBe(0);
  });
});
