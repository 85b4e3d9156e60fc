import { DatabaseUnavailableError, UniqueViolationError, type Sql } from '@smartkey/database';
import type { AppendResult } from '../event-store.port.ts';
import { appendResult } from './append-to-stream.ts';
import { recordedEvents, type PreparedAppend } from '../append/prepared-append.ts';

interface Answer {
  readonly outcome: 'appended' | 'alone';
  readonly actual: number;
  readonly first_position: bigint;
  readonly hashes: readonly string[];
}

/**
 * Appends to many streams in one round trip and one transaction.
 * @param batch each stream at most once.
 * @returns `undefined` for those that have to be appended alone, to learn what is the matter with them.
 */
export async function appendToStreams(
  sql: Sql,
  batch: readonly PreparedAppend[],
): Promise<readonly (AppendResult | undefined)[]> {
  const canonical = batch.flatMap((prepared) => prepared.canonical);
  let answers: Answer[];
  try {
    answers = await sql.query<Answer>(
      `SELECT outcome, actual, first_position, hashes
       FROM append_streams($1::text[], $2::integer[], $3::integer[], $4::timestamptz[], $5::text[], $6::text[])`,
      [
        batch.map(({ append }) => append.stream),
        batch.map(({ expected }) => expected),
        batch.map(({ append }) => append.events.length),
        batch.map(({ append }) => append.stampedAt ?? null),
        canonical.map(({ beforeRevision }) => beforeRevision),
        canonical.map(({ afterRevision }) => afterRevision),
      ],
    );
  } catch (error) {
    if (error instanceof UniqueViolationError || isDeadlock(error)) return batch.map(() => undefined);
    throw error;
  }
  return answers.map(({ outcome, actual, first_position, hashes }, i) =>
    outcome === 'appended'
      ? appendResult(recordedEvents(batch[i]!, actual + 1, first_position, hashes), false)
      : undefined,
  );
}

/** Another call with some of the same streams, in another order. */
const isDeadlock = (error: unknown): boolean =>
  error instanceof DatabaseUnavailableError && (error.cause as { readonly code?: string }).code === '40P01';
