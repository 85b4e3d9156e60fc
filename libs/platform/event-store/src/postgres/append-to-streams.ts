import { DatabaseUnavailableError, prepared, UniqueViolationError, type Sql } from '@smartkey/database';
import type { AppendResult } from '../event-store.port.ts';
import { appendResult } from './append-to-stream.ts';
import { recordedEvents, type PreparedAppend } from '../append/prepared-append.ts';

/** What became of each append, an array a column: a result costs by its fields. */
interface Answers {
  readonly outcomes: readonly ('appended' | 'alone')[];
  readonly actuals: readonly number[];
  readonly positions: readonly bigint[];
  /** Of each append, with commas between. */
  readonly hashes: readonly (string | null)[];
}

/**
 * What stands between canonical texts that go as one: JSON escapes it, so none holds it. As an array each of their many quotation marks would be escaped,
 * and read again.
 */
const SEPARATOR = '\u0001';

const APPEND = prepared(
  'append_streams',
  `SELECT array_agg(outcome ORDER BY n) AS outcomes, array_agg(actual ORDER BY n) AS actuals,
     array_agg(first_position ORDER BY n) AS positions, array_agg(array_to_string(hashes, ',') ORDER BY n) AS hashes
   FROM append_streams(
     $1::text[], $2::integer[], $3::integer[],
     CASE cardinality($4::timestamptz[]) WHEN 1 THEN array_fill(($4::timestamptz[])[1], ARRAY[cardinality($1::text[])])
       ELSE $4::timestamptz[] END,
     string_to_array($5, E'\\x01'), string_to_array($6, E'\\x01')
   ) WITH ORDINALITY AS made (outcome, actual, first_position, hashes, n)`,
);

/**
 * Appends to many streams in one round trip and one transaction.
 * @param batch each stream at most once.
 * @returns `undefined` for those that have to be appended alone, to learn what is the matter with them.
 */
export async function appendToStreams(
  sql: Sql,
  batch: readonly PreparedAppend[],
): Promise<readonly (AppendResult | undefined)[]> {
  const canonical = batch.flatMap((each) => each.canonical);
  const stamps = batch.map(({ append }) => append.stampedAt ?? null);
  let answers: Answers;
  try {
    const rows = await sql.query<Answers>(APPEND, [
      batch.map(({ append }) => append.stream),
      batch.map(({ expected }) => expected),
      batch.map(({ append }) => append.events.length),
      // Nearly always one for all.
      stamps.every((stamp) => stamp === stamps[0]) ? stamps.slice(0, 1) : stamps,
      canonical.map(({ beforeRevision }) => beforeRevision).join(SEPARATOR),
      canonical.map(({ afterRevision }) => afterRevision).join(SEPARATOR),
    ]);
    answers = rows[0]!;
  } catch (error) {
    if (error instanceof UniqueViolationError || isDeadlock(error)) return batch.map(() => undefined);
    throw error;
  }
  const { outcomes, actuals, positions, hashes } = answers;
  return batch.map((each, i) =>
    outcomes[i] === 'appended'
      ? appendResult(recordedEvents(each, actuals[i]! + 1, positions[i]!, hashes[i]!.split(',')), false)
      : undefined,
  );
}

/** Another call with some of the same streams, in another order. */
const isDeadlock = (error: unknown): boolean =>
  error instanceof DatabaseUnavailableError && (error.cause as { readonly code?: string }).code === '40P01';
