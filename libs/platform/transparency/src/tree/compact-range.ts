import { EMPTY_ROOT, nodeHash, type Hash } from './tree-hashes.ts';

interface Subtree {
  /** It has 2^height leaves. */
  readonly height: number;
  readonly hash: Hash;
}

/** The whole subtrees of a growing tree, left to right, each larger than the next: all that its root follows from. */
export class CompactRange {
  readonly #subtrees: Subtree[] = [];

  /** Adds a whole subtree at the right; `height` at most that of the last one. */
  push(hash: Hash, height = 0): void {
    let added: Subtree = { height, hash };
    for (let last = this.#subtrees.at(-1); last?.height === added.height; last = this.#subtrees.at(-1)) {
      this.#subtrees.pop();
      added = { height: added.height + 1, hash: nodeHash(last.hash, added.hash) };
    }
    this.#subtrees.push(added);
  }

  /** The Merkle tree hash (RFC 6962, 2.1). */
  root(): Hash {
    const hashes = this.#subtrees.map(({ hash }) => hash);
    const last = hashes.pop();
    return last === undefined ? EMPTY_ROOT : hashes.reduceRight((right, left) => nodeHash(left, right), last);
  }
}
