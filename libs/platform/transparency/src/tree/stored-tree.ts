import { prepared, type Sql } from '@smartkey/database';
import { CompactRange } from './compact-range.ts';
import { HASH_BYTES, type Hash } from './tree-hashes.ts';

/** Every node over this many of the level below is stored: so a root is read from at most 255 nodes of each level. */
const TILE_HEIGHT = 8;
export const TILE_WIDTH = 2 ** TILE_HEIGHT;

/** Levels of stored nodes: 0 are the leaves, 1 the nodes over 256 of them, and so on. */
export const LEVELS = 6;

/** How many leaves lie under a stored node. */
export const leavesUnder = (level: number): number => TILE_WIDTH ** level;

/** Where 256 stored nodes of a level lie; fewer at the end of it. */
export interface TilePlace {
  readonly level: number;
  /** Of the tile among those of its level. */
  readonly index: number;
}

/** Tiles that one statement reads: 8 KiB each. */
const TILES_AT_ONCE = 128;

/** Each tile as one value: a row for each node costs ten times what it carries. */
const TILES = prepared(
  'log_tree_tiles',
  `SELECT CASE WHEN tile.level = 0 THEN (
     SELECT string_agg(hash, ''::bytea) FROM (
       SELECT hash FROM log_leaves WHERE index >= tile.first AND index < tile.last ORDER BY index) AS leaf)
   ELSE (
     SELECT string_agg(hash, ''::bytea) FROM (
       SELECT hash FROM log_tree_nodes
       WHERE level = tile.level AND index >= tile.first AND index < tile.last ORDER BY index) AS node)
   END AS hashes
   FROM unnest($1::smallint[], $2::bigint[], $3::bigint[]) WITH ORDINALITY AS tile (level, first, last, at)
   ORDER BY at`,
);

/** @returns whether a proof was asked for between sizes that the tree has had. */
const inOrder = (from: number, to: number, size: number): boolean => 0 < from && from <= to && to <= size;

/** The tree over a log, read from its stored nodes (RFC 6962). */
export class StoredTree {
  constructor(
    private readonly sql: Sql,
    /** Leaves stored. */
    readonly size: number,
  ) {}

  /** The root over the first `size` leaves. */
  root(size: number = this.size): Promise<Hash> {
    return this.#rangeHash(0, size);
  }

  /**
   * That the tree of `to` leaves begins with that of `from` (RFC 6962, 2.1.2).
   * @returns undefined where the tree has not been that large, or the sizes are the wrong way round.
   */
  async consistency(from: number, to: number): Promise<readonly Hash[] | undefined> {
    if (!inOrder(from, to, this.size)) return undefined;
    return this.#subproof(from, 0, to, true);
  }

  async #subproof(size: number, from: number, to: number, known: boolean): Promise<readonly Hash[]> {
    const width = to - from;
    if (size === width) return known ? [] : [await this.#rangeHash(from, to)];
    const split = largestPowerBelow(width);
    if (size <= split)
      return [
        ...(await this.#subproof(size, from, from + split, known)),
        await this.#rangeHash(from + split, to),
      ];
    return [
      ...(await this.#subproof(size - split, from + split, to, false)),
      await this.#rangeHash(from, from + split),
    ];
  }

  /** Over the leaves `from` to before `to`; `from` is where a subtree of such a width may begin. */
  async #rangeHash(from: number, to: number): Promise<Hash> {
    const range = new CompactRange();
    let at = from;
    for (let level = LEVELS - 1; level >= 0; level -= 1) {
      const under = leavesUnder(level);
      if (at % under !== 0) continue;
      const nodes = await this.nodes(level, at / under, Math.floor(to / under));
      for (const hash of nodes) range.push(hash, level * TILE_HEIGHT);
      at += nodes.length * under;
    }
    return range.root();
  }

  /** Stored nodes of a level, from one index to before another. @throws TypeError where one is missing. */
  async nodes(level: number, from: number, to: number): Promise<readonly Hash[]> {
    if (to <= from) return [];
    const rows = await this.sql.query<{ hash: Hash }>(
      level === 0
        ? 'SELECT hash FROM log_leaves WHERE index >= $1 AND index < $2 ORDER BY index'
        : 'SELECT hash FROM log_tree_nodes WHERE level = $3 AND index >= $1 AND index < $2 ORDER BY index',
      level === 0 ? [from, to] : [from, to, level],
    );
    if (rows.length !== to - from) throw new MissingNodesError(level, from, to, rows.length);
    return rows.map(({ hash }) => hash);
  }

  /** The nodes of tiles, joined, in the order asked for; many with one statement. @throws MissingNodesError */
  async tiles(places: readonly TilePlace[]): Promise<readonly Uint8Array[]> {
    const tiles: Uint8Array[] = [];
    for (let from = 0; from < places.length; from += TILES_AT_ONCE)
      tiles.push(...(await this.#tilesAt(places.slice(from, from + TILES_AT_ONCE))));
    return tiles;
  }

  async #tilesAt(places: readonly TilePlace[]): Promise<readonly Uint8Array[]> {
    const ranges = places.map(({ level, index }) => {
      const from = index * TILE_WIDTH;
      const to = Math.min(from + TILE_WIDTH, Math.floor(this.size / leavesUnder(level)));
      return { level, from, to };
    });
    const rows = await this.sql.query<{ hashes: Uint8Array | null }>(TILES, [
      ranges.map(({ level }) => level),
      ranges.map(({ from }) => from),
      ranges.map(({ to }) => to),
    ]);
    return ranges.map(({ level, from, to }, n) => {
      const hashes = rows[n]!.hashes ?? new Uint8Array();
      if (hashes.length !== (to - from) * HASH_BYTES)
        throw new MissingNodesError(level, from, to, Math.floor(hashes.length / HASH_BYTES));
      return hashes;
    });
  }
}

/** Somebody has taken nodes of the tree away. */
export class MissingNodesError extends Error {
  override readonly name = 'MissingNodesError';
  constructor(level: number, from: number, to: number, found: number) {
    super(`of the tree's nodes ${from} to ${to - 1} at level ${level} only ${found} are there`);
  }
}

function largestPowerBelow(width: number): number {
  let power = 1;
  while (power * 2 < width) power *= 2;
  return power;
}
