import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { rowLeaf, MerkleRoot } from './merkle-root.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** As RFC 6962, 2.1 defines it. */
function plainRoot(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return createHash('sha256').digest();
  if (leaves.length === 1) return leaves[0]!;
  let split = 1;
  while (2 * split < leaves.length) split *= 2;
  return createHash('sha256')
    .update(Uint8Array.of(1))
    .update(plainRoot(leaves.slice(0, split)))
    .update(plainRoot(leaves.slice(split)))
    .digest();
}

describe('the root over leaves (RFC 6962, 2.1)', () => {
  it('of nothing is the hash of nothing', () =>
    expect(new MerkleRoot().root()).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'));

  it('of an empty leaf is the hash of its prefix', () =>
    expect(hex(rowLeaf())).toBe('6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'));

  it('is the one of the definition, for every number of leaves', () => {
    const tree = new MerkleRoot();
    const leaves: Uint8Array[] = [];
    for (let n = 1; n <= 70; n += 1) {
      const leaf = rowLeaf(Buffer.from(String(n)));
      leaves.push(leaf);
      tree.add(leaf);
      expect([tree.leaves, tree.root()]).toEqual([n, hex(plainRoot(leaves))]);
    }
  });
});
