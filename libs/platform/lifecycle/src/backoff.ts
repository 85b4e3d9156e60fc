import { rest } from './rest.ts';

/** System time. */
export interface BackoffLimits {
  readonly firstMillis: number;
  readonly mostMillis: number;
}

/** Waits that double from the first to the longest, until a success. */
export class Backoff {
  #next: number;

  constructor(private readonly limits: BackoffLimits) {
    this.#next = limits.firstMillis;
  }

  reset(): void {
    this.#next = this.limits.firstMillis;
  }

  /** @returns how long to wait now, in milliseconds. */
  next(): number {
    const millis = this.#next;
    this.#next = Math.min(2 * millis, this.limits.mostMillis);
    return millis;
  }

  /** Waits its turn; at once where the signal says that nobody wants to go on. */
  wait(stop?: AbortSignal): Promise<void> {
    return rest(this.next(), stop);
  }

  /** Whether the next wait would last beyond an instant of the monotonic clock (milliseconds). */
  outlasts(until: number): boolean {
    return performance.now() + this.#next > until;
  }
}
