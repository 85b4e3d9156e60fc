import { hasTable, type Database } from '@smartkey/database';
import type { Anchor, EventStore } from '@smartkey/event-store';
import { TILE_WIDTH } from '../tree/stored-tree.ts';
import type { CheckpointSettings } from './checkpoint-settings.ts';
import { openCheckpoints } from './checkpoints.ts';
import { LogTree } from './log-tree.ts';

/**
 * The loss of a log's end was accepted: its tree ends with what was kept, and the last checkpoint within that is the one that is kept outside. Those
 * beyond are what others may show of the loss.
 * @param head the last event that the log has; undefined where it is empty.
 * @param settings undefined where nothing is signed.
 */
export async function giveUpBeyond(
  head: Anchor | undefined,
  {
    database,
    store,
    settings,
  }: {
    readonly database: Database;
    readonly store: Pick<EventStore, 'readAll' | 'readStream'>;
    readonly settings: CheckpointSettings | undefined;
  },
): Promise<void> {
  if (!(await hasTable(database, 'log_tree'))) return;
  await database.transaction(async (tx) => {
    const [kept] = await tx.query<{ size: bigint; position: bigint }>(
      `SELECT count(*) AS size, coalesce(max(position), 0) AS position FROM log_leaves WHERE position <= $1`,
      [head?.position ?? 0n],
    );
    const { size, position } = kept!;
    await tx.execute('UPDATE log_tree SET size = $1, position = $2 WHERE size > $1', [size, position]);
    await tx.execute('DELETE FROM log_leaves WHERE index >= $1', [size]);
    await tx.execute(`DELETE FROM log_tree_nodes WHERE (index + 1) * (${TILE_WIDTH}::numeric ^ level) > $1`, [
      size,
    ]);
    await tx.execute('DELETE FROM log_checkpoints WHERE size > $1', [size]);
  });
  const [row] = await database.query<{ origin: string }>('SELECT origin FROM log_tree');
  if (settings === undefined || row === undefined) return;
  const tree = LogTree.begun(database, store, row.origin);
  await openCheckpoints(settings, { database, tree, store })?.goBack();
}
