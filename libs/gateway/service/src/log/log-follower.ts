import type { LogFeeds, Message, ServiceName } from '@smartkey/event-bus';
import { Loop, Worker } from '@smartkey/lifecycle';
import { inSpan } from '@smartkey/tracing';

/** What passes this gateway wakes a follower; what does not is found after so long at most. */
const EVERY_MILLIS = 60_000;
const AT_ONCE = 500;

/** What is followed, and what is done about it. */
export interface Followed {
  /** Of the spans of its turns. */
  readonly name: string;
  readonly source: ServiceName;
  /** Of messages of these types it is told, of no others. */
  readonly types: readonly string[];
  readonly feeds: Pick<LogFeeds, 'read'>;
  /** Up to where all was done, kept in a table. */
  readonly place: {
    readonly read: () => Promise<bigint>;
    /** Never back: another gateway may have been further. */
    readonly move: (position: bigint) => Promise<unknown>;
  };
  /** May be told of the same messages again, also by several gateways at once. */
  readonly handle: (messages: readonly Message[]) => Promise<void>;
  readonly tell: (error: unknown) => void;
}

/** Follows a service's log. The place moves after the work is done: after a crash the work is done again, never left out. */
export class LogFollower extends Worker {
  protected readonly loop: Loop;

  constructor(private readonly followed: Followed) {
    super();
    const { name, tell } = followed;
    this.loop = new Loop({
      turn: (signal) =>
        inSpan(name, { service: 'gateway', root: true, quiet: true }, () => this.#turn(signal)),
      periodMillis: EVERY_MILLIS,
      tell,
    });
  }

  async #turn(signal: AbortSignal): Promise<void> {
    const { source, types, feeds, place, handle } = this.followed;
    let after = await place.read();
    while (!signal.aborted) {
      const { messages, upTo, settled } = await feeds.read(source, { after, limit: AT_ONCE, types, signal });
      // A service of a version before sends all types.
      const wanted = messages.filter(({ type }) => types.includes(type));
      if (wanted.length > 0) await handle(wanted);
      if (upTo === after) return;
      await place.move(upTo);
      if (upTo >= settled) return;
      after = upTo;
    }
  }
}
