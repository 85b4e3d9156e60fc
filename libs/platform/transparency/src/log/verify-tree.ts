import { prepared, type Database } from '@smartkey/database';
import type { RecordedEvent } from '@smartkey/kernel';
import { CompactRange } from '../tree/compact-range.ts';
import { leafOf } from '../tree/leaf.ts';
import { leavesUnder, LEVELS } from '../tree/stored-tree.ts';
import { HASH_BYTES, type Hash } from '../tree/tree-hashes.ts';
import type { LogOrigins } from './log-origins.ts';

/** A place at which the tree and the log are not of one mind. */
export interface TreeBreak {
  readonly kind: 'leaf-missing' | 'leaf-different' | 'event-missing' | 'node-different' | 'node-missing';
  readonly detail: string;
}

/** A leaf as one of many in a row: its index and its position, 8 bytes each, and its hash; zeros for one of another length. */
const LEAF_BYTES = 16 + HASH_BYTES;
const LEAVES = prepared(
  'log_leaves_of_page',
  `SELECT string_agg(
     int8send(index) || int8send(position) ||
       CASE WHEN length(hash) = ${HASH_BYTES} THEN hash ELSE decode(repeat('00', ${HASH_BYTES}), 'hex') END, ''::bytea) AS leaves
   FROM log_leaves WHERE index >= $1 AND index < $2`,
);

interface StoredLeaf {
  readonly position: bigint;
  readonly hash: Hash;
}

interface MadeNode {
  readonly level: number;
  readonly index: number;
  readonly hash: Hash;
}

const same = (a: Hash, b: Hash): boolean => Buffer.from(a).equals(b);

/** The first few say what was done; all could be the whole log. */
export const MOST_BREAKS = 20;

/** Holds a log, read from its start, against the leaves and nodes that were stored as it grew. */
export class TreeVerification {
  readonly #breaks: TreeBreak[] = [];
  #broken = 0;
  readonly #ranges = Array.from({ length: LEVELS }, () => new CompactRange());
  #seen = 0;

  constructor(
    private readonly database: Database,
    private readonly origins: LogOrigins,
    /** Leaves that the tree has. */
    private readonly size: number,
  ) {}

  /** The next events of the log, in its order. */
  async take(events: readonly RecordedEvent[]): Promise<void> {
    const covered = events.slice(0, Math.max(0, this.size - this.#seen));
    const leaves = await this.#leaves(this.#seen, covered.length);
    const nodes: MadeNode[] = [];
    for (const event of covered) {
      const leaf = leaves.get(this.#seen);
      const hash = leafOf(this.origins.at(event.position), event);
      if (leaf === undefined) this.#found('leaf-missing', `${placeOf(event)} has no leaf`);
      else if (leaf.position !== event.position || !same(leaf.hash, hash))
        this.#found('leaf-different', `${placeOf(event)} is not what was written there`);
      this.#push(hash, nodes);
    }
    await this.#compare(nodes);
  }

  /** All that was found, the nodes that are stored included: how many, and the first of them. */
  end(): { readonly broken: number; readonly breaks: readonly TreeBreak[] } {
    if (this.#seen < this.size)
      this.#found(
        'event-missing',
        `the tree has ${this.size} leaves, the log shows ${this.#seen} events of them`,
      );
    return { broken: this.#broken, breaks: this.#breaks };
  }

  /** Stored leaves by their index: read as one value, for a row of each costs more than all that is done with it. */
  async #leaves(from: number, count: number): Promise<ReadonlyMap<number, StoredLeaf>> {
    const found = new Map<number, StoredLeaf>();
    if (count === 0) return found;
    const [row] = await this.database.query<{ leaves: Uint8Array | null }>(LEAVES, [from, from + count]);
    const bytes = row!.leaves ?? new Uint8Array();
    const numbers = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = 0; at < bytes.length; at += LEAF_BYTES)
      found.set(Number(numbers.getBigInt64(at)), {
        position: numbers.getBigInt64(at + 8),
        hash: bytes.subarray(at + 16, at + LEAF_BYTES),
      });
    return found;
  }

  /** @param nodes are given those that the leaf has made whole. */
  #push(hash: Hash, nodes: MadeNode[]): void {
    this.#seen += 1;
    let node = hash;
    for (let level = 0; level < LEVELS - 1; level += 1) {
      const range = this.#ranges[level]!;
      range.push(node);
      if (this.#seen % leavesUnder(level + 1) !== 0) return;
      node = range.root();
      this.#ranges[level] = new CompactRange();
      nodes.push({ level: level + 1, index: this.#seen / leavesUnder(level + 1) - 1, hash: node });
    }
  }

  async #compare(nodes: readonly MadeNode[]): Promise<void> {
    if (nodes.length === 0) return;
    const rows = await this.database.query<Omit<MadeNode, 'index'> & { readonly index: bigint }>(
      'SELECT level, index, hash FROM log_tree_nodes WHERE (level, index) IN (SELECT * FROM unnest($1::smallint[], $2::bigint[]))',
      [nodes.map(({ level }) => level), nodes.map(({ index }) => index)],
    );
    const stored = new Map(rows.map(({ level, index, hash }) => [`${level}/${index}`, hash]));
    for (const { level, index, hash } of nodes) {
      const known = stored.get(`${level}/${index}`);
      if (known === undefined) this.#found('node-missing', `node ${index} of level ${level} is not stored`);
      else if (!same(known, hash))
        this.#found('node-different', `node ${index} of level ${level} is not that over its leaves`);
    }
  }

  #found(kind: TreeBreak['kind'], detail: string): void {
    this.#broken += 1;
    if (this.#breaks.length < MOST_BREAKS) this.#breaks.push({ kind, detail });
  }
}

const placeOf = ({ stream, revision, position }: RecordedEvent): string =>
  `revision ${revision} of ${stream} at position ${position}`;
