import type { Sql } from '@smartkey/database';
import type { EventMetadata, Instant, RecordedEvent } from '@smartkey/kernel';

/** An event as its table holds it. */
export interface EventRow {
  readonly position: bigint;
  readonly stream: string;
  readonly revision: number;
  readonly id: string;
  readonly type: string;
  readonly version: number;
  readonly data: object;
  readonly metadata: EventMetadata;
  readonly occurred_at: Instant;
  readonly recorded_at: Instant;
  readonly hash: string;
}

const EVENT_COLUMNS = `position, stream, revision, id, type, version, data, metadata, occurred_at, recorded_at,
  encode(hash, 'hex') AS hash`;

const recordedEvent = ({ occurred_at, recorded_at, ...row }: EventRow): RecordedEvent => ({
  ...row,
  occurredAt: occurred_at,
  recordedAt: recorded_at,
});

/** @param condition on the columns, and order and limit. */
export async function selectEvents(
  sql: Sql,
  condition: string,
  parameters: readonly unknown[],
): Promise<readonly RecordedEvent[]> {
  const rows = await sql.query<EventRow>(
    `SELECT ${EVENT_COLUMNS} FROM event_log WHERE ${condition}`,
    parameters,
  );
  return rows.map(recordedEvent);
}
