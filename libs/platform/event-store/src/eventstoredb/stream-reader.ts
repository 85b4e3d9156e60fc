import { ErrorType, isCommandError } from '@eventstore/db-client';
import type { RecordedEvent } from '@smartkey/kernel';
import { setTimeout as sleep } from 'node:timers/promises';
import { EventStoreUnavailableError, type LogPage, type ReadStreamOptions } from '../event-store.port.ts';
import { ZERO_HASH } from '../hash-chain/event-hash.ts';
import type { Anchor } from '../went-back/anchor.ts';
import type { EventStoreDbConnection } from './eventstoredb-connection.ts';
import type { streamsTypes } from './generated-messages.ts';
import type { EventStoreDbTimes } from './eventstoredb-times.ts';
import { readLastRequest, readPrefixRequest, readStreamRequest } from './requests.ts';
import { storedEvent, type StoredEvent, type StreamHead } from './stored-event.ts';

/** Failures that the same call may be spared a moment later. */
const PASSING: readonly string[] = [
  ErrorType.UNAVAILABLE,
  ErrorType.DEADLINE_EXCEEDED,
  ErrorType.CANCELLED,
  ErrorType.TIMEOUT,
  ErrorType.NOT_LEADER,
  ErrorType.UNKNOWN,
];

/** Whether nothing certain is known from this failure of a call: it may be made again. */
export const isPassing = (error: unknown): boolean =>
  error instanceof EventStoreUnavailableError ||
  (error instanceof Error && isCommandError(error) && PASSING.includes(error.type));

/** Events in one look for ids. */
const SEARCH_PAGE = 200;
const MOST = Number.MAX_SAFE_INTEGER;

const isAnchor = (event: RecordedEvent | undefined, { position, id, hash }: Anchor): boolean =>
  event !== undefined && event.position === position && event.id === id && event.hash === hash;

/** Reads of one log: its streams, and all of it in its order. They are tried again for a while where the server is away. */
export class StreamReader {
  constructor(
    private readonly connection: EventStoreDbConnection,
    /** What the server's streams of this log begin with: `smartkey.contract/`. */
    readonly prefix: string,
    private readonly times: Pick<EventStoreDbTimes, 'deadline' | 'reading' | 'patience'>,
  ) {}

  async readStream(stream: string, options: ReadStreamOptions = {}): Promise<readonly RecordedEvent[]> {
    const { from, limit = MOST, direction = 'forwards' } = options;
    // A server fails where it is asked for none.
    if (limit < 1) return [];
    const forwards = direction === 'forwards';
    return (await this.#stream(stream, { from, count: limit, forwards })).map(({ event }) => event);
  }

  /** Events of a stream from a revision on, with the attempts that stored them. */
  stored(stream: string, from: number, count: number): Promise<readonly StoredEvent[]> {
    return this.#stream(stream, { from, count, forwards: true });
  }

  async head(stream: string): Promise<StreamHead> {
    const request = readStreamRequest(this.prefix + stream, { from: undefined, count: 1, forwards: false });
    const [last] = this.#events(await this.#read(request, this.times.deadline));
    return last === undefined
      ? { revision: -1, hash: ZERO_HASH }
      : { revision: last.event.revision, hash: last.event.hash };
  }

  /** Those of the events that are in the stream, at or behind a revision, in its order. */
  async find(stream: string, ids: readonly string[], from: number): Promise<readonly RecordedEvent[]> {
    const wanted = new Set(ids);
    const found: RecordedEvent[] = [];
    for (let next = from; found.length < wanted.size; next += SEARCH_PAGE) {
      const page = await this.stored(stream, next, SEARCH_PAGE);
      found.push(...page.map(({ event }) => event).filter(({ id }) => wanted.has(id)));
      if (page.length < SEARCH_PAGE) break;
    }
    return found;
  }

  /**
   * The end of the whole server's log, whosever its last event is: nothing appears before it any more, for there is one
   * writer, the leader, and what it shows is on a majority of the nodes.
   */
  async end(): Promise<bigint> {
    const [last] = await this.#read(readLastRequest(), this.times.deadline);
    return last === undefined ? 0n : BigInt(last.getEvent()!.getCommitPosition());
  }

  /** @param event the last that the reader has; whether the log has it is told where the page shows it anyway. */
  async page(after: bigint, limit: number, event?: Anchor): Promise<LogPage> {
    // The end first. A place behind it is not one of the log's, and cannot be read from.
    const end = await this.end();
    if (event !== undefined && event.position > end) return { events: [], upTo: after, known: false };
    if (after >= end) return { events: [], upTo: after };
    // The server includes the place it is told, so it is asked for one more.
    const from = after === 0n ? undefined : after;
    const answers = await this.#read(
      readPrefixRequest(this.prefix, { from, count: limit + 1, forwards: true }),
    );
    const read = this.#events(answers).map((each) => each.event);
    const events = read.filter(({ position }) => position > after).slice(0, limit);
    const last = events.at(-1)?.position ?? after;
    const upTo = answers.length > limit || last > end ? last : end;
    return event?.position === after ? { events, upTo, known: isAnchor(read[0], event) } : { events, upTo };
  }

  /** By its stream: a position that is none of an event's cannot be asked for. */
  async holds(anchor: Anchor): Promise<boolean> {
    const [found] = await this.stored(anchor.stream, anchor.revision, 1);
    return isAnchor(found?.event, anchor);
  }

  /** The last events before a position, or of all; the last one first. */
  async last(before: bigint | undefined, count: number): Promise<readonly RecordedEvent[]> {
    const request = readPrefixRequest(this.prefix, { from: before, count, forwards: false });
    return this.#events(await this.#read(request)).map(({ event }) => event);
  }

  async #stream(
    stream: string,
    read: { readonly from: number | undefined; readonly count: number; readonly forwards: boolean },
  ): Promise<readonly StoredEvent[]> {
    return this.#events(
      await this.#read(
        readStreamRequest(this.prefix + stream, read),
        this.times.reading,
        this.times.deadline,
      ),
    );
  }

  #events(answers: readonly streamsTypes.ReadResp[]): StoredEvent[] {
    return answers.flatMap((answer) => {
      const event = answer.getEvent();
      return event === undefined ? [] : [storedEvent(event, this.prefix)];
    });
  }

  /**
   * @param silence so long may the first answer take; as long as the others where they have to be searched for.
   * @returns the answers that bear an event; a stream that is not there bears none.
   */
  async #read(
    request: streamsTypes.ReadReq,
    deadline = this.times.reading,
    silence = deadline,
  ): Promise<readonly streamsTypes.ReadResp[]> {
    const until = performance.now() + this.times.patience;
    for (let pause = 10; ; pause = Math.min(2 * pause, 500)) {
      try {
        return (await this.connection.read(request, deadline, silence)).filter((answer) => answer.hasEvent());
      } catch (error) {
        if (!isPassing(error)) throw error;
        if (performance.now() + pause > until)
          throw new EventStoreUnavailableError('the event store cannot be read', { cause: error });
        await sleep(pause);
      }
    }
  }
}
