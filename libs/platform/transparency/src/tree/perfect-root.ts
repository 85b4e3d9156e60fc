import { HASH_BYTES, nodeHash, type Hash } from './tree-hashes.ts';

/**
 * What stands over a whole subtree: a power of two of nodes that lie one behind the other, 32 bytes each.
 * @param from the first of them.
 * @param width how many.
 */
export function perfectRoot(nodes: Uint8Array, from: number, width: number): Hash {
  const at = (n: number): Hash => nodes.subarray((from + n) * HASH_BYTES, (from + n + 1) * HASH_BYTES);
  if (width === 1) return at(0);
  let level = Array.from({ length: width / 2 }, (_, n) => nodeHash(at(2 * n), at(2 * n + 1)));
  while (level.length > 1) {
    const below = level;
    level = Array.from({ length: below.length / 2 }, (_, n) => nodeHash(below[2 * n]!, below[2 * n + 1]!));
  }
  return level[0]!;
}
