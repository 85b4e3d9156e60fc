import type { Instant, NewEvent, RecordedEvent } from '@smartkey/kernel';
import type { ChainBreak, ChainLink } from './hash-chain/verify-stream.ts';
import type { Anchor } from './went-back/anchor.ts';
import type { LogStanding } from './went-back/went-back.ts';
import { ConcurrentChangeError, UnavailableError } from '@smartkey/lifecycle';

/** What must be true of a stream for an append to it: nothing, no event yet, at least one, or exactly this last revision. */
export type ExpectedRevision = 'any' | 'no-stream' | 'exists' | number;

/**
 * The most bytes that one append may have, on every store: its events together as they are stored (`storedBytes`), and each
 * single one as it is published. Below what the servers take by themselves, so that none needs a setting for it: EventStoreDB
 * 1,048,576 for one append (`MaxAppendSize`), Kafka 1,048,588 for one batch of records (`message.max.bytes`).
 */
export const MOST_APPEND_BYTES = 768 * 1024;

/**
 * Bytes of an event as it would be published. It is asked before the append: of revision 0, position 0n,
 * without a hash.
 */
export type PublishedBytes = (event: RecordedEvent) => number;

export interface StreamAppend {
  readonly stream: string;
  readonly expected: ExpectedRevision;
  /** In order, all or none; at most `MOST_APPEND_BYTES`. Ids already in the log at this very place make it a repeat, which is answered as the first. */
  readonly events: readonly NewEvent[];
  /**
   * The instant at which its online facts were decided. Where the fence of the log has passed it, the append is refused
   * with `BehindFenceError`, and the caller decides again at a later instant. Missing: facts entered for a past day and
   * timers, which completeness does not wait for here.
   */
  readonly stampedAt?: Instant;
}

export interface AppendResult {
  /** Revision of the last event appended. */
  readonly revision: number;
  /** Position of the last event appended. */
  readonly position: bigint;
  readonly events: readonly RecordedEvent[];
  /** The events were in the log already, by a former run of the same command. */
  readonly repeated: boolean;
}

export type AppendOutcome =
  | AppendResult
  | WrongExpectedRevisionError
  | DuplicateEventError
  | BehindFenceError
  | AppendTooLargeError
  | EventTooLargeError;

export interface ReadAllOptions {
  readonly after: bigint;
  readonly limit: number;
  /** The last event that the reader has of the log, at or before `after`. */
  readonly event?: Anchor | undefined;
}

export interface ReadStreamOptions {
  /** First revision to read, included. */
  readonly from?: number;
  readonly limit?: number;
  readonly direction?: 'forwards' | 'backwards';
}

export interface LogPage {
  readonly events: readonly RecordedEvent[];
  /**
   * Everything at or before this position is in `events` or was in an earlier page; later reads never find anything
   * new there. At least the last event's position; in a store where others write too, more where the settled end is further.
   */
  readonly upTo: bigint;
  /** Where it was read after an event: whether the log has it. Missing where that cannot be told in passing: `holds` tells it. */
  readonly known?: boolean;
  /** The number of the log's incarnation when it was read. Missing where that cannot be told in passing: `standing` tells it. */
  readonly incarnation?: number;
}

/** A page for a verification. */
export interface StoredPage extends LogPage {
  /**
   * Events of it that are stored otherwise than they are read, so that their hash does not tell: numbers that lose digits, instants with parts
   * of a millisecond. None in a store that keeps the bytes as they came.
   */
  readonly irregular: readonly ChainBreak[];
}

/** What a leaf of the tree over a log is made of: the event's own hash covers all but its place in the log. */
export type LeafEvent = Pick<RecordedEvent, 'hash' | 'position' | 'revision' | 'stream'>;

/** A page of the log as `LogPage` is, of what its leaves are made of. */
export interface LeafPage {
  readonly events: readonly LeafEvent[];
  readonly upTo: bigint;
}

/** Where an event stands in its stream. */
export type StreamPlace = Pick<RecordedEvent, 'stream' | 'revision'>;

/** An event, and the hash that it is chained to. */
export interface ChainedEvent {
  readonly event: RecordedEvent;
  /** Hex; `ZERO_HASH` for the first of a stream. */
  readonly previous: string;
}

/** The log of one service. One contract test suite holds for every adapter (`event-store.contract.ts`). */
export interface EventStore {
  /**
   * Appends to one stream, atomically.
   * @throws WrongExpectedRevisionError, DuplicateEventError, BehindFenceError; EventTooLargeError, AppendTooLargeError;
   * LogWentBackError; NotCanonicalError for data that is no JSON.
   */
  append(append: StreamAppend): Promise<AppendResult>;
  /** Appends to many streams, each atomically by itself, in as few round trips as the adapter can. */
  appendMany(appends: readonly StreamAppend[]): Promise<readonly AppendOutcome[]>;
  /**
   * Appends to several streams, all of it or nothing, in one transaction; in the log they follow one another. Missing where a store
   * cannot: EventStoreDB appends to one stream at a time.
   * @param appends each stream at most once, each with the revision that it expects.
   * @returns `undefined` where nothing was appended: appended one by one, each says what is the matter with it.
   * @throws EventTooLargeError, AppendTooLargeError for any of them; NotCanonicalError.
   */
  appendTogether?(appends: readonly StreamAppend[]): Promise<readonly AppendResult[] | undefined>;
  readStream(stream: string, options?: ReadStreamOptions): Promise<readonly RecordedEvent[]>;
  /** Whole streams, in the order asked for; empty where there is none. In as few round trips as the adapter can. */
  readStreams(streams: readonly string[]): Promise<readonly (readonly RecordedEvent[])[]>;
  /**
   * The whole log in its order, after a position (0n: from the start). Never skips an event that commits late.
   */
  readAll(options: ReadAllOptions): Promise<LogPage>;
  /** Whether the log has each of these very events, with their hashes at their positions; settled or not. */
  holds(anchors: readonly Anchor[]): Promise<readonly boolean[]>;
  /** The last event; `undefined` of an empty log. */
  last(): Promise<Anchor | undefined>;
  /** Whether the log is known to have gone back: every append reads it. */
  readonly standing: LogStanding;
  /**
   * The one append that a log takes whose loss was accepted: it tells of the loss, and the log is written to again behind it. A repeat of one that was cut
   * off is answered as that of any append.
   * @throws NotRestoringError where no accepted loss waits for it; what `append` throws.
   */
  appendRestored(append: StreamAppend): Promise<AppendResult>;
  findEvent(id: string): Promise<RecordedEvent | undefined>;
  /** Events by their positions, ascending, each with the hash of the one before it in its stream; those that there are. */
  eventsAt(positions: readonly bigint[]): Promise<readonly ChainedEvent[]>;
  /** The settled end of the log: `readAll` up to here is final. What was acknowledged a moment ago may lie behind it. */
  settledPosition(): Promise<bigint>;
  /**
   * The last event that is acknowledged. It may not have settled, as long as an older transaction runs: a reader that has come up
   * to it shows all that anybody was told. 0n for an empty log.
   */
  lastPosition(): Promise<bigint>;
  /** As `readAll`, of each event what its leaf is made of. */
  readLeaves(options: { readonly after: bigint; readonly limit: number }): Promise<LeafPage>;
  /** A page as `readAll` reads it, and what of it is stored otherwise. */
  readAsStored(options: { readonly after: bigint; readonly limit: number }): Promise<StoredPage>;
  /**
   * What is stored otherwise behind a position, settled or not, as `readAsStored` names it, and streams that the store was told to hide; the first few.
   * Missing in a store that has none.
   */
  irregular?(after: bigint): Promise<readonly ChainBreak[]>;
  /**
   * What stands behind a position, settled or not, in its order, each with the hash of the one before it in its stream: between them others may
   * still come. Missing in a store where all that can be read is settled.
   */
  unsettled?(options: { readonly after: bigint; readonly limit: number }): Promise<readonly ChainedEvent[]>;
  /**
   * For events behind a position: the last event of the stream of each that stands at or before the position; undefined where there is none.
   * Where the log is sound, that is the one that the event is chained to.
   */
  endsBefore(position: bigint, places: readonly StreamPlace[]): Promise<readonly (ChainLink | undefined)[]>;
  /**
   * Raises the fence: from the answer on, every append with `stampedAt` before it is refused, and every such append
   * that was not refused is visible to `readAll`. The fence never goes back. Durable.
   * @throws LogWentBackError
   */
  raiseFence(instant: Instant): Promise<void>;
  /**
   * Calls back soon after appends, so that tails need not poll fast. A listener must not throw.
   * @param listener hears a position that the log has reached, though it may not have settled so far; 0n where none is known.
   * @returns how to stop.
   */
  onAppended(listener: (position: bigint) => void): () => void;
}

export class WrongExpectedRevisionError extends ConcurrentChangeError {
  override readonly name = 'WrongExpectedRevisionError';
  constructor(
    readonly stream: string,
    readonly expected: ExpectedRevision,
    /** The last revision there is; `undefined` for no stream. */
    readonly actual: number | undefined,
  ) {
    super(`stream ${stream} is at ${actual ?? 'no-stream'}, expected ${expected}`);
  }
}

/** An id is in the log at another place: the command was carried out before, on a stream or at a revision of its own. */
export class DuplicateEventError extends Error {
  override readonly name = 'DuplicateEventError';
  constructor(readonly eventId: string) {
    super(`event ${eventId} is in the log already`);
  }
}

/** The log has promised that no more online facts come from before `fence`. */
export class BehindFenceError extends UnavailableError {
  override readonly name = 'BehindFenceError';
  constructor(readonly fence: Instant) {
    super(`decided before the fence of the log, ${fence}`);
  }
}

/** An event is larger than one append may be, as it is stored or as it would be published: no store takes it. */
export class EventTooLargeError extends Error {
  override readonly name = 'EventTooLargeError';
  constructor(
    readonly stream: string,
    readonly event: { readonly id: string; readonly type: string },
    readonly form: 'stored' | 'published',
    readonly bytes: number,
  ) {
    super(
      `${event.type} ${event.id} of ${stream} has ${bytes} bytes as it is ${form}; at most ${MOST_APPEND_BYTES} are taken`,
    );
  }
}

/** Events that fit one by one are too much for one append, which is all or none: it has to be cut by who makes it. */
export class AppendTooLargeError extends Error {
  override readonly name = 'AppendTooLargeError';
  constructor(
    readonly stream: string,
    readonly events: number,
    readonly bytes: number,
  ) {
    super(
      `${events} events for ${stream} have ${bytes} bytes together; at most ${MOST_APPEND_BYTES} are taken in one append`,
    );
  }
}

/**
 * The log cannot be reached or refuses for now. Where an append was under way it may have been made: the same append again
 * finds out.
 */
export class EventStoreUnavailableError extends UnavailableError {
  override readonly name = 'EventStoreUnavailableError';
}
