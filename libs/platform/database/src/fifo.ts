/** Lets one at a time through, in the order they came. */
export class Fifo {
  #tail: Promise<void> = Promise.resolve();

  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(work);
    this.#tail = result.then(
      () => undefined,
      () => undefined, // whoever ran it has the error
    );
    return result;
  }
}
