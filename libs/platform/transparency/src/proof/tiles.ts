import { perfectRoot } from '../tree/perfect-root.ts';
import { LEVELS, TILE_WIDTH, type StoredTree, type TilePlace } from '../tree/stored-tree.ts';
import type { Hash } from '../tree/tree-hashes.ts';

const TILE_LEVELS = Math.log2(TILE_WIDTH);

/** A node of a tree as proofs show it: over 2^level leaves. */
export interface NodePlace {
  readonly level: number;
  readonly index: number;
}

/** The largest nodes between two leaves, left to right. */
export function* nodesBetween(from: number, to: number): Generator<NodePlace> {
  for (let at = from; at < to;) {
    let level = 0;
    while (at % 2 ** (level + 1) === 0 && at + 2 ** (level + 1) <= to) level += 1;
    yield { level, index: at / 2 ** level };
    at += 2 ** level;
  }
}

/** In which stored tile a node lies, and over which of its nodes it stands. */
function placeIn({ level, index }: NodePlace): {
  readonly tile: TilePlace;
  readonly first: number;
  readonly width: number;
} {
  const stored = Math.min(Math.floor(level / TILE_LEVELS), LEVELS - 1);
  const width = 2 ** (level - stored * TILE_LEVELS);
  const first = index * width;
  const tile = { level: stored, index: Math.floor(first / TILE_WIDTH) };
  return { tile, first: first % TILE_WIDTH, width };
}

const nameOf = ({ level, index }: TilePlace): string => `${level}/${index}`;

/** The hashes of nodes, from the stored tiles in which they lie: all of these are read together, each once. */
export async function hashesOf(tree: StoredTree, nodes: readonly NodePlace[]): Promise<readonly Hash[]> {
  const places = nodes.map(placeIn);
  const wanted = new Map(places.map(({ tile }) => [nameOf(tile), tile]));
  const read = await tree.tiles([...wanted.values()]);
  const tiles = new Map([...wanted.keys()].map((name, n) => [name, read[n]!]));
  return places.map(({ tile, first, width }) => perfectRoot(tiles.get(nameOf(tile))!, first, width));
}
