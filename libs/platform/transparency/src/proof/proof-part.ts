import type { Database } from '@smartkey/database';
import { canonicalJson, type ChainedEvent, type EventStore } from '@smartkey/event-store';
import { StoredTree } from '../tree/stored-tree.ts';
import { hashesOf, nodesBetween, type NodePlace } from './tiles.ts';

/** What an event is shown as in a proof. */
export type ShownAs = 'document' | 'input' | 'rendering' | 'restored';

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

/** Events whose nodes are read together: some 10 KiB of the tree each. */
const EVENTS_AT_ONCE = 500;

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
  const [rows, chained] = await Promise.all([
    database.query<{ index: bigint }>(
      'SELECT index FROM log_leaves WHERE position = ANY($1::bigint[]) AND index < $2 ORDER BY index',
      [positions, size],
    ),
    store.eventsAt(positions),
  ]);
  if (rows.length !== positions.length || chained.length !== positions.length)
    throw new NotInTreeError(`of ${positions.length} events ${rows.length} are in the tree of ${size}`);
  const tree = new StoredTree(database, size);
  const lines: string[] = [];
  let at = from;
  for (let first = 0; first < rows.length || (toEnd && at < size); first += EVENTS_AT_ONCE) {
    const shown = rows.slice(first, first + EVENTS_AT_ONCE).map(({ index }) => Number(index));
    const last = first + EVENTS_AT_ONCE >= rows.length;
    // The nodes before each event, and those behind the last one.
    const gaps: NodePlace[][] = [];
    for (const index of shown) {
      gaps.push([...covering(at, index, splits)]);
      at = index + 1;
    }
    if (last && toEnd) {
      gaps.push([...covering(at, size, splits)]);
      at = size;
    }
    const hashes = (await hashesOf(tree, gaps.flat())).values();
    for (const [n, gap] of gaps.entries()) {
      for (const place of gap) lines.push(nodeLine(place, hashes.next().value!));
      const index = shown[n];
      if (index !== undefined) lines.push(eventLine(chained[first + n]!, events[first + n]!.as, index));
    }
  }
  return { lines, next: at };
}

/** The largest nodes between two leaves that go over no split. */
function* covering(from: number, to: number, splits: readonly number[]): Generator<NodePlace> {
  let at = from;
  for (const end of [...splits.filter((split) => split > from && split < to), to]) {
    yield* nodesBetween(at, end);
    at = end;
  }
}

const nodeLine = ({ level, index }: NodePlace, hash: Uint8Array): string =>
  canonicalJson({ hash: Buffer.from(hash).toString('hex'), index: String(index), level, type: 'node' });

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
