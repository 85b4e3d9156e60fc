import { rest, underAny } from '@smartkey/lifecycle';

/** System time, in milliseconds. */
export interface LivenessLimits {
  /** Between two questions. */
  readonly period: number;
  /** Silence after which an instance gets no more callers. */
  readonly silent: number;
  /** Silence after which its callers are let go. */
  readonly lost: number;
}

const LIVENESS: LivenessLimits = { period: 1_000, silent: 3_000, lost: 10_000 };

/**
 * Asks an instance again and again whether it is alive: a process that is paused takes connections, for that the operating
 * system does, and answers nothing.
 */
export class Liveness {
  #answeredAt = performance.now();
  readonly #stop = new AbortController();

  /** @param onLost is told after each question that leaves the instance lost. */
  constructor(
    private readonly url: string,
    private readonly onLost: () => void,
    private readonly limits: LivenessLimits = LIVENESS,
  ) {
    void this.#watch();
  }

  /** Milliseconds since its last answer; 0 while that is no reason to avoid it. */
  get silence(): number {
    const since = performance.now() - this.#answeredAt;
    return since > this.limits.silent ? since : 0;
  }

  stop(): void {
    this.#stop.abort();
  }

  async #watch(): Promise<void> {
    const { period, lost } = this.limits;
    while (!this.#stop.signal.aborted) {
      await this.#ask();
      if (performance.now() - this.#answeredAt > lost) this.onLost();
      await rest(period, this.#stop.signal, { keepsAlive: false });
    }
  }

  async #ask(): Promise<void> {
    const ends = [this.#stop.signal, AbortSignal.timeout(this.limits.silent)];
    try {
      await underAny(ends, async (signal) => (await fetch(`${this.url}/health/live`, { signal })).text());
      this.#answeredAt = performance.now();
    } catch (error) {
      // One that is not there refuses the connection itself; whoever comes is sent on at once.
      const { code } = ((error as Error).cause ?? {}) as { readonly code?: string };
      if (code === 'ECONNREFUSED') this.#answeredAt = performance.now();
    }
  }
}
