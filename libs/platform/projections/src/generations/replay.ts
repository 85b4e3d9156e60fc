import { setImmediate as yieldToOthers } from 'node:timers/promises';
import type { Database, Sql } from '@smartkey/database';
import { partitionOf, type LogFeeds, type Message, type ServiceName } from '@smartkey/event-bus';
import { OperatorError, rest } from '@smartkey/lifecycle';
import type { SharedParts } from '../host-parts.ts';
import type { MarkRow } from '../marks/marks.ts';
import { quoted } from '../projection-tables.ts';
import type { Projection } from '../projection.ts';
import type { Generation } from './generations.ts';
import type { Projector } from '../projector/projector.ts';

const FEED_PAGE = 5_000;
/** How often tables are compared that differ, and how long between (system time). */
const LOOKS = 3;
const LOOK_AGAIN_MILLIS = 1_000;

/** What a table holds, whatever order its rows lie in. */
export interface TableSum {
  readonly rows: number;
  /** Hex: two sums over halves of each row's MD5. It tells mistakes, not forgers; those the hashes of the log tell. */
  readonly checksum: string;
}

/** A table as it serves, and as the logs make it. */
export interface ReplayedTable {
  readonly table: string;
  readonly live: TableSum;
  readonly replayed: TableSum;
}

/** A projection that was made once more, beside the one that serves, and compared with it. */
export interface Replayed {
  readonly projection: string;
  readonly version: number;
  /** Messages that were applied. */
  readonly messages: number;
  readonly tables: readonly ReplayedTable[];
  /** Streams that wait outside of the one that serves. */
  readonly parked: number;
  readonly same: boolean;
}

/** The logs end before the place up to which the tables that serve have read them. */
class LogBehindTablesError extends OperatorError {
  override readonly name = 'LogBehindTablesError';
}

/** The tables of a generation, summed in one look. `sql` sees one state of them. */
async function sumsOf(
  sql: Sql,
  generation: string,
  { compared }: Projection,
): Promise<ReadonlyMap<string, TableSum>> {
  const tables = await sql.query<{ name: string }>(
    'SELECT tablename AS name FROM pg_tables WHERE schemaname = $1 ORDER BY 1',
    [generation],
  );
  const sums = new Map<string, TableSum>();
  for (const { name } of tables) {
    const table = `${quoted(generation)}.${quoted(name)}`;
    const rows = compared?.[name]?.(table) ?? `SELECT * FROM ${table}`;
    const [row] = await sql.query<{ rows: number; checksum: string }>(
      `SELECT count(*)::integer AS rows,
         lpad(to_hex((sum(('x' || left(hash, 16))::bit(64)::bigint::numeric) % 4611686018427387904)::bigint), 16, '0')
         || lpad(to_hex((sum(('x' || right(hash, 16))::bit(64)::bigint::numeric) % 4611686018427387904)::bigint), 16, '0') AS checksum
       FROM (SELECT md5(t::text) AS hash FROM (${rows}) AS t) AS hashed`,
    );
    sums.set(name, { rows: row!.rows, checksum: row!.checksum ?? '0'.repeat(32) });
  }
  return sums;
}

/** The sums of the tables that serve, and how far those have read, as one state. */
const liveState = (
  database: Database,
  projection: Projection,
  generation: string,
  marksOf: (sql: Sql) => Promise<readonly MarkRow[]>,
): Promise<{ readonly marks: readonly MarkRow[]; readonly sums: ReadonlyMap<string, TableSum> }> =>
  database.transaction(
    async (tx) => ({ marks: await marksOf(tx), sums: await sumsOf(tx, generation, projection) }),
    {
      isolation: 'snapshot',
    },
  );

/**
 * Reads the logs into a generation exactly as far as another one has: each log once, whatever number of partitions its marks stand on.
 * @param told how many messages were applied, after each page.
 * @returns how many.
 * @throws LogBehindTablesError
 */
async function readUpTo(
  projector: Projector,
  feeds: LogFeeds,
  partitions: (source: ServiceName) => Promise<number>,
  marks: readonly MarkRow[],
  told: (messages: number) => void,
): Promise<number> {
  let applied = 0;
  for (const source of new Set(marks.map((mark) => mark.source))) {
    const ends = marks.filter((mark) => mark.source === source);
    applied += await readSource({ projector, feeds, source, of: await partitions(source) }, ends, told);
  }
  return applied;
}

/** A log that is read into a generation. */
interface ReadSource {
  readonly projector: Projector;
  readonly feeds: LogFeeds;
  readonly source: ServiceName;
  /** Partitions. */
  readonly of: number;
}

/** How far a partition was read, and how far it is to be. */
interface Stretch {
  reached: bigint;
  readonly end: bigint;
}

async function readSource(
  { projector, feeds, source, of }: ReadSource,
  marks: readonly MarkRow[],
  told: (messages: number) => void,
): Promise<number> {
  const stretches = new Map<number, Stretch>();
  for (const { partition, position: end } of marks)
    stretches.set(partition, { reached: await projector.positionOf(source, partition), end });
  const open = (): readonly Stretch[] => [...stretches.values()].filter(({ reached, end }) => reached < end);
  const first = open().map(({ reached }) => reached);
  if (first.length === 0) return 0;
  let applied = 0;
  let after = first.reduce((least, each) => (each < least ? each : least));
  while (open().length > 0) {
    const page = await feeds.read(source, { after, limit: FEED_PAGE });
    for (const [partition, messages] of byPartition(page.messages, of, stretches)) {
      await projector.handle({ source, partition, messages });
      stretches.get(partition)!.reached = messages.at(-1)!.position;
      applied += messages.length;
      told(messages.length);
    }
    const behind = page.upTo === after ? open()[0] : undefined;
    if (behind !== undefined)
      throw new LogBehindTablesError(
        `the log of ${source} ends at ${after}, but the tables that serve have read it up to ${behind.end}`,
      );
    after = page.upTo;
    await yieldToOthers();
  }
  return applied;
}

/** Messages of a page by their partitions, each linked to the one before it there; those that are read already or lie behind the end are left out. */
function byPartition(
  messages: readonly Message[],
  of: number,
  stretches: ReadonlyMap<number, Stretch>,
): ReadonlyMap<number, readonly Message[]> {
  const parts = new Map<number, Message[]>();
  for (const message of messages) {
    const partition = partitionOf(message.stream, of);
    const stretch = stretches.get(partition);
    if (stretch === undefined || message.position <= stretch.reached || message.position > stretch.end)
      continue;
    const part = parts.get(partition) ?? [];
    parts.set(partition, part);
    part.push({ ...message, previous: part.at(-1)?.position ?? stretch.reached });
  }
  return parts;
}

/** @returns every table of either. */
function compared(
  live: ReadonlyMap<string, TableSum>,
  replayed: ReadonlyMap<string, TableSum>,
): readonly ReplayedTable[] {
  const nothing: TableSum = { rows: 0, checksum: '-' };
  return [...new Set([...live.keys(), ...replayed.keys()])].map((table) => ({
    table,
    live: live.get(table) ?? nothing,
    replayed: replayed.get(table) ?? nothing,
  }));
}

const isSame = (tables: readonly ReplayedTable[]): boolean =>
  tables.every(({ live, replayed }) => live.rows === replayed.rows && live.checksum === replayed.checksum);

/**
 * Makes the generation that serves once more beside it, as far as it has read, and compares both; where they differ it looks again, further on.
 * @throws LogBehindTablesError
 */
export async function replayBeside({
  projection,
  live,
  generation,
  projector,
  parts: { marks, feeds, bus, database },
  told,
}: {
  readonly projection: Projection;
  readonly live: Generation;
  /** An empty one, with its projector. */
  readonly generation: string;
  readonly projector: Projector;
  readonly parts: Pick<SharedParts, 'marks' | 'feeds' | 'bus' | 'database'>;
  readonly told: (messages: number) => void;
}): Promise<Replayed> {
  const partitions = (source: ServiceName) => bus.partitions(source);
  let messages = 0;
  for (let looks = 1; ; looks += 1) {
    const serving = await liveState(database, projection, live.generation, (sql) =>
      marks.all(live.generation, sql),
    );
    messages += await readUpTo(projector, feeds, partitions, serving.marks, told);
    const tables = compared(serving.sums, await sumsOf(database, generation, projection));
    const same = isSame(tables);
    if (!same && looks < LOOKS) {
      await rest(LOOK_AGAIN_MILLIS);
      continue;
    }
    const parked = serving.marks.reduce((sum, mark) => sum + mark.parked, 0);
    return { projection: live.projection, version: live.version, messages, tables, parked, same };
  }
}
