import { prepared, type Sql } from '@smartkey/database';
import type { EventMetadata, RecordedEvent } from '@smartkey/kernel';
import type { LogPage } from '../event-store.port.ts';
import type { Anchor } from '../went-back/anchor.ts';
import { instantOfText } from './instant-of-text.ts';

/**
 * A page of the log as one JSON text. On PGlite the cost of a result is that of its fields, twelve for each event: as
 * one field, a page is read four times as fast. The aggregate takes its rows as the subquery sorts them; sorting them
 * again would go through a temporary file. What is settled is told apart behind the limit: as a second bound it makes the
 * planner, who has no statistics on the embedded database, sort all the rest of the log. One statement, so one snapshot:
 * what it sees as settled, it sees.
 */
const pageWith = (known: string): string => `
  SELECT ${known} AS known, coalesce((SELECT max(number) FROM log_incarnations), 1) AS incarnation, (
    SELECT '[' || string_agg(
      concat('["', position, '",', to_json(stream), ',', revision, ',"', id, '",', to_json(type), ',', version, ',', data,
        ',', metadata, ',"', occurred_at, '","', recorded_at, '","', encode(hash, 'hex'), '"]'),
      ',') || ']'
    FROM (SELECT * FROM event_log WHERE position > $1 ORDER BY position LIMIT $2) e
    WHERE position <= settled
  ) AS page
  FROM (SELECT settled_position() AS settled OFFSET 0) s`;

const PAGE = prepared('log_page', pageWith('NULL::boolean'));
/** The same, and whether the log has the event that the reader has read last. */
const PAGE_AFTER_EVENT = prepared(
  'log_page_after_event',
  pageWith(
    `EXISTS (SELECT FROM event_log WHERE position = $3 AND id::text = $4 AND encode(hash, 'hex') = $5)`,
  ),
);

interface PageRow {
  readonly known: boolean | null;
  readonly incarnation: number;
  readonly page: string | null;
}

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

/**
 * Up to where a page shows the log: to its last event, though the settled end may be further. Nobody who reads on may stand behind that, for a younger copy of
 * the log that is put in has events there.
 */
export const pageEnd = (events: readonly { readonly position: bigint }[], after: bigint): bigint =>
  events.at(-1)?.position ?? after;

export async function readPage(sql: Sql, after: bigint, limit: number, event?: Anchor): Promise<LogPage> {
  const [row] =
    event === undefined
      ? await sql.query<PageRow>(PAGE, [after, limit])
      : await sql.query<PageRow>(PAGE_AFTER_EVENT, [after, limit, event.position, event.id, event.hash]);
  const { page, known, incarnation } = row!;
  const events = page === null ? [] : (JSON.parse(page) as EventFields[]).map(eventOf);
  return { events, upTo: pageEnd(events, after), incarnation, ...(known === null ? {} : { known }) };
}
