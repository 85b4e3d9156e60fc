import { describe, expect, it } from '@jest/globals';
import { CompactRange } from './compact-range.ts';
import { EMPTY_ROOT, leafHash, nodeHash, type Hash } from './tree-hashes.ts';

/** The definition itself (RFC 6962, 2.1). */
function rootOf(leaves: readonly Hash[]): Hash {
  if (leaves.length === 0) return EMPTY_ROOT;
  if (leaves.length === 1) return leaves[0]!;
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return nodeHash(rootOf(leaves.slice(0, split)), rootOf(leaves.slice(split)));
}

const leaves = Array.from({ length: 300 }, (_, n) => leafHash(String(n)));

describe('the root of a tree that grows', () => {
  it('is what the definition says at every size, and again', () => {
    const range = new CompactRange();
    expect(range.root()).toEqual(rootOf([]));
    leaves.forEach((leaf, n) => {
      range.push(leaf);
      expect(range.root()).toEqual(rootOf(leaves.slice(0, n + 1)));
      expect(range.root()).toEqual(range.root());
    });
  });

  it('is the same from whole subtrees', () => {
    const range = new CompactRange();
    range.push(rootOf(leaves.slice(0, 256)), 8);
    for (const leaf of leaves.slice(256)) range.push(leaf);
    expect(range.root()).toEqual(rootOf(leaves));
  });
});
