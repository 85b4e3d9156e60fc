import type { CloseCounts } from '@smartkey/billing-domain';
import { endOfMonth } from '@smartkey/calendar';
import type { Database } from '@smartkey/database';
import { unavailable } from '@smartkey/http';
import type { Instant } from '@smartkey/kernel';
import { ended, Loop, Worker } from '@smartkey/lifecycle';
import { failingWork } from '@smartkey/projections';
import type { ServiceParts } from '@smartkey/runtime';
import { inSpan } from '@smartkey/tracing';
import type { Logger } from 'pino';
import { booksUpToDate } from '../documents/books-up-to-date.ts';
import { openCloses } from '../documents/open-closes.query.ts';
import { sourcesBehind } from '../ledger/completeness.ts';
import type { CloseCommands } from './close-commands.ts';
import { CLOSE_LOCK } from './close-lock.ts';
import { closeMonth, type CloseParts, type CloseProgress } from './close-month.ts';
import type { CloseRun } from './close-run.ts';
import type { CloseRunStore } from './close-run.store.ts';

/** How often a waiting run looks whether its month is complete, and how often is looked for what another instance has left (system time). */
const LOOK_MILLIS = 500;
const LEFT_MILLIS = 15_000;
/** How long it rests after a failure. */
const REST_MILLIS = 5_000;

export interface RunnerParts extends CloseParts {
  readonly database: Database;
  readonly runs: CloseRunStore;
  readonly commands: CloseCommands;
  readonly wantWatermark: ServiceParts['wantWatermark'];
  readonly logsInDoubt: ServiceParts['logsInDoubt'];
  readonly log: Logger;
  /** Signs how far the log goes, after a run. */
  readonly signLog: () => Promise<unknown>;
}

/**
 * Carries out close runs, one at a time over all instances, earlier months first. A run waits by itself for its month to
 * be complete, and one that a process left unfinished is taken up by whoever comes next.
 */
export class CloseRunner extends Worker {
  protected readonly loop: Loop;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly parts: RunnerParts) {
    super();
    const { metrics, log } = parts;
    this.loop = new Loop({
      turn: async () => ((await this.work()) ? LOOK_MILLIS : undefined),
      periodMillis: LEFT_MILLIS,
      backoff: { firstMillis: REST_MILLIS, mostMillis: REST_MILLIS },
      ...failingWork(log, 'closing', () => metrics.failures.inc()),
    });
  }

  override async stop(): Promise<void> {
    await super.stop();
    await this.#turn;
  }

  /**
   * Does what can be done now.
   * @param wait for another instance that is at it: what it leaves is done here. Without, it is left to that instance.
   * @returns whether there were runs that had not ended.
   * @throws what a run failed with.
   */
  work({ wait = false }: { readonly wait?: boolean } = {}): Promise<boolean> {
    // In this process turns queue; between instances the lock decides, and whoever has it does the work.
    const turn = this.#turn.then(() => this.#workAlone(wait));
    this.#turn = ended(turn);
    return turn;
  }

  async #workAlone(wait: boolean): Promise<boolean> {
    if (this.loop.stopping.aborted) return false;
    await this.#takeUp();
    if ((await this.parts.runs.unfinished()).length === 0) return false;
    await this.parts.database.exclusively(
      CLOSE_LOCK,
      async () => {
        for (const run of await this.parts.runs.unfinished()) await this.#advance(run);
      },
      { wait },
    );
    return true;
  }

  /** A process that died between the request's event and its row left a run that only the log knows. */
  async #takeUp(): Promise<void> {
    const { documents, runs } = this.parts;
    for (const { run, month, requestedAt } of await openCloses(documents.sql))
      await runs.open(run, month, requestedAt);
  }

  async #advance(run: CloseRun): Promise<void> {
    const { ledger, clock, runs, commands, wantWatermark } = this.parts;
    const outcome = await commands.outcomeOf(run);
    if (outcome === 'unknown') return runs.forget(run.run);
    if (outcome !== undefined) return this.#ended(run, outcome.counts);
    const behind = await ledger.snapshot(async (_sql, watermarks) => sourcesBehind(watermarks, run.month));
    // Facts that no log has would be billed for good.
    const inDoubt = behind.length > 0 ? [] : await this.parts.logsInDoubt();
    const waitingFor = [...behind, ...inDoubt];
    if (waitingFor.length > 0) {
      for (const source of behind) wantWatermark(source, endOfMonth(run.month));
      const said = run.state === 'waiting' && run.waitingFor.join() === waitingFor.join();
      if (!said) await runs.save({ ...run, state: 'waiting', waitingFor, updatedAt: clock.now() });
      return;
    }
    const attributes = { 'smartkey.month': run.month, 'smartkey.close.run': run.run };
    await inSpan('close month', { root: true, service: 'billing', attributes }, () => this.#close(run));
  }

  async #close(run: CloseRun): Promise<void> {
    const { clock, runs, commands } = this.parts;
    await runs.forgetParked(run.run);
    const progress = ({ counts, parked }: CloseProgress): Promise<void> =>
      runs.save({ ...run, counts, state: 'running', waitingFor: [], updatedAt: clock.now() }, parked);
    const counts = await closeMonth(this.parts, run, progress, () => this.loop.stopping.aborted);
    if (counts === 'stopped') return;
    await commands.finish(run, counts);
    await this.#ended(run, counts);
  }

  async #ended(run: CloseRun, counts: CloseCounts): Promise<void> {
    const { clock, runs, log } = this.parts;
    const state = counts.parked === 0 ? 'completed' : 'partial';
    await runs.save({ ...run, counts, state, waitingFor: [], updatedAt: clock.now() });
    log.info({ run: run.run, month: run.month, state, ...counts }, 'a month was closed');
    await this.#sign();
  }

  /** What was issued is in a checkpoint from now on. The run has ended whatever comes of that: the next one signed has it too. */
  async #sign(): Promise<void> {
    const { signLog, log } = this.parts;
    await signLog().catch((error: unknown) =>
      log.error({ err: error }, 'no checkpoint was signed after a close'),
    );
  }

  /**
   * Sandbox: carries out every run whose month has ended by then; answers when they have ended, whoever did the work.
   * @throws ProblemException 503 where they have not: this instance stops.
   */
  async settle(upTo: Instant): Promise<void> {
    await booksUpToDate(this.parts);
    await this.#takeUp();
    if (!(await this.#anyDue(upTo))) return;
    await this.work({ wait: true });
    if (await this.#anyDue(upTo)) throw unavailable('A close that is due has not ended yet.');
  }

  async #anyDue(upTo: Instant): Promise<boolean> {
    return (await this.parts.runs.unfinished()).some((run) => endOfMonth(run.month) <= upTo);
  }
}
