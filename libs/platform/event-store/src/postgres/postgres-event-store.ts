import { UniqueViolationError, type Database, type Transaction } from '@smartkey/database';
import type { Clock, Instant } from '@smartkey/kernel';
import { Backoff, codeOf, Listeners } from '@smartkey/lifecycle';
import {
  DuplicateEventError,
  WrongExpectedRevisionError,
  type AppendOutcome,
  type AppendResult,
  type EventStore,
  type PublishedBytes,
  type StreamAppend,
} from '../event-store.port.ts';
import { furthestOf, outcomeOf } from '../append/outcome-of.ts';
import { appendOne } from './append-one.ts';
import { appendResult } from '../append/append-result.ts';
import { appendToStream } from './append-to-stream.ts';
import { appendToStreams } from './append-to-streams.ts';
import { batchesOf } from './append-batches.ts';
import { lastIn, PostgresLogReader } from './postgres-log-reader.ts';
import { LOG_WENT_BACK, LogWentBackError } from '../went-back/log-went-back-error.ts';
import { LogStanding } from '../went-back/went-back.ts';
import {
  argumentsOf,
  prepareAppend,
  prepareOne,
  recordedEvents,
  type AppendArguments,
  type Appended,
  type PreparedAppend,
} from '../append/prepared-append.ts';

/** So many transactions lie between what was known of a log and what is appended once its loss was accepted. */
const SPARE_TRANSACTIONS = 1_048_576;
/** Only writers that do not queue for the stream (`appendMany`) can cause another attempt. */
const ATTEMPTS = 10;

/**
 * The log in a schema of PostgreSQL; the very same SQL on PGlite and on a server. Made by `createEventStore`.
 * Nothing serialises appends to different streams: docs/decisions/0001-log-position.md.
 */
export class PostgresEventStore extends PostgresLogReader implements EventStore {
  readonly #listeners = new Listeners<bigint>();
  readonly standing: LogStanding;

  constructor(
    database: Database,
    private readonly clock: Clock,
    private readonly publishedBytes?: PublishedBytes,
  ) {
    super(database);
    this.standing = new LogStanding(database, 'event_log_state', {
      head: lastIn,
      stopAppends: 'SELECT pg_advisory_xact_lock(event_log_lock())',
      // With room for what nobody knows of.
      liftAbove: `UPDATE event_log_state
        SET base = greatest(base, ($1::bigint >> 20) + ${SPARE_TRANSACTIONS} - pg_current_xact_id()::text::bigint)`,
    });
  }

  async append(append: StreamAppend): Promise<AppendResult> {
    const result = await this.#append(this.#prepared(append));
    this.#listeners.tell(result.position);
    return result;
  }

  /**
   * Appends within a transaction of the caller, so that rows of the service and the event are one. Append last: until the
   * commit, other appends to the stream wait. Any error leaves the transaction to be rolled back; on
   * `WrongExpectedRevisionError` begin it again, also where any revision was expected: another transaction that began
   * later was faster, and the log must not go backwards within a stream.
   */
  async appendWithin(tx: Transaction, append: StreamAppend): Promise<AppendResult> {
    const result = await this.#typed(append, () => appendToStream(tx, this.#prepared(append), true));
    tx.afterCommit(() => this.#listeners.tell(result.position));
    return result;
  }

  /**
   * Appends by a statement of the caller's own that calls `append_events`: rows of the service and the event in one round trip,
   * without a transaction around it. Where the function answers anything but `appended`, the statement must fail.
   * @param call is given the arguments; answers what the function answered, or `undefined` where it was not come to.
   */
  async appendBy(
    append: StreamAppend,
    call: (args: AppendArguments) => Promise<Appended | undefined>,
  ): Promise<AppendResult | undefined> {
    const prepared = this.#prepared(append);
    const appended = await this.#typed(append, () => call(argumentsOf(prepared)));
    if (appended === undefined) return undefined;
    const { actual, first_position, hashes } = appended;
    const result = appendResult(recordedEvents(prepared, actual + 1, first_position, hashes), false);
    this.#listeners.tell(result.position);
    return result;
  }

  /** In the transaction that lets others append again: there is no moment between. */
  appendRestored(append: StreamAppend): Promise<AppendResult> {
    return this.standing.endRestoring((tx) => this.appendWithin(tx, append));
  }

  async appendMany(appends: readonly StreamAppend[]): Promise<readonly AppendOutcome[]> {
    const recordedAt = this.clock.now();
    const outcomes = new Array<AppendOutcome>(appends.length);
    const prepared: (PreparedAppend | undefined)[] = appends.map((append, i) => {
      const each = prepareOne(append, recordedAt, this.publishedBytes);
      if (!(each instanceof Error)) return each;
      outcomes[i] = each;
      return undefined;
    });
    const alone: number[] = [];
    for (const batch of batchesOf(prepared)) {
      const results = await appendToStreams(
        this.database,
        batch.map((index) => prepared[index]!),
      ).catch((error: unknown) => {
        throw asKnown(error);
      });
      results.forEach((result, i) => {
        if (result) outcomes[batch[i]!] = result;
        else alone.push(batch[i]!);
      });
    }
    const grouped = new Set(alone);
    for (const [index, each] of prepared.entries())
      if (each !== undefined && (outcomes[index] === undefined || grouped.has(index)))
        outcomes[index] = await outcomeOf(this.#append(each));
    this.#listeners.tell(furthestOf(outcomes));
    return outcomes;
  }

  async appendTogether(appends: readonly StreamAppend[]): Promise<readonly AppendResult[] | undefined> {
    const recordedAt = this.clock.now();
    const prepared = appends.map((append) => prepareAppend(append, recordedAt, this.publishedBytes));
    if (prepared.some(({ expected }) => expected < -1))
      throw new TypeError('appends that go together expect a revision each');
    const results = await appendToStreams(this.database, prepared, true).catch((error: unknown) => {
      throw asKnown(error);
    });
    const made = results.filter((result) => result !== undefined);
    if (made.length < results.length) return undefined;
    this.#listeners.tell(made.at(-1)!.position);
    return made;
  }

  async raiseFence(instant: Instant): Promise<void> {
    await this.standing.mustStand();
    await this.database.query('SELECT raise_fence($1)', [instant]);
    // All that came before the fence is committed; it is settled as soon as no older transaction runs.
    const last = await this.lastPosition();
    const pauses = new Backoff({ firstMillis: 1, mostMillis: 50 });
    while ((await this.settledPosition()) < last) await pauses.wait();
  }

  onAppended(listener: (position: bigint) => void): () => void {
    return this.#listeners.add(listener);
  }

  #prepared(append: StreamAppend): PreparedAppend {
    return prepareAppend(append, this.clock.now(), this.publishedBytes);
  }

  async #append(prepared: PreparedAppend): Promise<AppendResult> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const single = attempt === 1 && prepared.canonical.length === 1;
        const made = single ? await appendOne(this.database, prepared) : undefined;
        return made ?? (await appendToStream(this.database, prepared, attempt > 1));
      } catch (error) {
        // Now that the other one has committed, the function sees what is there and says what it means.
        if (!(error instanceof UniqueViolationError) || attempt === ATTEMPTS) throw asKnown(error);
      }
    }
  }

  /** A violated key has ended the transaction: what else is to be known must come from the violation itself. */
  async #typed<T>(append: StreamAppend, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof UniqueViolationError)) throw asKnown(error);
      const detail = (error.cause as { readonly detail?: string }).detail ?? '';
      if (error.constraint === 'event_log_id')
        throw new DuplicateEventError(/=\(([^)]+)\)/.exec(detail)?.[1] ?? append.events[0]!.id);
      if (error.constraint === 'event_log_stream_revision')
        throw new WrongExpectedRevisionError(
          append.stream,
          append.expected,
          Number(/, (\d+)\)/.exec(detail)?.[1]),
        );
      throw error;
    }
  }
}

/** What an append's own statement says of the log. */
const asKnown = (error: unknown): unknown =>
  codeOf(error) === LOG_WENT_BACK ? new LogWentBackError({ cause: error }) : error;
