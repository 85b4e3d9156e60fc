import type { EventStore } from '@smartkey/event-store';
import type { LogContradictedError } from './log-contradicted-error.ts';

/** Who knows that the log lacks events, where nobody but a signed checkpoint does. */
const CHECKPOINT = 'checkpoint';

/** A log that lacks what was signed of it has gone back: nothing is appended to it until a person has decided, or until it has that again. */
export class ContradictionStop {
  /** Also by a process before this one. */
  #mayStand = true;

  constructor(private readonly store: Pick<EventStore, 'standing' | 'last'>) {}

  async by({ fault, message }: LogContradictedError): Promise<void> {
    if (fault !== 'log-shorter' && fault !== 'log-different') return;
    const { standing } = this.store;
    // What was signed under the name before is given up: the log is about to say so.
    if ((await standing.restoring()) !== undefined) return;
    await standing.enter([{ reader: CHECKPOINT, detail: message }], await this.store.last());
    this.#mayStand = true;
  }

  /** It has again what was signed: the younger copy was put in. */
  async over(): Promise<void> {
    if (!this.#mayStand) return;
    const { standing } = this.store;
    const wentBack = await standing.wentBack();
    if (wentBack?.evidence.some(({ reader }) => reader === CHECKPOINT)) await standing.lift([CHECKPOINT]);
    this.#mayStand = false;
  }
}
