import type { Database } from '@smartkey/database';
import type { RecordedEvent } from '@smartkey/kernel';
import { CompactRange } from '../tree/compact-range.ts';
import { leafOf } from '../tree/leaf.ts';
import { leavesUnder, LEVELS } from '../tree/stored-tree.ts';
import type { Hash } from '../tree/tree-hashes.ts';

/** A place at which the tree and the log are not of one mind. */
export interface TreeBreak {
  readonly kind: 'leaf-missing' | 'leaf-different' | 'event-missing' | 'node-different' | 'node-missing';
  readonly detail: string;
}

interface StoredLeaf {
  readonly position: bigint;
  readonly hash: Hash;
}

const same = (a: Hash, b: Hash): boolean => Buffer.from(a).equals(b);

/** The first few say what was done; all would be the whole log. */
const MOST_BREAKS = 20;

/** Holds a log, read from its start, against the leaves and nodes that were stored as it grew. */
export class TreeVerification {
  readonly #breaks: TreeBreak[] = [];
  readonly #ranges = Array.from({ length: LEVELS }, () => new CompactRange());
  #seen = 0;

  constructor(
    private readonly database: Database,
    private readonly origin: string,
    /** Leaves that the tree has. */
    private readonly size: number,
  ) {}

  /** The next events of the log, in its order. */
  async take(events: readonly RecordedEvent[]): Promise<void> {
    const covered = events.slice(0, Math.max(0, this.size - this.#seen));
    const rows = await this.database.query<StoredLeaf>(
      'SELECT position, hash FROM log_leaves WHERE index >= $1 AND index < $2 ORDER BY index',
      [this.#seen, this.#seen + covered.length],
    );
    for (const [n, event] of covered.entries()) {
      const leaf = rows[n];
      const hash = leafOf(this.origin, event);
      if (leaf === undefined) this.#found('leaf-missing', `${placeOf(event)} has no leaf`);
      else if (leaf.position !== event.position || !same(leaf.hash, hash))
        this.#found('leaf-different', `${placeOf(event)} is not what was written there`);
      await this.#push(hash);
    }
  }

  /** All that was found, the nodes that are stored included. */
  end(): readonly TreeBreak[] {
    if (this.#seen < this.size)
      this.#found(
        'event-missing',
        `the tree has ${this.size} leaves, the log shows ${this.#seen} events of them`,
      );
    return this.#breaks;
  }

  async #push(hash: Hash): Promise<void> {
    this.#seen += 1;
    let node = hash;
    for (let level = 0; level < LEVELS - 1; level += 1) {
      const range = this.#ranges[level]!;
      range.push(node);
      if (this.#seen % leavesUnder(level + 1) !== 0) return;
      node = range.root();
      this.#ranges[level] = new CompactRange();
      await this.#compare(level + 1, this.#seen / leavesUnder(level + 1) - 1, node);
    }
  }

  async #compare(level: number, index: number, hash: Hash): Promise<void> {
    const [row] = await this.database.query<{ hash: Hash }>(
      'SELECT hash FROM log_tree_nodes WHERE level = $1 AND index = $2',
      [level, index],
    );
    if (row === undefined) this.#found('node-missing', `node ${index} of level ${level} is not stored`);
    else if (!same(row.hash, hash))
      this.#found('node-different', `node ${index} of level ${level} is not that over its leaves`);
  }

  #found(kind: TreeBreak['kind'], detail: string): void {
    if (this.#breaks.length < MOST_BREAKS) this.#breaks.push({ kind, detail });
  }
}

const placeOf = ({ stream, revision, position }: RecordedEvent): string =>
  `revision ${revision} of ${stream} at position ${position}`;
