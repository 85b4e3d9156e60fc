import { Backoff, type BackoffLimits } from './backoff.ts';
import { Trouble } from './failures.ts';
import { Alarm, rest } from './rest.ts';
import { underAny } from './under-any.ts';

/** How one instance among several comes to take the turns. */
export interface Lead {
  /**
   * Carries `turns` out while nobody else does; answers without it where somebody else does, at once or after a while, which ends with the loop.
   * `held` says that the lead is lost.
   */
  readonly take: (turns: (held: AbortSignal) => Promise<void>, stopping: AbortSignal) => Promise<unknown>;
  /** Between two tries to take it (system time). */
  readonly standByMillis: number;
  /** Hears why it could not be taken or was lost, as `LoopOptions.tell` hears of turns. */
  readonly tell: (error: unknown) => void;
}

export interface LoopOptions {
  /**
   * One turn. The signal is given when the loop shall end or the lead is lost: a turn that is long looks at it.
   * @returns `'done'` where no further turn is needed; a number where the rest after this turn shall be so many milliseconds.
   */
  readonly turn: (signal: AbortSignal) => Promise<'done' | number | void>;
  /** The rest after a turn (system time); counted from its end, so that turns never overlap. */
  readonly periodMillis: number;
  /** Rests after turns that fail, longer and longer in a row of them. Default: the period. */
  readonly backoff?: BackoffLimits;
  /** A turn that has lasted so long before it fails ends the row of failures before it (system time). Default: none does. */
  readonly steadyMillis?: number;
  /** Hears of the first failure in a row, and of each of another class: the same trouble ten times a second is no news. */
  readonly tell: (error: unknown) => void;
  /** Hears of every failure of a turn, for a figure. */
  readonly count?: (error: unknown) => void;
  /** Hears, when a turn goes well again, how many have failed in a row. */
  readonly over?: (failures: number) => void;
  /** Default: whoever starts it takes the turns. */
  readonly lead?: Lead;
  /** Whether the first turn comes after a period, and not at once. */
  readonly restsFirst?: boolean;
  /** Whether its rests keep the process alive where nothing else does (default false). */
  readonly keepsAlive?: boolean;
}

/** Does the same work again and again until it is stopped, whatever fails: one turn, a rest, and so on. */
export class Loop {
  readonly #stop = new AbortController();
  readonly #alarm = new Alarm();
  readonly #trouble: Trouble;
  readonly #backoff: Backoff;
  readonly #keepsAlive: boolean;
  #ended: Promise<void> | undefined;

  constructor(private readonly options: LoopOptions) {
    const { tell, over, periodMillis, backoff, keepsAlive = false } = options;
    this.#trouble = new Trouble(tell, over);
    this.#backoff = new Backoff(backoff ?? { firstMillis: periodMillis, mostMillis: periodMillis });
    this.#keepsAlive = keepsAlive;
  }

  /** Begins, once however often this is called; not where it was stopped before. */
  start(): void {
    this.#ended ??= this.#run(this.#stop.signal);
  }

  /** There is something to do: the next turn follows at once, also where the last has failed or one is under way. */
  wake(): void {
    this.#alarm.wake();
  }

  /** Said by a turn that does not end where it has got going: the row of failures before it is over. Rests stay as long as they were. */
  going(): void {
    this.#trouble.over();
  }

  /** Given when it was told to stop. */
  get stopping(): AbortSignal {
    return this.#stop.signal;
  }

  /** Resolves at its end: it was stopped, or a turn was the last. */
  get ended(): Promise<void> {
    return this.#ended ?? Promise.resolve();
  }

  /** Takes no further turn, at once. Resolves when the one that is under way has come to its end; what that fails with then is not told. */
  stop(): Promise<void> {
    this.#stop.abort();
    return this.ended;
  }

  async #run(stopping: AbortSignal): Promise<void> {
    const { lead, restsFirst, periodMillis } = this.options;
    if (restsFirst) await this.#rest(periodMillis, stopping);
    if (lead === undefined) return this.#turns(stopping);
    const lost = new Trouble(lead.tell);
    while (!stopping.aborted) {
      try {
        await lead.take((held) => underAny([stopping, held], (until) => this.#turns(until)), stopping);
        lost.over();
      } catch (error) {
        if (!stopping.aborted) lost.failed(error);
      }
      await rest(lead.standByMillis, stopping, { keepsAlive: this.#keepsAlive });
    }
  }

  async #turns(until: AbortSignal): Promise<void> {
    while (!until.aborted) {
      const millis = await this.#turn(until);
      if (millis === 'done') return this.#stop.abort();
      await this.#rest(millis, until);
    }
  }

  /** @returns how long to rest. */
  async #turn(until: AbortSignal): Promise<number | 'done'> {
    const { turn, periodMillis, steadyMillis = Number.POSITIVE_INFINITY, count } = this.options;
    const began = performance.now();
    try {
      const rest = await turn(until);
      this.#wentWell();
      return rest ?? periodMillis;
    } catch (error) {
      if (!this.#stop.signal.aborted) {
        if (performance.now() - began > steadyMillis) this.#wentWell();
        count?.(error);
        this.#trouble.failed(error);
      }
      return this.#backoff.next();
    }
  }

  #wentWell(): void {
    this.#trouble.over();
    this.#backoff.reset();
  }

  #rest(millis: number, until: AbortSignal): Promise<void> {
    return this.#alarm.rest(millis, until, { keepsAlive: this.#keepsAlive });
  }
}
