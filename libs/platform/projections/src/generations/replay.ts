import type { Database, Sql } from '@smartkey/database';
import type { LogFeeds, ServiceName } from '@smartkey/event-bus';
import { rest } from '@smartkey/lifecycle';
import type { SharedParts } from '../host-parts.ts';
import type { MarkRow } from '../marks/marks.ts';
import { quoted } from '../projection-tables.ts';
import type { Projection } from '../projection.ts';
import type { Generation } from './generations.ts';
import { readLog } from './read-log.ts';
import type { Projector } from '../projector/projector.ts';

/** How often tables are compared that differ, and how long between (system time). */
const LOOKS = 3;
const LOOK_AGAIN_MILLIS = 1_000;

/** What a table holds, whatever order its rows lie in. */
export interface TableSum {
  readonly rows: number;
  /** Hex: two sums over halves of each row's MD5. It finds mistakes; forgeries are found by the hashes of the log. */
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
    const read = marks.filter((mark) => mark.source === source);
    const ends = new Map(read.map(({ partition, position }) => [partition, position]));
    applied += await readLog({ projector, feeds, source, of: await partitions(source), ends, told });
  }
  return applied;
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
