import { rest } from '@smartkey/lifecycle';

/** Waits that double from the first to the longest, until a success. System time. */
export class Backoff {
  #next: number;

  constructor(private readonly limits: { readonly firstMillis: number; readonly mostMillis: number }) {
    this.#next = limits.firstMillis;
  }

  reset(): void {
    this.#next = this.limits.firstMillis;
  }

  /** Waits its turn; at once where the signal says that nobody wants to go on. */
  async wait(stop: AbortSignal): Promise<void> {
    const millis = this.#next;
    this.#next = Math.min(2 * millis, this.limits.mostMillis);
    await rest(millis, stop);
  }
}
