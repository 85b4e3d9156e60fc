import type { MarkKey } from './marks.ts';

/** What this process knows of marks: where it has moved them itself, and who waits for that. */
export class MarkBoard {
  readonly #positions = new Map<string, bigint>();
  readonly #waiters = new Map<string, Set<() => void>>();

  /** The mark has been moved, and that is committed. */
  moved(key: MarkKey, position: bigint): void {
    this.#positions.set(nameOf(key), position);
    for (const waiter of this.#waiters.get(key.consumer) ?? []) waiter();
  }

  /** At least here; `undefined` where this process has not moved it. */
  position(key: MarkKey): bigint | undefined {
    return this.#positions.get(nameOf(key));
  }

  /** Resolves at the next move of the consumer, or after the time given (system time). */
  async next(consumer: string, atMostMillis: number): Promise<void> {
    const waiters = this.#waiters.get(consumer) ?? new Set();
    this.#waiters.set(consumer, waiters);
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        waiters.delete(done);
        resolve();
      };
      const timer = setTimeout(done, atMostMillis);
      waiters.add(done);
    });
  }
}

const nameOf = ({ consumer, source, partition }: MarkKey): string => `${consumer}/${source}/${partition}`;
