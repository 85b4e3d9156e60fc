import type { EventStore } from '@smartkey/event-store';
import { logStreamOf, type LogRestored } from '../keeping/log-keeping.events.ts';
import { serviceOf } from './origins.ts';

/** Losses of one log are few. */
const MOST_EVENTS = 10_000;

/** A loss of which the log tells. */
interface ToldLoss {
  readonly data: LogRestored['data'];
  /** Of the event: the first one under the new name. */
  readonly position: bigint;
}

/** A name that a log had, for its events before a position (decimal text). */
export interface EarlierName {
  readonly origin: string;
  readonly before: string;
}

/**
 * Under which names a log was known: each loss that it tells of gave it another one, and every leaf keeps the name that was in force when its event was
 * appended. A log that was restored by a version before tells of no loss, and keeps its name until the next.
 */
export class LogOrigins {
  constructor(
    /** `<system>/<service>`. */
    readonly base: string,
    private readonly losses: readonly ToldLoss[],
  ) {}

  /** What new leaves and checkpoints say the log is. */
  get current(): string {
    return this.losses.at(-1)?.data.log ?? this.base;
  }

  /** In force when an event at that position was appended. */
  at(position: bigint): string {
    return this.losses.findLast((loss) => position >= loss.position)?.data.log ?? this.base;
  }

  /** Every name under which something was signed, as far as the log tells; the present one is the last. */
  get names(): readonly string[] {
    return [...new Set([this.base, ...this.losses.flatMap(({ data }) => [data.oldOrigin, data.log])])];
  }

  /** The names before the one that is in force at a position, the first one first. */
  earlier(position: bigint): readonly EarlierName[] {
    return this.losses
      .filter((loss) => loss.position <= position)
      .map((loss) => ({ origin: this.at(loss.position - 1n), before: String(loss.position) }));
  }

  /** Positions of the events that tell of losses. */
  get restoredAt(): readonly bigint[] {
    return this.losses.map(({ position }) => position);
  }
}

/** The losses that a log tells of, in their order. */
export async function readToldLosses(
  store: Pick<EventStore, 'readStream'>,
  base: string,
): Promise<readonly ToldLoss[]> {
  const events = await store.readStream(logStreamOf(serviceOf(base)), { limit: MOST_EVENTS });
  return events
    .filter(({ type }) => type === 'LogRestored')
    .map(({ data, position }) => ({ data: data as LogRestored['data'], position }));
}

/** Reads of a log under which names it was known. */
export const readOrigins = async (store: Pick<EventStore, 'readStream'>, base: string): Promise<LogOrigins> =>
  new LogOrigins(base, await readToldLosses(store, base));
