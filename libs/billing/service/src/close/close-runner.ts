import { endOfMonth } from '@smartkey/calendar';
import type { Database } from '@smartkey/database';
import { ended, type Instant } from '@smartkey/kernel';
import { inSpan } from '@smartkey/tracing';
import type { Logger } from 'pino';
import { sourcesBehind } from '../ledger/completeness.ts';
import type { CloseCommands } from './close-commands.ts';
import { closeMonth, type CloseParts, type Tally } from './close-month.ts';
import type { CloseRun } from './close-run.ts';
import type { CloseRunStore } from './close-run.store.ts';

/** How often a waiting run looks whether its month is complete (system time). */
const LOOK_MILLIS = 500;
/** How long it rests after a failure. */
const REST_MILLIS = 5_000;

export interface RunnerParts extends CloseParts {
  readonly database: Database;
  readonly runs: CloseRunStore;
  readonly commands: CloseCommands;
  readonly log: Logger;
}

/**
 * Carries out close runs, one at a time over all instances, earlier months first. A run waits by itself for its month to
 * be complete, and one that a process left unfinished is taken up by whoever comes next.
 */
export class CloseRunner {
  #stopped = false;
  #nudged = false;
  #wake: () => void = () => undefined;
  #loop: Promise<void> | undefined;
  #turn: Promise<void> = Promise.resolve();

  constructor(private readonly parts: RunnerParts) {}

  start(): void {
    this.#loop = this.#follow();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#wake();
    await this.#loop;
    await this.#turn;
  }

  /** A run was asked for: look at once. */
  nudge(): void {
    this.#nudged = true;
    this.#wake();
  }

  /** Does what can be done now. @throws what a run failed with. */
  work(): Promise<void> {
    // In this process turns queue; between instances the lock decides, and whoever has it does the work.
    const turn = this.#turn.then(() => this.#workAlone());
    this.#turn = ended(turn);
    return turn;
  }

  async #workAlone(): Promise<void> {
    if (this.#stopped) return;
    if ((await this.parts.runs.unfinished()).length === 0) return;
    await this.parts.database.exclusively(
      'billing:close',
      async () => {
        for (const run of await this.parts.runs.unfinished()) await this.#advance(run);
      },
      { wait: false },
    );
  }

  async #advance(run: CloseRun): Promise<void> {
    const { ledger, clock, runs } = this.parts;
    const waitingFor = await ledger.snapshot(async (_sql, watermarks) =>
      sourcesBehind(watermarks, run.month),
    );
    if (waitingFor.length > 0) {
      const said = run.state === 'waiting' && run.waitingFor.join() === waitingFor.join();
      if (!said) await runs.save({ ...run, state: 'waiting', waitingFor, updatedAt: clock.now() });
      return;
    }
    const attributes = { 'smartkey.month': run.month, 'smartkey.close.run': run.run };
    await inSpan('close month', { root: true, service: 'billing', attributes }, () => this.#close(run));
  }

  async #close(run: CloseRun): Promise<void> {
    const { clock, runs } = this.parts;
    const progress = (tally: Tally): Promise<void> =>
      runs.save({ ...run, ...shown(tally), state: 'running', waitingFor: [], updatedAt: clock.now() });
    const tally = await closeMonth(this.parts, run, progress, () => this.#stopped);
    if (tally === 'stopped') return;
    await this.parts.commands.finish(run, shown(tally));
    const state = tally.parked.length === 0 ? 'completed' : 'partial';
    await runs.save({ ...run, ...shown(tally), state, waitingFor: [], updatedAt: clock.now() });
    this.parts.log.info(
      { run: run.run, month: run.month, state, ...shown(tally).counts },
      'a month was closed',
    );
  }

  async #follow(): Promise<void> {
    while (!this.#stopped) {
      let millis = LOOK_MILLIS;
      try {
        await this.work();
      } catch (error) {
        millis = REST_MILLIS;
        this.parts.metrics.failures.inc();
        this.parts.log.error({ err: error }, 'a close run failed, to be taken up again');
      }
      await this.#pause(millis);
    }
  }

  async #pause(millis: number): Promise<void> {
    if (this.#nudged || this.#stopped) {
      this.#nudged = false;
      return;
    }
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, millis);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#nudged = false;
  }

  /** Sandbox: carries out every run whose month has ended by then. */
  async settle(upTo: Instant): Promise<void> {
    const due = (await this.parts.runs.unfinished()).some((run) => endOfMonth(run.month) <= upTo);
    if (due) await this.work();
  }
}

const shown = ({ total, issued, nothingDue, parked }: Tally) => ({
  counts: { total, issued, nothingDue },
  parked,
});
