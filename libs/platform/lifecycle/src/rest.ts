export interface RestOptions {
  /** Whether the process goes on for the rest's sake where nothing else keeps it (default true). */
  readonly keepsAlive?: boolean;
}

/** Rests that can be cut short. A wake while no rest is under way is kept: the next rest then ends at once. */
export class Alarm {
  #rung = false;
  #wake: (() => void) | undefined;

  wake(): void {
    if (this.#wake === undefined) this.#rung = true;
    else this.#wake();
  }

  /** Waits for so long (system time), or until it is woken, or until the signal. One at a time. */
  rest(millis: number, signal?: AbortSignal, { keepsAlive = true }: RestOptions = {}): Promise<void> {
    if (this.#rung || signal?.aborted === true) {
      this.#rung = false;
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', wake);
        this.#wake = undefined;
        resolve();
      };
      const timer = setTimeout(wake, millis);
      if (!keepsAlive) timer.unref();
      signal?.addEventListener('abort', wake);
      this.#wake = wake;
    });
  }
}

/** Waits for so long (system time), or until the signal aborts, which is no error here: it resolves in both cases. */
export const rest = (millis: number, signal?: AbortSignal, options?: RestOptions): Promise<void> =>
  new Alarm().rest(millis, signal, options);
