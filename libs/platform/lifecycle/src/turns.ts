import { setImmediate } from 'node:timers/promises';

/** How long work in memory may go on before whoever else waits has a turn (system time). */
const TURN_MILLIS = 10;

/**
 * Work in memory that grows with customers or months, cut into turns: timers, sockets and other requests are served between them.
 * Call `next` between two pieces, none of which may take long by itself.
 */
export class Turns {
  #began = performance.now();

  constructor(private readonly millis = TURN_MILLIS) {}

  async next(): Promise<void> {
    if (performance.now() - this.#began < this.millis) return;
    await setImmediate();
    this.#began = performance.now();
  }
}
