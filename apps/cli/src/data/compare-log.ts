import { hasTable, type Database } from '@smartkey/database';
import { type ServiceName, SERVICES } from '@smartkey/event-bus';
import type { Anchor, EventStore, WentBack } from '@smartkey/event-store';
import { ReadAnchors, readerOf } from '@smartkey/projections';

/** A reader that has more of a log than the log itself. */
export interface Lacking {
  readonly reader: string;
  /** The last that it has read. */
  readonly event: Anchor;
  /** The last of what it remembers that the log has, too; undefined where it has none of it. */
  readonly common: Anchor | undefined;
}

/** What a log has, and what is known beyond it. */
export interface LogComparison {
  readonly head: Anchor | undefined;
  readonly wentBack: WentBack | undefined;
  readonly readers: number;
  readonly lacking: readonly Lacking[];
}

/** Puts a log beside what all readers that can be reached have of it. */
export async function compareLog(
  source: ServiceName | 'gateway',
  store: EventStore,
  schema: (service: string) => Promise<Database | undefined>,
): Promise<LogComparison> {
  const lacking: Lacking[] = [];
  let readers = 0;
  // Nobody reads the log of people but the gateway itself.
  for (const service of source === 'gateway' ? [] : SERVICES) {
    const database = await schema(service);
    if (database === undefined || !(await hasAnchors(database))) continue;
    const anchors = new ReadAnchors(database);
    const newest = await anchors.newest(source as ServiceName);
    readers += newest.length;
    const held = await store.holds(newest.map(({ event }) => event));
    const beyond = newest.filter((_, i) => held[i] !== true);
    if (beyond.length === 0) continue;
    const older = await anchors.older(source as ServiceName);
    const stillHeld = await store.holds(older.map(({ event }) => event));
    for (const { consumer, partition, event } of beyond) {
      const common = older.find(
        (each, i) => stillHeld[i] === true && each.consumer === consumer && each.partition === partition,
      );
      lacking.push({ reader: readerOf(service, { consumer, partition }), event, common: common?.event });
    }
  }
  return { head: await store.last(), wentBack: await store.standing.wentBack(), readers, lacking };
}

/** A schema that no version with anchors has brought up to date has none. */
const hasAnchors = (database: Database): Promise<boolean> => hasTable(database, 'read_anchors');
