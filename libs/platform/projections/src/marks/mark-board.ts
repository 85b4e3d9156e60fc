import type { MarkKey } from './marks.ts';

/** What this process knows of consumers: up to where they have taken in a partition, and who waits for that. */
export class MarkBoard {
  readonly #positions = new Map<string, bigint>();
  readonly #waiters = new Map<string, Set<() => void>>();

  /** Everything up to the position has been taken in, and that is committed. */
  moved(key: MarkKey, position: bigint): void {
    const name = nameOf(key);
    if (position > (this.#positions.get(name) ?? -1n)) this.#positions.set(name, position);
    for (const waiter of this.#waiters.get(key.consumer) ?? []) waiter();
  }

  /** At least up to here; `undefined` where this process does not know. */
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
