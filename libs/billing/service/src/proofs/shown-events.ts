import type { ProofPartAsked, ShownAs } from '@smartkey/transparency';

/** Events of one log that a proof shows, by their positions: 8 bytes each, for there may be millions. */
export class ShownEvents {
  #positions = new BigUint64Array(64);
  #size = 0;
  #sorted = true;
  /** What is no input. */
  readonly #others = new Map<bigint, ShownAs>();

  /** Takes one in; one that is there already counts once. */
  add(position: bigint, as: ShownAs = 'input'): void {
    if (as !== 'input') this.#others.set(position, as);
    if (this.#size === this.#positions.length) {
      const larger = new BigUint64Array(this.#size * 2);
      larger.set(this.#positions);
      this.#positions = larger;
    }
    this.#positions[this.#size] = position;
    this.#size += 1;
    this.#sorted = false;
  }

  get size(): number {
    return this.#inOrder().length;
  }

  /** The position of the last one; 0 where there is none. */
  get furthest(): bigint {
    return this.#inOrder().at(-1) ?? 0n;
  }

  /** So many from the n-th on, in the log's order. */
  page(n: number, most: number): ProofPartAsked['events'] {
    return [...this.#inOrder().subarray(n, n + most)].map((position) => ({
      position: String(position),
      as: this.#others.get(position) ?? 'input',
    }));
  }

  /** Ascending, each once. */
  #inOrder(): BigUint64Array {
    if (!this.#sorted) {
      const positions = this.#positions.subarray(0, this.#size).sort();
      let size = 0;
      for (const position of positions)
        if (size === 0 || positions[size - 1] !== position) positions[size++] = position;
      this.#size = size;
      this.#sorted = true;
    }
    return this.#positions.subarray(0, this.#size);
  }
}
