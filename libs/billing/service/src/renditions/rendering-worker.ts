import { workAlone, type Database } from '@smartkey/database';
import type { EventStore } from '@smartkey/event-store';
import { Loop, pagesBehind, UnavailableError, Worker } from '@smartkey/lifecycle';
import { failingWork, shownToTheEnd, type ProjectionReader } from '@smartkey/projections';
import type { Logger } from 'pino';
import { documentsBehind } from './document-files.query.ts';
import type { DocumentRenderer } from './document-renderer.ts';
import type { FileWriters } from './file-writers.ts';
import type { RefusedFiles } from './refused-files.ts';
import type { RenderingMark } from './rendering-mark.ts';
import type { RenderingMetrics } from './rendering.metrics.ts';
import type { StatementSweep } from './statement/statement-sweep.ts';

/** Over all instances one renders at a time. */
const RENDERING_LOCK = 'document-rendering';
/** A look without an event, for what another instance has left behind: one small query (system time). */
const PERIOD_MILLIS = 30_000;
/** How soon an instance that is woken while another is at it looks again (system time). */
const BUSY_MILLIS = 2_000;
const BACKOFF = { firstMillis: 1_000, mostMillis: 60_000 };
/** How long the read model may take to come up to the log (system time). */
const PATIENCE_MILLIS = 10_000;
const PAGE = 50;

export interface WorkerParts {
  readonly database: Database;
  readonly store: EventStore;
  /** The read model of documents and their files. */
  readonly files: ProjectionReader;
  readonly renderer: DocumentRenderer;
  readonly refused: RefusedFiles;
  readonly sweep: StatementSweep;
  readonly mark: RenderingMark;
  readonly writers: FileWriters;
  readonly metrics: RenderingMetrics;
  readonly log: Logger;
}

/**
 * Makes the files of documents in the order of issue, from the first one ever issued on, beginning where whoever did it last has stopped.
 * Woken by events; idle while there is nothing to do.
 */
export class RenderingWorker extends Worker {
  protected readonly loop: Loop;
  #busy: NodeJS.Timeout | undefined;
  #begun = false;

  constructor(private readonly parts: WorkerParts) {
    super();
    const { metrics, log } = parts;
    this.loop = new Loop({
      turn: (signal) => this.#turn(signal),
      periodMillis: PERIOD_MILLIS,
      backoff: BACKOFF,
      ...failingWork(log, 'rendering', () => metrics.failures.inc()),
    });
  }

  override async stop(): Promise<void> {
    clearTimeout(this.#busy);
    await super.stop();
    clearTimeout(this.#busy);
  }

  async #turn(stopping: AbortSignal): Promise<void> {
    const { database } = this.parts;
    const done = await workAlone(database, { lock: RENDERING_LOCK, stopping }, async (over) => {
      await this.#work(over);
      return 'done';
    });
    if (done === undefined && !stopping.aborted) {
      // Its last look may have been before what this instance was woken for.
      clearTimeout(this.#busy);
      this.#busy = setTimeout(() => this.wake(), BUSY_MILLIS).unref();
    }
  }

  async #work(until: AbortSignal): Promise<void> {
    const { files, store, refused, sweep, writers } = this.parts;
    if ((await shownToTheEnd(files, 'billing', store, PATIENCE_MILLIS)) === undefined)
      throw new UnavailableError('the read model of documents and their files is behind the log');
    if (!this.#begun) await refused.tryAgainBy(writers.program);
    this.#begun = true;
    await this.#tryAgain(until);
    await this.#goOn(until);
    await sweep.sweep(until);
  }

  async #tryAgain(until: AbortSignal): Promise<void> {
    const { refused, renderer } = this.parts;
    const read = (after: bigint, limit: number) => refused.due(after, limit);
    for await (const documents of pagesBehind({ size: PAGE, from: 0n, read, placeOf: (due) => due.position }))
      for (const { number } of documents) {
        if (until.aborted) return;
        await refused.taken(number);
        await renderer.render(number);
      }
  }

  async #goOn(until: AbortSignal): Promise<void> {
    const { files, mark, renderer, log } = this.parts;
    let rendered = 0;
    for (;;) {
      const documents = await documentsBehind(files.sql, await mark.position(), PAGE);
      for (const { number, position } of documents) {
        if (until.aborted) return;
        await renderer.render(number);
        await mark.moveTo(position);
        rendered += 1;
      }
      if (documents.length < PAGE) break;
    }
    if (rendered > 0) log.info({ documents: rendered }, 'documents were rendered');
  }
}
