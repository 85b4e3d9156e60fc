import type { Database } from '@smartkey/database';
import { epochMillisOf, type Instant } from '@smartkey/kernel';
import { Backoff, Loop, rest } from '@smartkey/lifecycle';
import { failingWork } from '@smartkey/projections';
import type { Logger } from 'pino';
import type { BusinessClock } from '../clock/business-clock.ts';
import type { Completeness } from './completeness.ts';

export interface LoopParts {
  readonly database: Database;
  readonly completeness: Completeness;
  readonly clock: Pick<BusinessClock, 'mode' | 'now'>;
  /** Between two rounds while something goes on. */
  readonly periodMillis: number;
  readonly log: Logger;
  readonly onFailure: (error: unknown) => void;
}

/** So long a failing leader waits (system time). */
const RETRY_MILLIS = 1_000;
/** So long an instance that does not lead asks for the lead by one connection, and until it asks by another (system time). */
const ASKING_MILLIS = 60_000;
const STAND_BY_MILLIS = 1_000;
/** So many periods lie between two rounds while nothing goes on. */
const PERIODS_AT_REST = 60;
/** So long is a wish good for (system time): who waits on says it again. */
const WISH_MILLIS = 10_000;
const FIRST_PAUSE_MILLIS = 10;

/**
 * Raises the watermark by one instance of the service at a time: a period after anything has happened, at the instant at which something
 * becomes due, at once where somebody waits for it (`want`), and once in a while.
 */
export class CompletenessLoop {
  readonly #loop: Loop;
  /** Something has happened since the last round began. */
  #stirred = false;
  #soon: NodeJS.Timeout | undefined;
  #wish: { readonly instant: Instant; readonly until: number } | undefined;
  #granting: Promise<void> | undefined;

  constructor(private readonly parts: LoopParts) {
    const { database, periodMillis, log, onFailure } = parts;
    this.#loop = new Loop({
      turn: () => this.#turn(),
      periodMillis,
      backoff: { firstMillis: RETRY_MILLIS, mostMillis: RETRY_MILLIS },
      ...failingWork(log, 'raising the watermark', onFailure),
      lead: {
        take: (rounds, until) =>
          database.exclusively('completeness', rounds, { wait: { mostMillis: ASKING_MILLIS, until } }),
        standByMillis: STAND_BY_MILLIS,
        tell: (error) => log.warn({ err: error }, 'the completeness loop was interrupted'),
      },
    });
  }

  start(): void {
    this.#loop.start();
  }

  async stop(): Promise<void> {
    clearTimeout(this.#soon);
    await Promise.all([this.#loop.stop(), this.#granting]);
  }

  /** Something has happened in the service's log, or an input has promised more. */
  stir(): void {
    this.#stirred = true;
    if (this.#soon !== undefined || this.#loop.stopping.aborted) return;
    this.#soon = setTimeout(() => {
      this.#soon = undefined;
      this.#loop.wake();
    }, this.parts.periodMillis);
    this.#soon.unref();
  }

  /** Somebody waits for the watermark to pass an instant. One that the clock has not reached yet cannot be hastened. */
  want(instant: Instant): void {
    if (instant > this.parts.clock.now()) return;
    const furthest = this.#wish !== undefined && this.#wish.instant > instant ? this.#wish.instant : instant;
    this.#wish = { instant: furthest, until: performance.now() + WISH_MILLIS };
    this.#granting ??= this.#grant().finally(() => (this.#granting = undefined));
  }

  /**
   * Raises the watermark at once to an instant that the clock has reached, whoever leads.
   * @returns false where that took longer than `timeoutMillis` (system time).
   */
  async settle(instant: Instant, timeoutMillis: number): Promise<boolean> {
    const until = performance.now() + timeoutMillis;
    const { stopping } = this.#loop;
    for (;;) {
      const standing = await this.parts.completeness.round();
      if (standing !== undefined && standing >= instant) return true;
      if (performance.now() > until || stopping.aborted) return false;
      // The inputs' watermarks are on their way over the bus.
      await rest(5, stopping);
    }
  }

  /** @returns how long to rest. */
  async #turn(): Promise<number> {
    const { completeness, clock, periodMillis } = this.parts;
    this.#stirred = false;
    await completeness.round();
    const most = PERIODS_AT_REST * periodMillis;
    // A clock that is set runs what is due when it is set.
    const due = clock.mode === 'system' ? await completeness.nextDue() : undefined;
    if (this.#stirred) return periodMillis;
    if (due === undefined) return most;
    const millis = epochMillisOf(due) - epochMillisOf(clock.now());
    if (millis > 0) return Math.min(millis, most);
    // It is due, and not done: the inputs have not promised so far.
    await completeness.wantInputs(due);
    return periodMillis;
  }

  /** Makes rounds until the wish is granted, or nobody repeats it; harmless beside those of the instance that leads. */
  async #grant(): Promise<void> {
    const { completeness, log, periodMillis } = this.parts;
    const { stopping } = this.#loop;
    const pauses = new Backoff({
      firstMillis: Math.min(FIRST_PAUSE_MILLIS, periodMillis),
      mostMillis: periodMillis,
    });
    while (!stopping.aborted && performance.now() < this.#wish!.until) {
      try {
        const standing = await completeness.round();
        const { instant } = this.#wish!;
        if (standing !== undefined && standing >= instant) return;
        await completeness.wantInputs(instant);
      } catch (error) {
        // The leader's own rounds fail as well, and are told and counted.
        log.debug({ err: error }, 'a watermark that is waited for could not be raised');
      }
      await pauses.wait(stopping);
    }
  }
}
