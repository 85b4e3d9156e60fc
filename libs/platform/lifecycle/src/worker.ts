import type { Loop } from './loop.ts';

/** What works in a loop of its own, as those see it who start it, wake it and stop it. */
export abstract class Worker {
  protected abstract readonly loop: Loop;

  start(): void {
    this.loop.start();
  }

  /** There may be something to do. */
  wake(): void {
    this.loop.wake();
  }

  /** Resolves behind what is under way. */
  stop(): Promise<void> {
    return this.loop.stop();
  }
}
