import type { Database } from '@smartkey/database';
import { canonicalJson, type ChainedEvent, type EventStore } from '@smartkey/event-store';
import { StoredTree } from '../tree/stored-tree.ts';
import { Tiles } from './tiles.ts';

/** What an event is shown as in a proof. */
export type ShownAs = 'document' | 'input' | 'rendering';

/** The next lines of one log that are asked for. */
export interface ProofPartAsked {
  /** Of the checkpoint. */
  readonly size: number;
  /** The leaf at which they begin: where the part before ended. */
  readonly from: number;
  /** Sizes over which no node goes, ascending. */
  readonly splits: readonly number[];
  /** The events to show, ascending by position (decimal text). */
  readonly events: readonly { readonly position: string; readonly as: ShownAs }[];
  /** Show the rest of the tree behind them. */
  readonly toEnd: boolean;
}

export interface ProofPart {
  /** RFC 8785, one line each. */
  readonly lines: readonly string[];
  /** The leaf behind the last one that is covered. */
  readonly next: number;
}

/** An event that is asked for is not in the tree of the checkpoint. */
export class NotInTreeError extends Error {
  override readonly name = 'NotInTreeError';
}

/** Lines of one log in a proof: from left to right, without a gap. */
export async function proofPart(
  database: Database,
  store: Pick<EventStore, 'eventsAt'>,
  { size, from, splits, events, toEnd }: ProofPartAsked,
): Promise<ProofPart> {
  const positions = events.map(({ position }) => BigInt(position));
  const rows = await database.query<{ index: bigint; position: bigint }>(
    'SELECT index, position FROM log_leaves WHERE position = ANY($1::bigint[]) AND index < $2 ORDER BY index',
    [positions, size],
  );
  const chained = await store.eventsAt(positions);
  if (rows.length !== positions.length || chained.length !== positions.length)
    throw new NotInTreeError(`of ${positions.length} events ${rows.length} are in the tree of ${size}`);
  const tiles = new Tiles(new StoredTree(database, size));
  const lines: string[] = [];
  let at = from;
  const cover = async (to: number): Promise<void> => {
    for (const end of [...splits.filter((split) => split > at && split < to), to]) {
      for await (const { level, index, hash } of tiles.between(at, end))
        lines.push(
          canonicalJson({
            hash: Buffer.from(hash).toString('hex'),
            index: String(index),
            level,
            type: 'node',
          }),
        );
      at = end;
    }
  };
  for (const [n, { index }] of rows.entries()) {
    await cover(Number(index));
    lines.push(eventLine(chained[n]!, events[n]!.as, Number(index)));
    at = Number(index) + 1;
  }
  if (toEnd) await cover(size);
  return { lines, next: at };
}

function eventLine({ event, previous }: ChainedEvent, as: ShownAs, index: number): string {
  const { position, hash, data, id, metadata, occurredAt, recordedAt, revision, stream, type, version } =
    event;
  return canonicalJson({
    as,
    event: { data, id, metadata, occurredAt, recordedAt, revision, stream, type, version },
    hash,
    index: String(index),
    position: String(position),
    previous,
    type: 'event',
  });
}
