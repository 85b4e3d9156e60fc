import { leavesUnder, LEVELS, TILE_WIDTH, type StoredTree } from '../tree/stored-tree.ts';
import { CompactRange } from '../tree/compact-range.ts';
import type { Hash } from '../tree/tree-hashes.ts';

const TILE_LEVELS = Math.log2(TILE_WIDTH);

/** Nodes of a tree as proofs show them, read a stored tile at a time: from left to right, each tile once. */
export class Tiles {
  readonly #tiles = new Map<number, { readonly index: number; readonly nodes: readonly Hash[] }>();

  constructor(private readonly tree: StoredTree) {}

  /** The largest nodes between two leaves, left to right. */
  async *between(
    from: number,
    to: number,
  ): AsyncGenerator<{ readonly level: number; readonly index: number; readonly hash: Hash }> {
    for (let at = from; at < to;) {
      let level = 0;
      while (at % 2 ** (level + 1) === 0 && at + 2 ** (level + 1) <= to) level += 1;
      const index = at / 2 ** level;
      yield { level, index, hash: await this.#node(level, index) };
      at += 2 ** level;
    }
  }

  async #node(level: number, index: number): Promise<Hash> {
    const stored = Math.min(Math.floor(level / TILE_LEVELS), LEVELS - 1);
    const width = 2 ** (level - stored * TILE_LEVELS);
    const first = index * width;
    const nodes = await this.#tile(stored, Math.floor(first / TILE_WIDTH));
    const range = new CompactRange();
    const offset = first % TILE_WIDTH;
    for (const hash of nodes.slice(offset, offset + width)) range.push(hash);
    return range.root();
  }

  async #tile(level: number, index: number): Promise<readonly Hash[]> {
    const known = this.#tiles.get(level);
    if (known?.index === index) return known.nodes;
    const there = Math.floor(this.tree.size / leavesUnder(level));
    const end = Math.min((index + 1) * TILE_WIDTH, there);
    const nodes = await this.tree.nodes(level, index * TILE_WIDTH, end);
    this.#tiles.set(level, { index, nodes });
    return nodes;
  }
}
