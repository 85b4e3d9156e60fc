/**
 * How long one waits for what moves: until nothing has changed for so long. However slow a busy machine is, what it does is seen to go on; what stands
 * still is stuck.
 */
export class Patience {
  #seen: unknown;
  #until = 0;

  /** @param millis system time in which something must change. */
  constructor(private readonly millis: number) {}

  /** @param seen compared as a value: a number, a text. */
  isOver(seen: number | string | null, now: number = Date.now()): boolean {
    if (seen !== this.#seen) {
      this.#seen = seen;
      this.#until = now + this.millis;
    }
    return now > this.#until;
  }
}
