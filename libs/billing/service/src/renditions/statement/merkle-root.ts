import { createHash } from 'node:crypto';

/** Goes before what a leaf holds, and before two nodes, so that none is taken for the other (RFC 6962, 2.1). */
const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

const sha256 = (...parts: readonly Uint8Array[]): Uint8Array => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** The hash of a leaf (RFC 6962, 2.1). */
export const rowLeaf = (...parts: readonly Uint8Array[]): Uint8Array => sha256(LEAF, ...parts);

/** The root over leaves that come one after another (RFC 6962, 2.1): no more of the tree is held than a branch. */
export class MerkleRoot {
  /** Roots of full trees of falling sizes. */
  readonly #full: { readonly leaves: number; readonly hash: Uint8Array }[] = [];
  #leaves = 0;

  /** @param hash of the next leaf. */
  add(hash: Uint8Array): void {
    let node = { leaves: 1, hash };
    while (this.#full.at(-1)?.leaves === node.leaves) {
      const left = this.#full.pop()!;
      node = { leaves: 2 * node.leaves, hash: sha256(NODE, left.hash, node.hash) };
    }
    this.#full.push(node);
    this.#leaves += 1;
  }

  get leaves(): number {
    return this.#leaves;
  }

  /** Hex; over no leaves, the hash of nothing. */
  root(): string {
    const [last, ...others] = [...this.#full].reverse();
    const root = others.reduce((right, { hash }) => sha256(NODE, hash, right), last?.hash ?? sha256());
    return Buffer.from(root).toString('hex');
  }
}
