import { setTimeout as pause } from 'node:timers/promises';

interface Waiting<In, Out> {
  readonly item: In;
  readonly resolve: (out: Out) => void;
  readonly reject: (error: unknown) => void;
}

const MOST = 500;

/**
 * Does for many what is cheaper done together: while one round runs, what is asked for meanwhile is gathered for the next.
 * Nothing waits for company, so a lone request is as fast as without.
 */
export class Batcher<In, Out> {
  private waiting: Waiting<In, Out>[] = [];
  private running = false;

  /**
   * @param work answers each item in its place; a throw fails the whole round.
   * @param pauseMillis between two rounds: bounds what may be asked for by anybody.
   */
  constructor(
    private readonly work: (items: readonly In[]) => Promise<readonly Out[]>,
    private readonly pauseMillis = 0,
  ) {}

  add(item: In): Promise<Out> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      if (!this.running) void this.run();
    });
  }

  private async run(): Promise<void> {
    this.running = true;
    while (this.waiting.length > 0) {
      const round = this.waiting.splice(0, MOST);
      try {
        const outs = await this.work(round.map(({ item }) => item));
        round.forEach(({ resolve }, index) => resolve(outs[index]!));
      } catch (error) {
        for (const { reject } of round) reject(error);
      }
      if (this.pauseMillis > 0) await pause(this.pauseMillis, undefined, { ref: false });
    }
    this.running = false;
  }
}
