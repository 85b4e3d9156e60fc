import { setImmediate as turnOver } from 'node:timers/promises';
import { rest } from './rest.ts';

interface Waiting<In, Out> {
  readonly item: In;
  readonly resolve: (out: Out) => void;
  readonly reject: (error: unknown) => void;
}

export interface BatcherOptions<In> {
  /** Most items of one round (default 500). */
  readonly most?: number;
  /** Items with a key in common are in different rounds. Default: any may be together. */
  readonly keysOf?: (item: In) => readonly string[];
  /**
   * Rounds wait for no other. Default: one round at a time; what is asked for while it runs is gathered for the next.
   */
  readonly sideBySide?: boolean;
  /** Between two rounds, one at a time (system time; default 0): bounds what may be asked for by anybody. */
  readonly pauseMillis?: number;
}

const MOST = 500;

/**
 * Does for many what is cheaper done together. A round takes what is asked for in one turn of the event loop: those whom one answer has let go on ask one
 * after another, and the first of them would be alone. Nothing waits for company by a timer: a lone item is as fast as without.
 */
export class Batcher<In, Out> {
  #waiting: Waiting<In, Out>[] = [];
  #begun = false;

  /** @param work answers each item in its place; a throw fails the whole round. */
  constructor(
    private readonly work: (items: readonly In[]) => Promise<readonly Out[]>,
    private readonly options: BatcherOptions<In> = {},
  ) {}

  add(item: In): Promise<Out> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      if (this.#begun) return;
      this.#begun = true;
      if (this.options.sideBySide) setImmediate(() => this.#nextRound());
      else void this.#roundAfterRound();
    });
  }

  async #roundAfterRound(): Promise<void> {
    const { pauseMillis = 0 } = this.options;
    while (this.#waiting.length > 0) {
      await turnOver();
      await this.#carryOut(this.#takeRound());
      if (pauseMillis > 0) await rest(pauseMillis, undefined, { keepsAlive: false });
    }
    this.#begun = false;
  }

  #nextRound(): void {
    const round = this.#takeRound();
    if (this.#waiting.length > 0) setImmediate(() => this.#nextRound());
    else this.#begun = false;
    void this.#carryOut(round);
  }

  #takeRound(): readonly Waiting<In, Out>[] {
    const { most = MOST, keysOf } = this.options;
    if (keysOf === undefined) return this.#waiting.splice(0, most);
    const taken = new Set<string>();
    const round: Waiting<In, Out>[] = [];
    const later: Waiting<In, Out>[] = [];
    for (const each of this.#waiting) {
      const keys = keysOf(each.item);
      const fits = round.length < most && !keys.some((key) => taken.has(key));
      (fits ? round : later).push(each);
      if (fits) for (const key of keys) taken.add(key);
    }
    this.#waiting = later;
    return round;
  }

  async #carryOut(round: readonly Waiting<In, Out>[]): Promise<void> {
    try {
      const outs = await this.work(round.map(({ item }) => item));
      round.forEach(({ resolve }, index) => resolve(outs[index]!));
    } catch (error) {
      for (const { reject } of round) reject(error);
    }
  }
}
