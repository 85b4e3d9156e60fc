import { describe, expect, it } from '@jest/globals';
import { externalIdDigest } from './external-id-digest.ts';

const key = Buffer.alloc(32, 7);

describe('digest of an external id', () => {
  it('is stable: accounts are found by it for years', () => {
    expect(externalIdDigest(key, 'ctr_1', 'taro@example.jp')).toBe(
      '55FMQs9LQIczp-XotGc6wnX3AAMzEKfKF-1YLR-AIrU',
    );
  });

  it('is the same after Unicode NFC, and otherwise compares exactly', () => {
    const composed = 'が'.normalize('NFC');
    const decomposed = composed.normalize('NFD');
    expect(decomposed).not.toBe(composed);
    expect(externalIdDigest(key, 'ctr_1', decomposed)).toBe(externalIdDigest(key, 'ctr_1', composed));
    const alike = ['Taro', 'taro', 'taro ', ' taro', 'ｔａｒｏ', 'tаro'];
    expect(new Set(alike.map((id) => externalIdDigest(key, 'ctr_1', id))).size).toBe(alike.length);
  });

  it('is unrelated between contracts and between lookup keys', () => {
    const digests = [
      externalIdDigest(key, 'ctr_1', 'taro'),
      externalIdDigest(key, 'ctr_2', 'taro'),
      externalIdDigest(Buffer.alloc(32, 8), 'ctr_1', 'taro'),
      // The border between contract and id is no mere concatenation.
      externalIdDigest(key, 'ctr_1t', 'aro'),
    ];
    expect(new Set(digests).size).toBe(digests.length);
    for (const digest of digests) expect(digest).toMatch(/^[\w-]{43}$/);
  });
});
