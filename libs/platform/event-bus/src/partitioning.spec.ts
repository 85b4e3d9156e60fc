import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { partitionOf } from './partitioning.ts';

/** FNV-1a (32 bits) as its authors define it, over the bytes. */
const fnv1a = (bytes: Uint8Array): bigint =>
  bytes.reduce((hash, byte) => ((hash ^ BigInt(byte)) * 16_777_619n) % 2n ** 32n, 2_166_136_261n);

describe('the partition of a stream', () => {
  it('is FNV-1a over UTF-8, whatever the name is written in', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 500 }), (stream, of) => {
        expect(partitionOf(stream, of)).toBe(Number(fnv1a(Buffer.from(stream, 'utf8')) % BigInt(of)));
      }),
    );
  });

  it('never changes: what is on a topic must be found again', () => {
    expect(partitionOf('a', 1_000_003)).toBe(0xe40c292c % 1_000_003);
    expect(partitionOf('foobar', 1_000_003)).toBe(0xbf9cf968 % 1_000_003);
  });
});
