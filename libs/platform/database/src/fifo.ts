import { ended } from '@smartkey/lifecycle';

/** Lets one at a time through, in the order they came. */
export class Fifo {
  #tail: Promise<void> = Promise.resolve();

  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(work);
    // Whoever ran it has the error.
    this.#tail = ended(result);
    return result;
  }
}
