import { ErrorType, isCommandError } from '@eventstore/db-client';
import { KeyedQueue, type Database } from '@smartkey/database';
import type { Clock, Instant, RecordedEvent } from '@smartkey/kernel';
import { Backoff, Closers, Listeners } from '@smartkey/lifecycle';
import {
  EventStoreUnavailableError,
  type AppendOutcome,
  type AppendResult,
  type ChainedEvent,
  type EventStore,
  type LeafPage,
  type LogPage,
  type PublishedBytes,
  type ReadAllOptions,
  type ReadStreamOptions,
  type StoredPage,
  type StreamAppend,
  type StreamPlace,
} from '../event-store.port.ts';
import { ZERO_HASH } from '../hash-chain/event-hash.ts';
import type { ChainBreak, ChainLink } from '../hash-chain/verify-stream.ts';
import { furthestOf, outcomeOf } from '../append/outcome-of.ts';
import { prepareAppend } from '../append/prepared-append.ts';
import { mapBounded } from './map-bounded.ts';
import type { LogChanges } from './log-changes.ts';
import type { LogIdentity } from './log-identity.ts';
import type { LogInstance } from './log-instance.ts';
import type { StreamAppender } from './stream-appender.ts';
import type { StreamReader } from './stream-reader.ts';
import { anchorOf, type Anchor } from '../went-back/anchor.ts';
import { LogStanding, NotRestoringError } from '../went-back/went-back.ts';

/** A stream that was deleted for good shows nothing, and says so by an error. */
function noneOfDeleted(error: unknown): readonly RecordedEvent[] {
  if (error instanceof Error && isCommandError(error) && error.type === ErrorType.STREAM_DELETED) return [];
  throw error;
}

/** Reads of streams and places under way at the same time. */
const CONCURRENCY = 16;
/** Appends that `appendMany` begins together: their ids are claimed by one statement. How many calls are under way is the appender's to bound. */
const APPENDS_TOGETHER = 200;

export interface EventStoreDbParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly publishedBytes: PublishedBytes | undefined;
  readonly instance: LogInstance;
  readonly reader: StreamReader;
  readonly appender: StreamAppender;
  /** @param news called for every event that another process has appended, with its position. */
  readonly follow: (news: (event: { readonly position: bigint }) => void) => LogChanges;
  readonly identity: LogIdentity;
  /** Sees that every event of the log has its id claimed. */
  readonly claim: () => Promise<void>;
  /** Lets other processes look at the fence, and at whether the log went back. */
  readonly fenceNews: { readonly tell: () => void; readonly stop: () => void };
}

/**
 * The log of a service in EventStoreDB, with what EventStoreDB cannot do in the service's own database: ids that are unique over
 * the whole log, and the fence. Made by `openEventStoreDbLog`. docs/decisions/0013-logs-in-eventstoredb.md
 */
export class EventStoreDbEventStore implements EventStore {
  readonly #listeners = new Listeners<bigint>();
  /** Appends to one stream stand in line here, instead of failing at each other's revision. */
  readonly #queue = new KeyedQueue();
  readonly #changes: LogChanges;
  readonly standing: LogStanding;
  #closed: Promise<void> | undefined;

  constructor(private readonly parts: EventStoreDbParts) {
    this.standing = new LogStanding(parts.database, 'log_fence', {
      head: () => this.last(),
      changed: async () => {
        parts.fenceNews.tell();
        await parts.instance.lookAgain();
      },
      goOn: (tx) => parts.identity.join(tx),
      wentOn: parts.claim,
      lost: () => parts.identity.lost(),
    });
    this.#changes = parts.follow(({ position }) => this.#listeners.tell(position));
    this.#changes.start();
  }

  async append(append: StreamAppend): Promise<AppendResult> {
    const result = await this.#append(append);
    this.#listeners.tell(result.position);
    return result;
  }

  /** The server and the database know nothing of each other: all others are kept out until it is there. */
  async appendRestored(append: StreamAppend): Promise<AppendResult> {
    if ((await this.standing.restoring()) === undefined) throw new NotRestoringError();
    const result = await this.#append(append, true);
    await this.standing.endRestoring(() => Promise.resolve());
    this.#listeners.tell(result.position);
    return result;
  }

  async appendMany(appends: readonly StreamAppend[]): Promise<readonly AppendOutcome[]> {
    // Those of one stream wait for each other in the queue, in their order.
    const outcomes = await mapBounded(appends, APPENDS_TOGETHER, (append) => outcomeOf(this.#append(append)));
    if (appends.length > 0) this.#listeners.tell(furthestOf(outcomes));
    return outcomes;
  }

  readStream(stream: string, options?: ReadStreamOptions): Promise<readonly RecordedEvent[]> {
    return this.parts.reader.readStream(stream, options);
  }

  async readStreams(streams: readonly string[]): Promise<readonly (readonly RecordedEvent[])[]> {
    const distinct = [...new Set(streams)];
    const read = await mapBounded(distinct, CONCURRENCY, (stream) => this.readStream(stream));
    const byStream = new Map(distinct.map((stream, n) => [stream, read[n]!]));
    return streams.map((stream) => byStream.get(stream)!);
  }

  readAll({ after, limit, event }: ReadAllOptions): Promise<LogPage> {
    return this.parts.reader.page(after, limit, event);
  }

  holds(anchors: readonly Anchor[]): Promise<readonly boolean[]> {
    return mapBounded(anchors, CONCURRENCY, (anchor) => this.parts.reader.holds(anchor));
  }

  async last(): Promise<Anchor | undefined> {
    const [event] = await this.parts.reader.last(undefined, 1);
    return event && anchorOf(event);
  }

  async eventsAt(positions: readonly bigint[]): Promise<readonly ChainedEvent[]> {
    const found = await mapBounded(positions, CONCURRENCY, async (position) => {
      const { events } = await this.readAll({ after: position - 1n, limit: 1 });
      const [event] = events;
      if (event?.position !== position) return undefined;
      const before = event.revision - 1;
      const [last] = before < 0 ? [] : await this.readStream(event.stream, { from: before, limit: 1 });
      return { event, previous: last?.hash ?? ZERO_HASH };
    });
    return found.filter((each) => each !== undefined);
  }

  readLeaves(options: { readonly after: bigint; readonly limit: number }): Promise<LeafPage> {
    return this.readAll(options);
  }

  /** The server keeps the bytes as they came. */
  async readAsStored(options: { readonly after: bigint; readonly limit: number }): Promise<StoredPage> {
    return { ...(await this.readAll(options)), irregular: [] };
  }

  /** Its revisions are in the order of its positions. */
  endsBefore(position: bigint, places: readonly StreamPlace[]): Promise<readonly (ChainLink | undefined)[]> {
    return mapBounded(places, CONCURRENCY, async ({ stream, revision }) => {
      if (revision === 0) return undefined;
      const [before] = await this.readStream(stream, {
        from: revision - 1,
        limit: 1,
        direction: 'backwards',
      }).catch(noneOfDeleted);
      if (before === undefined || before.position > position) return undefined;
      return { revision: before.revision, hash: before.hash };
    });
  }

  /** The server keeps the bytes as they came, but may be told not to show them. */
  irregular(): Promise<readonly ChainBreak[]> {
    return this.parts.reader.hidden();
  }

  findEvent(id: string): Promise<RecordedEvent | undefined> {
    return this.parts.appender.findEvent(id);
  }

  settledPosition(): Promise<bigint> {
    return this.parts.reader.end();
  }

  lastPosition(): Promise<bigint> {
    return this.parts.reader.end();
  }

  async raiseFence(instant: Instant): Promise<void> {
    const { database, instance, fenceNews } = this.parts;
    await this.standing.mustStand();
    await database.execute('UPDATE log_fence SET fence = $1 WHERE fence IS NULL OR fence < $1', [instant]);
    fenceNews.tell();
    await instance.passed(instant);
    for (const pauses = new Backoff({ firstMillis: 5, mostMillis: 50 }); ;) {
      const [awaited] = await database.query(
        `SELECT 1 AS awaited FROM log_instances
         WHERE id <> $2 AND lease_until > clock_timestamp() AND (acknowledged IS NULL OR acknowledged < $1) LIMIT 1`,
        [instant, instance.id],
      );
      if (awaited === undefined) return;
      instance.mustBeOpen();
      await pauses.wait();
    }
  }

  onAppended(listener: (position: bigint) => void): () => void {
    return this.#listeners.add(listener);
  }

  /** @throws EventStoreUnavailableError where it cannot be read, or this process may not append. */
  async check(): Promise<void> {
    await this.parts.reader.serverEnd();
    if (!this.parts.instance.hasLease)
      throw new EventStoreUnavailableError('this process holds no lease of the log now');
  }

  /** Appends no more, and follows no more. The connection is its opener's. */
  close(): Promise<void> {
    return (this.#closed ??= this.#close());
  }

  async #close(): Promise<void> {
    this.parts.fenceNews.stop();
    const closers = new Closers();
    closers.add('its lease', () => this.parts.instance.close());
    closers.add('its changes', () => this.#changes.close());
    closers.add('its appends', () => this.parts.appender.close());
    await closers.close();
  }

  async #append(append: StreamAppend, throughFence = false): Promise<AppendResult> {
    const { clock, publishedBytes } = this.parts;
    const prepared = prepareAppend(append, clock.now(), publishedBytes);
    return this.#queue.run(append.stream, () => this.parts.appender.append(prepared, throughFence));
  }
}
