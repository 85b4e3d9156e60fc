import { ErrorType, isCommandError } from '@eventstore/db-client';
import type { RecordedEvent } from '@smartkey/kernel';
import { Backoff } from '@smartkey/lifecycle';
import { EventStoreUnavailableError, type LogPage, type ReadStreamOptions } from '../event-store.port.ts';
import { ZERO_HASH } from '../hash-chain/event-hash.ts';
import type { Anchor } from '../went-back/anchor.ts';
import type { EventStoreDbConnection } from './eventstoredb-connection.ts';
import type { streamsTypes } from './generated-messages.ts';
import type { EventStoreDbTimes } from './eventstoredb-times.ts';
import type { ChainBreak } from '../hash-chain/verify-stream.ts';
import { hiddenStreams } from './hidden-streams.ts';
import { readLastRequest, readPlaceRequest, readPrefixRequest, readStreamRequest } from './requests.ts';
import { recordedFrom, type StoredEvent, type StreamHead } from './stored-event.ts';

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

/** An event of the server's log, whosever it is. */
interface ServerPlace {
  readonly position: bigint;
  readonly id: string;
}

const isSamePlace = (a: ServerPlace, b: ServerPlace): boolean => a.position === b.position && a.id === b.id;

function placeOf(answer: streamsTypes.ReadResp): ServerPlace {
  const event = answer.getEvent()!;
  return { position: BigInt(event.getCommitPosition()), id: event.getEvent()!.getId()!.getString() };
}

/** A record of the server's own in a stream of this log: it says there that the stream was deleted for good. */
const isOfServer = (answer: streamsTypes.ReadResp): boolean =>
  (answer.getEvent()!.getEvent()!.getMetadataMap().get('type') ?? '').startsWith('$');

/** So many bytes of others' events are looked through rather than asked for whether they are still there. */
const FAR = 1_000_000n;

/** Reads of one log: its streams, and all of it in its order. They are tried again for a while where the server is away. */
export class StreamReader {
  /** What the server holds behind a place, up to an event, was seen to be others'. */
  #others: { readonly after: bigint; readonly end: ServerPlace } | undefined;

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

  /** The position of the last event; 0n of an empty log. What the server's log holds behind it is others'. */
  async end(): Promise<bigint> {
    const [last] = await this.last(undefined, 1);
    return last?.position ?? 0n;
  }

  /** The place of the server's last event, whosever it is; 0n where it has none. */
  async serverEnd(): Promise<bigint> {
    return (await this.#serverEnd())?.position ?? 0n;
  }

  /**
   * Up to where it reaches is told by an event of this log, never by one of another on the server: where others lose events to a
   * restore, and this log does not, its next events get the positions of those, and a mark there would pass over them.
   * @param event the last that the reader has; whether the log has it is told where the page shows it anyway.
   */
  async page(after: bigint, limit: number, event?: Anchor): Promise<LogPage> {
    // The end first. A place behind it is not one of the log's, and cannot be read from.
    const end = await this.#serverEnd();
    const serverEnd = end?.position ?? 0n;
    if (event !== undefined && event.position > serverEnd) return { events: [], upTo: after, known: false };
    if (end === undefined || after >= serverEnd) return { events: [], upTo: after };
    const start = await this.#startBehind(after, end);
    if (start === serverEnd) return { events: [], upTo: after };
    // The server includes the place it is told, so it is asked for one more.
    const from = start === 0n ? undefined : start;
    const answers = await this.#prefixed(from, limit + 1, true);
    const read = this.#events(answers).map((each) => each.event);
    const events = read.filter(({ position }) => position > start).slice(0, limit);
    const upTo = events.at(-1)?.position ?? after;
    if (answers.length <= limit && upTo < serverEnd) this.#others = { after: upTo, end };
    return event?.position === start ? { events, upTo, known: isAnchor(read[0], event) } : { events, upTo };
  }

  /** Where to read from for what follows a place: behind what is known to be others', as long as the server has that. */
  async #startBehind(after: bigint, end: ServerPlace): Promise<bigint> {
    const others = this.#others;
    if (others === undefined || after < others.after || after >= others.end.position) return after;
    if (isSamePlace(others.end, end)) return end.position;
    // Looked through again rather than asked for: that is one call in place of two.
    if (end.position - after < FAR) return after;
    const [there] = await this.#read(readPlaceRequest(others.end.position), this.times.deadline);
    if (there !== undefined && isSamePlace(placeOf(there), others.end)) return others.end.position;
    this.#others = undefined;
    return after;
  }

  /**
   * The end of the whole server's log, whosever its last event is: nothing appears before it any more, for there is one
   * writer, the leader, and what it shows is on a majority of the nodes.
   */
  async #serverEnd(): Promise<ServerPlace | undefined> {
    const [last] = await this.#read(readLastRequest(), this.times.deadline);
    return last && placeOf(last);
  }

  /** By its stream: a position that is none of an event's cannot be asked for. */
  async holds(anchor: Anchor): Promise<boolean> {
    const [found] = await this.stored(anchor.stream, anchor.revision, 1);
    return isAnchor(found?.event, anchor);
  }

  /** The last events before a position, or of all; the last one first. */
  async last(before: bigint | undefined, count: number): Promise<readonly RecordedEvent[]> {
    return this.#events(await this.#prefixed(before, count, false)).map(({ event }) => event);
  }

  /** What was hidden of streams on the server. */
  hidden(): Promise<readonly ChainBreak[]> {
    return hiddenStreams((request) => this.#read(request), this.prefix);
  }

  /**
   * Events of this log, whatever stands between them.
   * @returns fewer than asked for only where there are no more.
   */
  async #prefixed(
    from: bigint | undefined,
    count: number,
    forwards: boolean,
  ): Promise<readonly streamsTypes.ReadResp[]> {
    const found = new Map<bigint, streamsTypes.ReadResp>();
    for (let place = from; ;) {
      const asked = { from: place, count: count - found.size + (found.size === 0 ? 0 : 1), forwards };
      const answers = await this.#read(readPrefixRequest(this.prefix, asked));
      for (const answer of answers) if (!isOfServer(answer)) found.set(placeOf(answer).position, answer);
      if (answers.length < asked.count || found.size >= count) return [...found.values()].slice(0, count);
      place = placeOf(answers.at(-1)!).position;
    }
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
      return event === undefined ? [] : [recordedFrom(event, this.prefix)];
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
    for (const pauses = new Backoff({ firstMillis: 10, mostMillis: 500 }); ;) {
      try {
        return (await this.connection.read(request, deadline, silence)).filter((answer) => answer.hasEvent());
      } catch (error) {
        if (!isPassing(error)) throw error;
        if (pauses.outlasts(until))
          throw new EventStoreUnavailableError('the event store cannot be read', { cause: error });
        await pauses.wait();
      }
    }
  }
}
