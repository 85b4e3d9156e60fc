import type { Database } from '@smartkey/database';
import type { EventStore } from '@smartkey/event-store';
import type { RecordedEvent } from '@smartkey/kernel';
import { leafOf } from '../tree/leaf.ts';
import { TILE_WIDTH } from '../tree/stored-tree.ts';
import { readOrigins } from './log-origins.ts';

/** Leaves that are put beside their events at once. */
const PAGE = 2_000;

/**
 * The loss of a log's end was accepted: its tree ends with what was kept.
 * @param kept position of the last event that the log has; 0n where it is empty.
 */
export async function giveUpBeyond(
  kept: bigint,
  database: Database,
  store: Pick<EventStore, 'readAll' | 'readStream'>,
): Promise<void> {
  const { size, position } = await leavesKept(database, store, kept);
  await database.transaction(async (tx) => {
    await tx.execute('UPDATE log_tree SET size = $1, position = $2 WHERE size > $1', [size, position]);
    await tx.execute('DELETE FROM log_leaves WHERE index >= $1', [size]);
    await tx.execute(`DELETE FROM log_tree_nodes WHERE (index + 1) * (${TILE_WIDTH}::numeric ^ level) > $1`, [
      size,
    ]);
  });
}

/** Checkpoints of more than was kept are none of the log as it goes on: the largest lies outside the database, and in the log. */
export async function giveUpCheckpoints(database: Database, size: number): Promise<void> {
  await database.execute('DELETE FROM log_checkpoints WHERE size > $1', [size]);
}

/** How many leaves, from the first on, are of the log's events as it has them now. Behind that may stand leaves of lost events at positions that were given again. */
async function leavesKept(
  database: Database,
  store: Pick<EventStore, 'readAll' | 'readStream'>,
  upTo: bigint,
): Promise<{ readonly size: bigint; readonly position: bigint }> {
  const [tree] = await database.query<{ origin: string; size: bigint }>(
    'SELECT origin, (SELECT count(*) FROM log_leaves WHERE position <= $1) AS size FROM log_tree',
    [upTo],
  );
  if (tree === undefined) return { size: 0n, position: 0n };
  const origins = await readOrigins(store, tree.origin);
  for (let end = Number(tree.size); end > 0;) {
    const begin = Math.max(0, end - PAGE);
    const leaves = await database.query<{ position: bigint; hash: Uint8Array }>(
      'SELECT position, hash FROM log_leaves WHERE index >= $1 AND index < $2 ORDER BY index',
      [begin - 1, end],
    );
    const before = begin === 0 ? undefined : leaves.shift();
    const events = await eventsAfter(store, before?.position ?? 0n, leaves.length);
    const other = leaves.findIndex(({ hash }, n) => {
      const event = events[n];
      return event === undefined || Buffer.compare(leafOf(origins.at(event.position), event), hash) !== 0;
    });
    const same = other === -1 ? leaves.length : other;
    if (same > 0) return { size: BigInt(begin + same), position: leaves[same - 1]!.position };
    end = begin;
  }
  return { size: 0n, position: 0n };
}

async function eventsAfter(
  store: Pick<EventStore, 'readAll'>,
  position: bigint,
  count: number,
): Promise<readonly RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for (let after = position; events.length < count;) {
    const page = await store.readAll({ after, limit: count - events.length });
    if (page.events.length === 0) break;
    events.push(...page.events);
    after = page.events.at(-1)!.position;
  }
  return events;
}
