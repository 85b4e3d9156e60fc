import type { Sql } from '@smartkey/database';
import type { EventMetadata, RecordedEvent } from '@smartkey/kernel';
import type { LogPage } from '../event-store.port.ts';
import { instantOfText } from './instant-of-text.ts';

/**
 * A page of the log as one JSON text. On PGlite the cost of a result is that of its fields, twelve for each event: as
 * one field, a page is read four times as fast. The aggregate takes its rows as the subquery sorts them; sorting them
 * again would go through a temporary file. What is settled is told apart behind the limit: as a second bound it makes the
 * planner, who has no statistics on the embedded database, sort all the rest of the log. One statement, so one snapshot:
 * what it sees as settled, it sees.
 */
const PAGE = `
  SELECT settled, (
    SELECT '[' || string_agg(
      concat('["', position, '",', to_json(stream), ',', revision, ',"', id, '",', to_json(type), ',', version, ',', data,
        ',', metadata, ',"', occurred_at, '","', recorded_at, '","', encode(hash, 'hex'), '"]'),
      ',') || ']'
    FROM (SELECT * FROM event_log WHERE position > $1 ORDER BY position LIMIT $2) e
    WHERE position <= settled
  ) AS page
  FROM (SELECT settled_position() AS settled OFFSET 0) s`;

type EventFields = [
  position: string,
  stream: string,
  revision: number,
  id: string,
  type: string,
  version: number,
  data: object,
  metadata: EventMetadata,
  occurredAt: string,
  recordedAt: string,
  hash: string,
];

const eventOf = (fields: EventFields): RecordedEvent => ({
  position: BigInt(fields[0]),
  stream: fields[1],
  revision: fields[2],
  id: fields[3],
  type: fields[4],
  version: fields[5],
  data: fields[6],
  metadata: fields[7],
  occurredAt: instantOfText(fields[8]),
  recordedAt: instantOfText(fields[9]),
  hash: fields[10],
});

export async function readPage(sql: Sql, after: bigint, limit: number): Promise<LogPage> {
  const [row] = await sql.query<{ settled: bigint; page: string | null }>(PAGE, [after, limit]);
  const { settled, page } = row!;
  const events = page === null ? [] : (JSON.parse(page) as EventFields[]).map(eventOf);
  const end = events.length < limit ? settled : events.at(-1)!.position;
  return { events, upTo: end > after ? end : after };
}
