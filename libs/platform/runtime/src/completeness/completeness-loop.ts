import type { Database } from '@smartkey/database';
import type { Instant } from '@smartkey/kernel';
import { Loop, rest } from '@smartkey/lifecycle';
import { failingWork } from '@smartkey/projections';
import type { Logger } from 'pino';
import type { Completeness } from './completeness.ts';

export interface LoopParts {
  readonly database: Database;
  readonly completeness: Completeness;
  readonly periodMillis: number;
  readonly log: Logger;
  readonly onFailure: (error: unknown) => void;
}

/** So often an instance that does not lead asks whether it may, and so long a failing leader waits (system time). */
const RETRY_MILLIS = 1_000;

/** Raises the watermark again and again, by one instance of the service at a time. */
export class CompletenessLoop {
  readonly #loop: Loop;

  constructor(private readonly parts: LoopParts) {
    const { database, completeness, periodMillis, log, onFailure } = parts;
    this.#loop = new Loop({
      turn: async () => void (await completeness.round()),
      periodMillis,
      backoff: { firstMillis: RETRY_MILLIS, mostMillis: RETRY_MILLIS },
      ...failingWork(log, 'raising the watermark', onFailure),
      lead: {
        take: (rounds) => database.exclusively('completeness', rounds, { wait: false }),
        standByMillis: RETRY_MILLIS,
        tell: (error) => log.warn({ err: error }, 'the completeness loop was interrupted'),
      },
    });
  }

  start(): void {
    this.#loop.start();
  }

  stop(): Promise<void> {
    return this.#loop.stop();
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
}
