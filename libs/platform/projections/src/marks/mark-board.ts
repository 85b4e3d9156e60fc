import type { ServiceName } from '@smartkey/event-bus';
import { Listeners } from '@smartkey/lifecycle';
import { type Mark, type MarkKey, nameOfMark } from './marks.ts';

/** What this process knows of consumers: up to where they have taken in a partition, and who waits for that. */
export class MarkBoard {
  readonly #positions = new Map<string, bigint>();
  readonly #waiters = new Map<string, Set<() => void>>();
  readonly #listeners = new Listeners<ServiceName>();

  /** Everything up to the position has been taken in, and that is committed; the source's promise with it, where there is one. */
  moved(key: MarkKey, { position, watermark }: Mark): void {
    const name = nameOfMark(key);
    if (position > (this.#positions.get(name) ?? -1n)) this.#positions.set(name, position);
    for (const waiter of this.#waiters.get(key.consumer) ?? []) waiter();
    if (watermark !== undefined) this.#listeners.tell(key.source);
  }

  /** Calls back whenever a consumer of this process has reached a promise of a source. */
  onPromise(listener: (source: ServiceName) => void): void {
    this.#listeners.add(listener);
  }

  /** Its marks on a source were put back. */
  forget({ consumer, source }: Omit<MarkKey, 'partition'>): void {
    for (const name of this.#positions.keys())
      if (name.startsWith(`${consumer}/${source}/`)) this.#positions.delete(name);
  }

  /** At least up to here; `undefined` where this process does not know. */
  position(key: MarkKey): bigint | undefined {
    return this.#positions.get(nameOfMark(key));
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
