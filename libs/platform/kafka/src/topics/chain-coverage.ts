/** Positions after `after`, up to `upTo`. */
export interface Stretch {
  readonly after: bigint;
  readonly upTo: bigint;
}

/**
 * How much of a partition's chain is there. Each event tells the one before it, so it covers the stretch from there to itself, in
 * whatever order and however often events come.
 */
export class ChainCoverage {
  #end: bigint;
  #holes: Stretch[] = [];

  /** @param after where the chain begins: 0n, or the place up to which nothing can be there any more. */
  constructor(after: bigint) {
    this.#end = after;
  }

  add(previous: bigint, position: bigint): void {
    if (previous > this.#end) this.#holes.push({ after: this.#end, upTo: previous });
    else if (this.#holes.length > 0) this.#fill(previous, position);
    if (position > this.#end) this.#end = position;
  }

  /** What is not covered of the chain up to its last event. */
  lacking(last: bigint): readonly Stretch[] {
    return last > this.#end ? [...this.#holes, { after: this.#end, upTo: last }] : this.#holes;
  }

  #fill(previous: bigint, position: bigint): void {
    this.#holes = this.#holes.flatMap((hole) => {
      if (position <= hole.after || previous >= hole.upTo) return [hole];
      return [
        { after: hole.after, upTo: previous },
        { after: position, upTo: hole.upTo },
      ].filter(({ after, upTo }) => after < upTo);
    });
  }
}
