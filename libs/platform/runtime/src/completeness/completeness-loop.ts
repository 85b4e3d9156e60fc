import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from '@smartkey/database';
import type { Instant } from '@smartkey/kernel';
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
  readonly #stop = new AbortController();
  #loop: Promise<void> | undefined;

  constructor(private readonly parts: LoopParts) {}

  start(): void {
    this.#loop = this.#leadAgainAndAgain();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#loop;
  }

  /**
   * Raises the watermark at once to an instant that the clock has reached, whoever leads.
   * @returns false where that took longer than `timeoutMillis` (system time).
   */
  async settle(instant: Instant, timeoutMillis: number): Promise<boolean> {
    const until = performance.now() + timeoutMillis;
    for (;;) {
      const standing = await this.parts.completeness.round();
      if (standing !== undefined && standing >= instant) return true;
      if (performance.now() > until || this.#stop.signal.aborted) return false;
      // The inputs' watermarks are on their way over the bus.
      await this.#pause(5);
    }
  }

  async #leadAgainAndAgain(): Promise<void> {
    const { database, log } = this.parts;
    while (!this.#stop.signal.aborted) {
      try {
        await database.exclusively('completeness', (held) => this.#lead(held), { wait: false });
      } catch (error) {
        log.warn({ err: error }, 'the completeness loop was interrupted');
      }
      await this.#pause(RETRY_MILLIS);
    }
  }

  async #lead(held: AbortSignal): Promise<void> {
    while (!this.#stop.signal.aborted && !held.aborted) {
      try {
        await this.parts.completeness.round();
        await this.#pause(this.parts.periodMillis);
      } catch (error) {
        if (this.#stop.signal.aborted) return;
        this.parts.onFailure(error);
        this.parts.log.error({ err: error }, 'the watermark stands still: a round failed, to be repeated');
        await this.#pause(RETRY_MILLIS);
      }
    }
  }

  async #pause(millis: number): Promise<void> {
    const { signal } = this.#stop;
    if (signal.aborted) return;
    await pause(millis, undefined, { signal }).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }
}
