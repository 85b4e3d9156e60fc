import type { Database } from '@smartkey/database';
import type { EventStore } from '@smartkey/event-store';
import { underAny } from '@smartkey/lifecycle';
import type { EarlierName } from './log-origins.ts';
import type { LogTree } from './log-tree.ts';

/** How far a log goes up to one of its positions. */
export interface LogHead {
  readonly origin: string;
  readonly size: number;
  /** RFC 6962, hex. */
  readonly root: string;
  /** Names that its leaves bear from before losses; missing where it has always had one. */
  readonly earlier?: readonly EarlierName[];
}

interface HeadParts {
  readonly database: Database;
  readonly store: EventStore;
  readonly tree: LogTree;
}

/** How far the log goes up to a settled position, see `ProvedLog.headAt`. */
export async function headAt(
  { database, store, tree }: HeadParts,
  position: bigint,
  signal: AbortSignal,
): Promise<LogHead | undefined> {
  if ((await tree.reach()).position < position) {
    const covered = await database.exclusively('log-tree', async (held) => {
      await underAny([signal, held], (over) => tree.cover(over));
      // Of a log that went back none are written.
      if ((await store.standing.since()) !== undefined) return false;
      return !held.aborted && !signal.aborted;
    });
    if (covered !== true) return undefined;
  }
  const size = await tree.sizeAt(position);
  const root = await (await tree.stored()).root(size);
  const origins = await tree.origins();
  const earlier = origins.earlier(position);
  return {
    origin: origins.at(position),
    size,
    root: Buffer.from(root).toString('hex'),
    ...(earlier.length > 0 && { earlier }),
  };
}
