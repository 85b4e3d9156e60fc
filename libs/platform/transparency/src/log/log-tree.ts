import type { Database, Transaction } from '@smartkey/database';
import { pagesAhead, type EventStore, type LeafEvent } from '@smartkey/event-store';
import { leafOf } from '../tree/leaf.ts';
import { readOrigins, type LogOrigins } from './log-origins.ts';
import { perfectRoot } from '../tree/perfect-root.ts';
import { LEVELS, StoredTree, TILE_WIDTH } from '../tree/stored-tree.ts';
import { HASH_BYTES } from '../tree/tree-hashes.ts';

/** Events that one transaction gives their leaves: whole tiles. */
const PAGE = 8 * TILE_WIDTH;

/** What the leaves of a log are made from. */
type LeafStore = Pick<EventStore, 'readLeaves' | 'readStream' | 'standing'>;

/** How far a tree goes. */
export interface TreeReach {
  readonly size: number;
  /** Of the last event that has a leaf. */
  readonly position: bigint;
}

/** The log was begun under another name than the one it is opened with. */
export class OriginChangedError extends Error {
  override readonly name = 'OriginChangedError';
  constructor(
    readonly origin: string,
    readonly asked: string,
  ) {
    super(`the log is known as ${origin}, which signed checkpoints say: it cannot be opened as ${asked}`);
  }
}

/** The tree over a service's log: gives each settled event its leaf. One writer at a time writes it, whichever instance that is. */
export class LogTree {
  private constructor(
    private readonly database: Database,
    private readonly store: LeafStore,
    /** `<system>/<service>`: what the log is called until it has lost anything. */
    private readonly base: string,
  ) {}

  /** @throws OriginChangedError */
  static async open(database: Database, store: LeafStore, origin: string): Promise<LogTree> {
    await database.execute('INSERT INTO log_tree (origin) VALUES ($1) ON CONFLICT DO NOTHING', [origin]);
    const [row] = await database.query<{ origin: string }>('SELECT origin FROM log_tree');
    if (row!.origin !== origin) throw new OriginChangedError(row!.origin, origin);
    return new LogTree(database, store, origin);
  }

  /** One that was begun under that name. */
  static begun(database: Database, store: LeafStore, origin: string): LogTree {
    return new LogTree(database, store, origin);
  }

  /** Under which names the log was known: what its leaves say it is. */
  origins(): Promise<LogOrigins> {
    return readOrigins(this.store, this.base);
  }

  async reach(): Promise<TreeReach> {
    const [row] = await this.database.query<{ size: bigint; position: bigint }>(
      'SELECT size, position FROM log_tree',
    );
    return { size: Number(row!.size), position: row!.position };
  }

  /** How many events of the log stand at or before a position, as far as they have leaves. */
  async sizeAt(position: bigint): Promise<number> {
    const [row] = await this.database.query<{ index: bigint }>(
      'SELECT index FROM log_leaves WHERE position <= $1 ORDER BY position DESC LIMIT 1',
      [position],
    );
    return row === undefined ? 0 : Number(row.index) + 1;
  }

  /** Of the last of so many leaves. */
  async positionAt(size: number): Promise<bigint> {
    const [row] = await this.database.query<{ position: bigint }>(
      'SELECT position FROM log_leaves WHERE index = $1',
      [size - 1],
    );
    return row?.position ?? 0n;
  }

  /** The tree as it is stored now. */
  async stored(): Promise<StoredTree> {
    return new StoredTree(this.database, (await this.reach()).size);
  }

  /**
   * Gives their leaves to all events that are settled now. The caller holds the lock of the tree. Not while the log is known to have gone back: a younger
   * copy may yet take the place of what it has.
   * @param signal ends it between two pages; what was written stays.
   * @param accepted what the log lacks was given up: the leaves of what was kept are written.
   */
  async cover(signal: AbortSignal, accepted = false): Promise<TreeReach> {
    let reach = await this.reach();
    if (signal.aborted || (!accepted && (await this.store.standing.since()) !== undefined)) return reach;
    const pages = pagesAhead((after) => this.store.readLeaves({ after, limit: PAGE }), reach.position);
    for await (const { events } of pages) {
      if (events.length > 0) reach = await this.#add(reach, events);
      if (signal.aborted) break;
    }
    return reach;
  }

  async #add(reach: TreeReach, events: readonly LeafEvent[]): Promise<TreeReach> {
    // Read behind the events: what tells of a loss among them is there.
    const origins = await this.origins();
    const leaves = Buffer.concat(events.map((event) => leafOf(origins.at(event.position), event)));
    const next = { size: reach.size + events.length, position: events.at(-1)!.position };
    return this.database.transaction(async (tx) => {
      const moved = await tx.execute('UPDATE log_tree SET size = $1, position = $2 WHERE size = $3', [
        next.size,
        next.position,
        reach.size,
      ]);
      if (moved !== 1) throw new TreeMovedError();
      await tx.execute(
        `INSERT INTO log_leaves (index, position, hash)
         SELECT $1 + at - 1, position, substring($3::bytea FROM (at::integer - 1) * ${HASH_BYTES} + 1 FOR ${HASH_BYTES})
         FROM unnest($2::bigint[]) WITH ORDINALITY AS leaf (position, at)`,
        [reach.size, events.map(({ position }) => position), leaves],
      );
      await addNodes(tx, reach.size, leaves);
      return next;
    });
  }
}

/** Another instance has written the tree meanwhile: the lock was lost. */
class TreeMovedError extends Error {
  override readonly name = 'TreeMovedError';
  constructor() {
    super('another instance has gone on with the tree of the log');
  }
}

/**
 * Stores the nodes whose last leaf was added.
 * @param from leaves that were there before.
 * @param leaves those that were added, joined.
 */
async function addNodes(tx: Transaction, from: number, leaves: Uint8Array): Promise<void> {
  const tree = new StoredTree(tx, from + leaves.length / HASH_BYTES);
  let [first, end] = [from, tree.size];
  let added = leaves;
  for (let level = 1; level < LEVELS; level += 1) {
    const known = first;
    [first, end] = [Math.floor(first / TILE_WIDTH), Math.floor(end / TILE_WIDTH)];
    if (first === end) return;
    const before = await tree.nodes(level - 1, first * TILE_WIDTH, known);
    const below = Buffer.concat([...before, added]);
    added = Buffer.concat(
      Array.from({ length: end - first }, (_, n) => perfectRoot(below, n * TILE_WIDTH, TILE_WIDTH)),
    );
    await tx.execute(
      `INSERT INTO log_tree_nodes (level, index, hash)
       SELECT $1, $2 + at, substring($3::bytea FROM at * ${HASH_BYTES} + 1 FOR ${HASH_BYTES}) FROM generate_series(0, $4::integer - 1) AS at`,
      [level, first, added, end - first],
    );
  }
}
