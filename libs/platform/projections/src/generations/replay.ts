import { setImmediate as yieldToOthers } from 'node:timers/promises';
import type { Database, Sql } from '@smartkey/database';
import type { LogFeeds, ServiceName } from '@smartkey/event-bus';
import { OperatorError } from '@smartkey/lifecycle';
import type { MarkRow } from '../marks/marks.ts';
import { quoted } from '../projection-tables.ts';
import type { Projector } from '../projector/projector.ts';

const FEED_PAGE = 5_000;

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
export async function sumsOf(sql: Sql, generation: string): Promise<ReadonlyMap<string, TableSum>> {
  const tables = await sql.query<{ name: string }>(
    'SELECT tablename AS name FROM pg_tables WHERE schemaname = $1 ORDER BY 1',
    [generation],
  );
  const sums = new Map<string, TableSum>();
  for (const { name } of tables) {
    const [row] = await sql.query<{ rows: number; checksum: string }>(
      `SELECT count(*)::integer AS rows,
         lpad(to_hex((sum(('x' || left(hash, 16))::bit(64)::bigint::numeric) % 4611686018427387904)::bigint), 16, '0')
         || lpad(to_hex((sum(('x' || right(hash, 16))::bit(64)::bigint::numeric) % 4611686018427387904)::bigint), 16, '0') AS checksum
       FROM (SELECT md5(t::text) AS hash FROM ${quoted(generation)}.${quoted(name)} AS t) AS hashed`,
    );
    sums.set(name, { rows: row!.rows, checksum: row!.checksum ?? '0'.repeat(32) });
  }
  return sums;
}

/** The sums of the tables that serve, and how far those have read, as one state. */
export const liveState = (
  database: Database,
  generation: string,
  marksOf: (sql: Sql) => Promise<readonly MarkRow[]>,
): Promise<{ readonly marks: readonly MarkRow[]; readonly sums: ReadonlyMap<string, TableSum> }> =>
  database.transaction(async (tx) => ({ marks: await marksOf(tx), sums: await sumsOf(tx, generation) }), {
    isolation: 'snapshot',
  });

/**
 * Reads the logs into a generation exactly as far as another one has.
 * @param told how many messages were applied, after each page.
 * @returns how many.
 * @throws LogBehindTablesError
 */
export async function readUpTo(
  projector: Projector,
  feeds: LogFeeds,
  partitions: (source: ServiceName) => Promise<number>,
  marks: readonly MarkRow[],
  told: (messages: number) => void,
): Promise<number> {
  let applied = 0;
  for (const { source, partition, position: end } of marks) {
    const of = await partitions(source);
    let previous = await projector.positionOf(source, partition);
    for (let after = previous; previous < end;) {
      const page = await feeds.read(source, {
        after,
        previous,
        limit: FEED_PAGE,
        partition: { number: partition, of },
      });
      const messages = page.messages.filter(({ position }) => position <= end);
      if (messages.length > 0) {
        await projector.handle({ source, partition, messages });
        applied += messages.length;
        told(messages.length);
      }
      previous = messages.at(-1)?.position ?? previous;
      if (page.upTo === after && previous < end)
        throw new LogBehindTablesError(
          `the log of ${source} ends at ${after}, but the tables that serve have read it up to ${end}`,
        );
      after = page.upTo;
      await yieldToOthers();
    }
  }
  return applied;
}

/** @returns every table of either. */
export function compared(
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

export const isSame = (tables: readonly ReplayedTable[]): boolean =>
  tables.every(({ live, replayed }) => live.rows === replayed.rows && live.checksum === replayed.checksum);
