import { DatabaseUnavailableError, prepared, UniqueViolationError, type Sql } from '@smartkey/database';
import type { AppendResult } from '../event-store.port.ts';
import { hashesOfNewStream, recordedEvents, type PreparedAppend } from '../append/prepared-append.ts';
import { appendResult } from '../append/append-result.ts';

/** What became of the appends; a result costs by its fields. */
interface Answer {
  /** `null`: nothing was written. */
  readonly first_position: bigint | null;
  readonly actuals: readonly number[];
  readonly accepted: readonly boolean[];
  /** Of each event, with commas between; `null` where none was hashed by the function. */
  readonly made: string | null;
}

/**
 * What stands between texts that go as one: JSON escapes it, so none holds it. As an array each of their many quotation marks would be escaped, and read
 * again.
 */
const SEPARATOR = '\u0001';

const APPEND = prepared(
  'append_batch',
  `SELECT first_position, actuals, accepted, made FROM append_batch(
     $1::text[], $2::integer[],
     CASE cardinality($3::timestamptz[]) WHEN 1 THEN array_fill(($3::timestamptz[])[1], ARRAY[cardinality($1::text[])])
       ELSE $3::timestamptz[] END,
     $4, $5::integer[], $6::integer[], $7::uuid[], $8::text[], $9::integer[], string_to_array($10, E'\\x01'),
     string_to_array($11, E'\\x01'), $12::timestamptz[], $13::timestamptz, $14::text[], string_to_array($15, E'\\x01'),
     string_to_array($16, E'\\x01'))`,
);

/**
 * Appends to many streams in one round trip and one transaction.
 * @param batch each stream at most once.
 * @param whole all of them, or none.
 * @returns `undefined` for those that have to be appended alone, to learn what is the matter with them.
 */
export async function appendToStreams(
  sql: Sql,
  batch: readonly PreparedAppend[],
  whole = false,
): Promise<readonly (AppendResult | undefined)[]> {
  const known = batch.map(hashesOfNewStream);
  let answer: Answer;
  try {
    [answer] = (await sql.query<Answer>(APPEND, parametersOf(batch, known, whole))) as [Answer];
  } catch (error) {
    if (error instanceof UniqueViolationError || isDeadlock(error)) return batch.map(() => undefined);
    throw error;
  }
  const { first_position, actuals, accepted, made } = answer;
  if (first_position === null) return batch.map(() => undefined);
  const hashed = made?.split(',') ?? [];
  let place = 0;
  return batch.map((each, i) => {
    const begin = place;
    place += each.canonical.length;
    if (accepted[i] !== true) return undefined;
    const hashes = known[i] ?? hashed.slice(begin, place);
    return appendResult(recordedEvents(each, actuals[i]! + 1, first_position + BigInt(begin), hashes), false);
  });
}

function parametersOf(
  batch: readonly PreparedAppend[],
  known: readonly (readonly string[] | undefined)[],
  whole: boolean,
): readonly unknown[] {
  const stamps = batch.map(({ append }) => append.stampedAt ?? null);
  const single = batch.every(({ canonical }) => canonical.length === 1);
  const events = batch.flatMap(({ append }) => append.events);
  const canonical = batch.flatMap((each) => each.canonical);
  const hashes = batch.flatMap((each, i) => known[i] ?? each.canonical.map(() => ''));
  const allKnown = single && !hashes.includes('');
  const together = (text: (index: number) => string): string =>
    canonical.map((_, index) => text(index)).join(SEPARATOR);
  return [
    batch.map(({ append }) => append.stream),
    batch.map(({ expected }) => expected),
    // Nearly always one for all.
    stamps.every((stamp) => stamp === stamps[0]) ? stamps.slice(0, 1) : stamps,
    whole,
    single ? [] : batch.flatMap((each, i) => each.canonical.map(() => i + 1)),
    single ? [] : batch.flatMap((each) => each.canonical.map((_, i) => i + 1)),
    events.map(({ id }) => id),
    events.map(({ type }) => type),
    events.map(({ version }) => version),
    together((i) => canonical[i]!.data),
    together((i) => canonical[i]!.metadata),
    events.map(({ occurredAt }) => occurredAt),
    batch[0]!.recordedAt,
    hashes,
    allKnown ? '' : together((i) => (hashes[i] === '' ? canonical[i]!.beforeRevision : '')),
    allKnown ? '' : together((i) => (hashes[i] === '' ? canonical[i]!.afterRevision : '')),
  ];
}

/** Another call with some of the same streams, in another order. */
const isDeadlock = (error: unknown): boolean =>
  error instanceof DatabaseUnavailableError && (error.cause as { readonly code?: string }).code === '40P01';
