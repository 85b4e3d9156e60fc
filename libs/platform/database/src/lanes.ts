import { AsyncLocalStorage } from 'node:async_hooks';

const behind = new AsyncLocalStorage<true>();

/**
 * Runs what nobody waits for: read models that follow, logs that are read for them. Where there is one connection, the statements of who waits for
 * an answer pass its statements, though not without end.
 */
export const inTheBackground = <T>(work: () => T): T => behind.run(true, work);

/** How many that came later may go before one that works in the background. */
const MOST_PASSING = 8;

/**
 * Lets one at a time through, in the order they came; but who waits for an answer goes before what is done in the background. A commit that finds some twenty
 * consumers in line would wait for a transaction of each.
 */
export class Lanes {
  readonly #ahead: (() => void)[] = [];
  readonly #behind: (() => void)[] = [];
  /** Behind everybody. */
  readonly #last: (() => void)[] = [];
  #busy = false;
  #passed = 0;

  run<T>(work: () => Promise<T>): Promise<T> {
    return this.#runIn(behind.getStore() === undefined ? this.#ahead : this.#behind, work);
  }

  /** When nobody waits any more. */
  runLast<T>(work: () => Promise<T>): Promise<T> {
    return this.#runIn(this.#last, work);
  }

  async #runIn<T>(lane: (() => void)[], work: () => Promise<T>): Promise<T> {
    if (this.#busy) {
      await new Promise<void>((resolve) => lane.push(resolve));
    }
    this.#busy = true;
    try {
      return await work();
    } finally {
      this.#next();
    }
  }

  /** Hands on in the same turn: nobody who comes meanwhile finds it free. */
  #next(): void {
    const next = this.#takeNext();
    this.#busy = next !== undefined;
    next?.();
  }

  #takeNext(): (() => void) | undefined {
    const passes = this.#ahead.length > 0 && this.#behind.length > 0 && this.#passed < MOST_PASSING;
    this.#passed = passes ? this.#passed + 1 : 0;
    if (passes) return this.#ahead.shift();
    return this.#behind.shift() ?? this.#ahead.shift() ?? this.#last.shift();
  }
}
