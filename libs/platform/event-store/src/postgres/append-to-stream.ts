import { prepared, type Sql } from '@smartkey/database';
import type { Instant } from '@smartkey/kernel';
import {
  BehindFenceError,
  DuplicateEventError,
  WrongExpectedRevisionError,
  type AppendResult,
} from '../event-store.port.ts';
import { selectEvents } from './event-rows.ts';
import { recordedEvents, type PreparedAppend } from '../append/prepared-append.ts';

interface Answer {
  readonly outcome: 'appended' | 'repeated' | 'duplicate' | 'behind-fence' | 'conflict';
  readonly actual: number;
  readonly first_position: bigint;
  readonly hashes: readonly string[];
  readonly duplicate: string;
  readonly fence: Instant;
}

const APPEND = prepared(
  'append_events',
  `SELECT outcome, actual, first_position, hashes, duplicate, fence
   FROM append_events($1, $2, $3::text[], $4::text[], $5::timestamptz, $6)`,
);

/**
 * One append in one round trip.
 * @param checkIds looks for the events' ids first: so an id that is in the log is an answer, not a violated key.
 */
export async function appendToStream(
  sql: Sql,
  prepared: PreparedAppend,
  checkIds: boolean,
): Promise<AppendResult> {
  const { append, expected, canonical } = prepared;
  const { stream } = append;
  const [answer] = await sql.query<Answer>(APPEND, [
    stream,
    expected,
    canonical.map(({ beforeRevision }) => beforeRevision),
    canonical.map(({ afterRevision }) => afterRevision),
    append.stampedAt ?? null,
    checkIds,
  ]);
  const { outcome, actual, first_position, hashes, duplicate, fence } = answer!;
  switch (outcome) {
    case 'appended':
      return appendResult(recordedEvents(prepared, actual + 1, first_position, hashes), false);
    case 'repeated':
      return appendResult(
        await selectEvents(sql, 'stream = $1 AND revision >= $2 ORDER BY revision LIMIT $3', [
          stream,
          actual,
          append.events.length,
        ]),
        true,
      );
    case 'duplicate':
      throw new DuplicateEventError(duplicate);
    case 'behind-fence':
      throw new BehindFenceError(fence);
    case 'conflict':
      throw new WrongExpectedRevisionError(stream, append.expected, actual < 0 ? undefined : actual);
  }
}

export function appendResult(events: AppendResult['events'], repeated: boolean): AppendResult {
  const { revision, position } = events.at(-1)!;
  return { revision, position, events, repeated };
}
