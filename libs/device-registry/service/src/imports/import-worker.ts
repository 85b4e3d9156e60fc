import { setImmediate } from 'node:timers/promises';
import type { Database } from '@smartkey/database';
import { failedRow } from '@smartkey/device-registry-domain';
import type { Clock, Instant } from '@smartkey/kernel';
import { ended, Loop, TransientError, Worker } from '@smartkey/lifecycle';
import { failingWork } from '@smartkey/projections';
import { inSpan } from '@smartkey/tracing';
import type { Logger } from 'pino';
import type { ImportBatch, ReadyRows } from './import-batch.ts';
import { mergedMonths } from '../late-facts/affects.ts';
import type { CarriedOutRows, ImportJob, StoredRow } from './import-records.ts';
import type { ImportRetention } from './import-retention.ts';
import type { ImportStore } from './import-store.ts';

/** Rows carried out together: what blocks the event loop at most; 500 took up to 60 ms of a slow processor. */
const BATCH = 200;
/** How often to look for work that another instance has left, and how soon again where one is at it (milliseconds, system time). */
const LOOK = 15_000;
const BUSY = 2_000;
const LOCK = 'device-registry-imports';

/** `2026-11-27T05` of an instant. */
const hourOf = (instant: Instant): string => instant.slice(0, 'yyyy-mm-ddThh'.length);

interface NextRows {
  readonly rows: readonly StoredRow[];
  readonly ready: Promise<ReadyRows>;
}

/**
 * Works imports off, the oldest first, a batch at a time, one instance at work. All that it knows is in the tables, so after a kill it
 * goes on where it was: rows that were carried out, but whose results were not recorded, find their own events.
 */
export class ImportWorker extends Worker {
  protected readonly loop: Loop;
  /** The hour of business time that was looked for what is past its time last. */
  #forgotIn: string | undefined;

  constructor(
    private readonly store: ImportStore,
    private readonly batch: ImportBatch,
    private readonly retention: ImportRetention,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly log: Logger,
    private readonly batchSize = BATCH,
  ) {
    super();
    this.loop = new Loop({
      // The lock takes a connection of its own.
      turn: async () => (!(await this.#hasWork()) || (await this.drain()) ? undefined : BUSY),
      periodMillis: LOOK,
      backoff: { firstMillis: 100, mostMillis: BUSY },
      ...failingWork(log, 'importing'),
    });
  }

  /** Works off everything there is, and forgets what is past its time. @returns false where another instance is at it. */
  async drain(): Promise<boolean> {
    const { stopping } = this.loop;
    const done = await this.database.exclusively(
      LOCK,
      async () => {
        for (;;) {
          const job = stopping.aborted ? undefined : await this.store.nextJob();
          if (job === undefined) break;
          await this.#work(job);
          await setImmediate();
        }
        if (!stopping.aborted) {
          const hour = hourOf(this.clock.now());
          await this.retention.forget();
          this.#forgotIn = hour;
        }
        return true;
      },
      { wait: false },
    );
    return done ?? false;
  }

  /** Once an hour of business time there is something to forget, perhaps. */
  async #hasWork(): Promise<boolean> {
    return this.#forgotIn !== hourOf(this.clock.now()) || (await this.store.nextJob()) !== undefined;
  }

  /** A job from where it stands to its end, or as far as this worker is wanted; the next rows are made ready while those before them are carried out. */
  async #work(job: ImportJob): Promise<void> {
    if (job.status === 'queued') await this.store.start(job.id, this.clock.now());
    let done = job.done;
    let next = this.#next(job, done);
    try {
      while (done < job.total && !this.loop.stopping.aborted) {
        const { rows, ready } = await next;
        if (rows.length === 0) break;
        const after = done + rows.length;
        if (after < job.total) next = this.#next(job, after);
        const attributes = { 'smartkey.import': job.id, 'smartkey.rows': rows.length };
        const carriedOut = await inSpan(
          'import batch',
          { root: true, service: 'device-registry', attributes },
          () => this.#carryOut(job, rows, ready),
        );
        if (!(await this.store.record(job.id, done, carriedOut))) return;
        done = after;
        await setImmediate();
      }
    } finally {
      // Whatever has become of it: it is found again.
      await ended(next.then(({ ready }) => ready));
    }
    if (done < job.total) return;
    await this.store.finish(job.id, this.clock.now());
    this.log.info({ import: job.id, rows: job.total }, 'an import is done');
  }

  /** The rows of the next batch, being made ready. */
  async #next(job: ImportJob, done: number): Promise<NextRows> {
    const rows = await this.store.rows.behind(job.id, done, this.batchSize);
    const ready = this.batch.ready(job, rows);
    // It may fail while nobody waits for it yet.
    void ended(ready);
    return { rows, ready };
  }

  /** A row that cannot be carried out at all fails alone; it does not hold up the others. */
  async #carryOut(
    job: ImportJob,
    rows: readonly StoredRow[],
    ready: Promise<ReadyRows> = this.batch.ready(job, rows),
  ): Promise<CarriedOutRows> {
    try {
      return await this.batch.carryOut(job, await ready);
    } catch (error) {
      // Nothing was decided: the same batch is tried again.
      if (error instanceof TransientError) throw error;
      this.log.error({ err: error, import: job.id, rows: rows.length }, 'rows of an import failed');
      if (rows.length === 1)
        return {
          results: [
            {
              row: rows[0]!.row,
              ...failedRow({ code: 'internal-error', detail: 'The row could not be carried out.' }),
            },
          ],
          affects: [],
        };
      const alone: CarriedOutRows[] = [];
      for (const row of rows) alone.push(await this.#carryOut(job, [row]));
      return {
        results: alone.flatMap(({ results }) => results),
        affects: mergedMonths(alone.map(({ affects }) => affects)),
      };
    }
  }
}
