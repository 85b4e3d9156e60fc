import { prepared, type Sql } from '@smartkey/database';
import type { AppendResult } from '../event-store.port.ts';
import { hashesOfNewStream, recordedEvents, type PreparedAppend } from '../append/prepared-append.ts';
import { appendResult } from '../append/append-result.ts';

const APPEND = prepared(
  'append_event',
  `SELECT append_event($1, $2, $3::timestamptz, $4::uuid, $5, $6, $7, $8, $9::timestamptz, $10::timestamptz, $11, $12, $13) AS answer`,
);

/**
 * Appends one event in one round trip.
 * @returns undefined where nothing was written: to be appended by `append_events`, which says what is the matter.
 */
export async function appendOne(sql: Sql, prepared: PreparedAppend): Promise<AppendResult | undefined> {
  const { append, expected, recordedAt } = prepared;
  const event = append.events[0]!;
  const { data, metadata, beforeRevision, afterRevision } = prepared.canonical[0]!;
  const [known] = hashesOfNewStream(prepared) ?? [];
  const [row] = await sql.query<{ answer: string | null }>(APPEND, [
    append.stream,
    expected,
    append.stampedAt ?? null,
    event.id,
    event.type,
    event.version,
    data,
    metadata,
    event.occurredAt,
    recordedAt,
    known ?? '',
    known === undefined ? beforeRevision : '',
    known === undefined ? afterRevision : '',
  ]);
  const answer = row!.answer;
  if (answer === null) return undefined;
  const [position, revision, hash] = answer.split(' ') as [string, string, string];
  return appendResult(recordedEvents(prepared, Number(revision), BigInt(position), [hash]), false);
}
