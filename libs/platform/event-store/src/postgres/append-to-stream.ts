import { prepared, type Sql } from '@smartkey/database';
import type { Instant } from '@smartkey/kernel';
import {
  BehindFenceError,
  DuplicateEventError,
  WrongExpectedRevisionError,
  type AppendResult,
} from '../event-store.port.ts';
import { appendResult } from '../append/append-result.ts';
import { selectEvents } from './event-rows.ts';
import { instantOfText } from './instant-of-text.ts';
import { recordedEvents, type PreparedAppend } from '../append/prepared-append.ts';

interface Answer {
  readonly outcome: 'appended' | 'repeated' | 'duplicate' | 'behind-fence' | 'conflict';
  readonly actual: number;
  readonly first_position: bigint;
  readonly hashes: readonly string[];
  readonly duplicate: string;
  readonly fence: Instant;
}

/** The whole answer as one text, `(appended,-1,1048576,{5a…},,)`: a result costs by its fields, and a set of rows more than a value. */
const APPEND = prepared(
  'append_events',
  'SELECT append_events($1, $2, $3::text[], $4::text[], $5::timestamptz, $6)::text AS answer',
);

const ANSWER =
  /^\((?<outcome>[a-z-]+),(?<actual>-?\d*),(?<first>\d*),"?(?:\{(?<hashes>[0-9a-f,]*)\})?"?,(?<duplicate>[0-9a-f-]*),"?(?<fence>[^"]*)"?\)$/;

function answerOf(text: string): Answer {
  const found = ANSWER.exec(text)?.groups;
  if (found === undefined) throw new TypeError(`no answer of an append: ${text}`);
  return {
    outcome: found['outcome'] as Answer['outcome'],
    actual: Number(found['actual']),
    first_position: BigInt(found['first']!),
    hashes: found['hashes']?.split(',') ?? [],
    duplicate: found['duplicate']!,
    fence: instantOfText(found['fence']!),
  };
}

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
  const [row] = await sql.query<{ answer: string }>(APPEND, [
    stream,
    expected,
    canonical.map(({ beforeRevision }) => beforeRevision),
    canonical.map(({ afterRevision }) => afterRevision),
    append.stampedAt ?? null,
    checkIds,
  ]);
  const { outcome, actual, first_position, hashes, duplicate, fence } = answerOf(row!.answer);
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
