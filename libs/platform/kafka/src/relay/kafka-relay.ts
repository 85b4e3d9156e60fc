import type { Database } from '@smartkey/database';
import { inPublishSpan } from '@smartkey/tracing';
import { type Kafka, Partitioners } from 'kafkajs';
import type { Logger } from 'pino';
import { Alarm, Backoff, Loop, messageOf, rest, withinMillis } from '@smartkey/lifecycle';
import {
  type FeedPage,
  type LogFeed,
  type Message,
  incarnationsOf,
  partitionOf,
  type ReadAnchor,
  type ServiceName,
  SourceLacksEventError,
  type Watermark,
} from '@smartkey/event-bus';
import { type Anchor, anchorOf } from '@smartkey/event-store';
import { isRefusalOfRead } from '../brokers/client-errors.ts';
import { clusterIdOf } from '../brokers/cluster-id.ts';
import { encodeMessage, encodeRestored, encodeWatermark } from '../records/cloud-event.codec.ts';
import { ForeignSystemError } from '../records/foreign-system-error.ts';
import { systemBytes } from '../settings/kafka-settings.ts';
import { OwnTopic } from './own-topic.ts';
import { type LeftToFeed, leftToFeed, LeftToFeeds } from './left-to-feed.ts';
import { RelayCheckpoints, type RelayCheckpoint } from './relay-checkpoint.ts';
import { batchLimitOf } from '../topics/topic-limits.ts';
import { topicExtent, type TopicExtent } from '../topics/topic-extent.ts';
import { topicEnds } from './topic-ends.ts';
import { outgoing, type OutgoingRecord, TopicSender } from './topic-sender.ts';
import { Troubles } from '../health/troubles.ts';

export interface KafkaRelayOptions {
  readonly source: ServiceName;
  readonly topic: string;
  readonly partitions: number;
  /** Which installation this is: records bear it, and another one's topic is refused. Missing: neither. */
  readonly system?: string | undefined;
  readonly kafka: Kafka;
  /** The service's own log in the published language. */
  readonly feed: LogFeed;
  /** For the checkpoint, and for the lock that makes one instance the leader. */
  readonly database: Database;
  /** Why a message must not be published (its schema); `undefined` where it may be. */
  readonly refuse?: (message: Message) => string | undefined;
  readonly log: Logger;
  /** How often the log is looked at when nothing nudges (default 15,000, system time). */
  readonly pollMillis?: number;
  /** So often a promise is told again that has not been raised since (default 60,000, system time). */
  readonly promiseAgainMillis?: number;
  readonly batch?: number;
  /** Told how many events the brokers have acknowledged. */
  readonly onPublished?: (events: number) => void;
  /** Told of each event that is too large for the topic. */
  readonly onLeftToFeed?: (event: LeftToFeed) => void;
}

/**
 * An event in the log is not what its published schema says. What is on a topic cannot be taken back, and nothing may be skipped: so
 * the relay stops in front of it, until a program with a right publication runs.
 */
export class UnfitMessageError extends Error {
  override readonly name = 'UnfitMessageError';
}

/** System time. */
const CONNECT_MILLIS = 30_000;
/** What is under way at the stop has so long to be acknowledged; it would be published twice otherwise. */
const GRACE_MILLIS = 2_000;
const FAREWELL_MILLIS = 2_000;
const LOOK_MILLIS = 90_000;
const PROMISE_AGAIN_MILLIS = 60_000;
const UNFIT_MILLIS = 10_000;
/** Between two times in office, or of asking for it. */
const STAND_BY_MILLIS = 1_000;
/** So long an instance that does not lead asks for the office by one connection. */
const ASKING_MILLIS = 60_000;
/** Between two looks for what is appended but not settled. */
const UNSETTLED = { firstMillis: 5, mostMillis: 100 };
/** Between two tries to put the ends of the topic beside the log. */
const COMPARING = { firstMillis: 5_000, mostMillis: 300_000 };
const STEADY_MILLIS = 15_000;
const LOG_PAGE = 5_000;
const PUBLISHING = 'the relay';

/**
 * Follows a service's log and publishes every event to its topic, in the order of the log, one leader at a time. The log
 * is the outbox: what was published and not yet check-pointed is published again, with the same positions, and dropped by
 * who has it already.
 */
export class KafkaRelay {
  readonly #loop: Loop;
  readonly #giveUp = new AbortController();
  readonly #news = new Alarm();
  readonly #troubles = new Troubles();
  /** Found while publishing: what lies on the topic is another system's. */
  #foreign: ForeignSystemError | undefined;

  constructor(private readonly options: KafkaRelayOptions) {
    const { topic, log } = options;
    this.#loop = new Loop({
      turn: () => this.#seekOffice(),
      periodMillis: STAND_BY_MILLIS,
      backoff: { firstMillis: 100, mostMillis: 2_000 },
      steadyMillis: STEADY_MILLIS,
      keepsAlive: true,
      count: (error) => {
        this.#troubles.begin(PUBLISHING, messageOf(error));
      },
      tell: (error) => log.warn({ err: error, topic }, 'the relay stumbled and goes on from its checkpoint'),
      over: (failures) => log.info({ topic, failures }, 'the relay publishes again'),
    });
  }

  start(): void {
    this.#loop.start();
  }

  /** Also where no broker answers: within some seconds. */
  async close(): Promise<void> {
    const ended = this.#loop.stop();
    const grace = setTimeout(() => this.#giveUp.abort(), GRACE_MILLIS);
    await ended;
    clearTimeout(grace);
  }

  async published(): Promise<readonly ReadAnchor[]> {
    const { database, topic, partitions, source } = this.options;
    const { events = [] } = await new RelayCheckpoints(database, topic, partitions).read();
    return events.flatMap((event, partition) =>
      event === undefined ? [] : [{ reader: `${source}/relay/${partition}`, event }],
    );
  }

  /** @throws LastingTroubleError where it could not publish, or not wait for its turn, for longer than `mostMillis`. */
  check(mostMillis: number): void {
    this.#troubles.check(mostMillis);
  }

  /** The topic, where it is refused: another system publishes to it. */
  refused(): readonly string[] {
    return this.#troubles.stopped().length > 0 ? [this.options.topic] : [];
  }

  /** Leads where nobody else does, until the stop or a failure; a leader that loses its database loses the office with its lock. */
  async #seekOffice(): Promise<void> {
    const { database, topic, log } = this.options;
    // Another instance leads. One that cannot publish lets go within seconds; who keeps the office longer does publish.
    const standsBy = setTimeout(() => this.#troubles.clear(), STEADY_MILLIS);
    try {
      await database.exclusively(
        `relay ${topic}`,
        (held) => {
          clearTimeout(standsBy);
          return this.#lead(held);
        },
        { wait: { mostMillis: ASKING_MILLIS, until: this.#stopping } },
      );
    } catch (error) {
      const lasting = error instanceof UnfitMessageError || error instanceof ForeignSystemError;
      if (!lasting || this.#stopping.aborted) throw error;
      if (error instanceof ForeignSystemError) this.#troubles.stop(PUBLISHING, error.message);
      else this.#troubles.begin(PUBLISHING, error.message);
      log.error({ err: error, topic }, 'the relay stands still');
      await rest(UNFIT_MILLIS, this.#stopping);
    } finally {
      clearTimeout(standsBy);
    }
  }

  #until(held: AbortSignal): AbortSignal {
    return AbortSignal.any([this.#stopping, held]);
  }

  get #stopping(): AbortSignal {
    return this.#loop.stopping;
  }

  async #lead(held: AbortSignal): Promise<void> {
    const { kafka, topic, log } = this.options;
    const producer = kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      // Never asked: every record names its partition.
      createPartitioner: Partitioners.DefaultPartitioner,
    });
    try {
      await this.#answer(producer.connect(), 'reaching the brokers');
      const limitBytes = await this.#answer(
        batchLimitOf(kafka, topic, log),
        'asking for the limit of a batch',
      );
      log.info({ topic, limitBytes }, 'this instance publishes the log');
      this.#foreign = undefined;
      const extent = await this.#answer(topicExtent(kafka, topic), 'asking how far the topic goes');
      await this.#refuseForeign(extent, log);
      // Beside the publishing: it takes the brokers some seconds.
      if (this.options.feed.compare !== undefined) void this.#compareTopic(extent, this.#until(held));
      await this.#follow(new TopicSender({ producer, topic, limitBytes, giveUp: this.#giveUp.signal }), held);
    } finally {
      await withinMillis(producer.disconnect(), FAREWELL_MILLIS, 'leaving the brokers').catch(
        (error: unknown) => log.debug({ err: error, topic }, 'a producer did not leave in order'),
      );
    }
  }

  /**
   * Looks at a topic before the first record is published to it, and where the brokers are others than those that were looked at.
   * @throws ForeignSystemError
   */
  async #refuseForeign(extent: TopicExtent, log: Logger): Promise<void> {
    const { kafka, topic, system, database } = this.options;
    if (system === undefined) return;
    const cluster = await this.#answer(clusterIdOf(kafka), 'asking which brokers these are');
    const own = new OwnTopic(database, topic);
    if (await own.isKnownOn(cluster)) return;
    try {
      // It has a limit of its own, which a stop does not wait for.
      await withinMillis(this.#ends(extent), LOOK_MILLIS, 'looking at the topic', this.#giveUp.signal);
    } catch (error) {
      if (!isRefusalOfRead(error)) throw error;
      log.warn(
        { err: error, topic },
        'the topic may not be read: nobody can tell whether it is another system’s',
      );
      return;
    }
    await own.keep(cluster);
  }

  #ends(extent: TopicExtent): ReturnType<typeof topicEnds> {
    const { kafka, topic, source } = this.options;
    const groupId = `${topic}.ends.${Date.now()}`;
    return topicEnds(kafka, { topic, source, groupId, extent, system: systemBytes(this.options) });
  }

  /** Asks the log whether it has what is at the ends of its topic: where it was put back to an older copy, only the topic may know. */
  async #compareTopic(extent: TopicExtent, over: AbortSignal): Promise<void> {
    const { topic, database, feed, log } = this.options;
    const again = new Backoff(COMPARING);
    while (!over.aborted)
      try {
        const ends = await this.#ends(extent);
        const anchors = ends.flatMap((event, partition) =>
          event === undefined ? [] : [{ reader: `topic ${topic}/${partition}`, event }],
        );
        if (!over.aborted) await feed.compare?.(anchors);
        return;
      } catch (error) {
        if (error instanceof ForeignSystemError) {
          await new OwnTopic(database, topic).forget();
          this.#foreign = error;
          this.#news.wake();
          return;
        }
        log.warn({ err: error, topic }, 'the ends of the topic could not be put beside the log');
        await again.wait(over);
      }
  }

  /** Neither may outlast the stop. */
  #answer<T>(work: Promise<T>, what: string): Promise<T> {
    return withinMillis(work, CONNECT_MILLIS, what, this.#giveUp.signal);
  }

  async #follow(sender: TopicSender, held: AbortSignal): Promise<void> {
    const { feed, database, topic, partitions, batch = 2_000, pollMillis = 15_000 } = this.options;
    const { promiseAgainMillis = PROMISE_AGAIN_MILLIS } = this.options;
    const unsettled = new Backoff(UNSETTLED);
    let told = 0n;
    const stopNews = feed.onNews?.((position) => {
      if (position > told) {
        told = position;
        unsettled.reset();
      }
      this.#news.wake();
    });
    try {
      const checkpoints = new RelayCheckpoints(database, topic, partitions);
      let checkpoint = await this.#startAnew(checkpoints, await checkpoints.read());
      checkpoint = await this.#tellRestored(sender, checkpoint, checkpoints);
      let promised: string | undefined;
      let promisedAt = 0;
      while (!this.#stopping.aborted && !held.aborted) {
        if (this.#foreign !== undefined) throw this.#foreign as ForeignSystemError;
        const page = await this.#read(checkpoint, batch);
        // Before the first record of it.
        if (newestOf(page) > (checkpoint.incarnation ?? 1))
          checkpoint = await this.#tellRestored(sender, checkpoint, checkpoints);
        const unfit = this.#firstUnfit(page);
        checkpoint = await this.#publish(sender, unfit?.before ?? page, checkpoint, checkpoints);
        if (unfit !== undefined) throw unfit.error;
        // Again where the clock stands: the topic may have been lost since, and a reader that lacks something hears of it by nothing else.
        const isOld = performance.now() - promisedAt > promiseAgainMillis;
        if (page.watermark !== undefined && (page.watermark.instant !== promised || isOld)) {
          await this.#promise(sender, page.watermark, checkpoint);
          promised = page.watermark.instant;
          promisedAt = performance.now();
        }
        this.#troubles.clear();
        this.#loop.going();
        if (page.upTo < page.settled) continue;
        // What is appended is not settled as long as an older transaction runs, and nobody tells when it ends.
        await this.#news.rest(page.settled < told ? unsettled.next() : pollMillis, this.#until(held));
      }
    } finally {
      stopNews?.();
    }
  }

  /**
   * Says on every partition how the log goes on after losses, where the topic was not told yet.
   * @returns the checkpoint, written where something was told.
   */
  async #tellRestored(
    sender: TopicSender,
    checkpoint: RelayCheckpoint,
    checkpoints: RelayCheckpoints,
  ): Promise<RelayCheckpoint> {
    const { feed, source, topic, log } = this.options;
    const found = await feed.compare?.([]);
    let told = checkpoint;
    for (const incarnation of found === undefined ? [] : incarnationsOf(found)) {
      if (incarnation.number <= (told.incarnation ?? 1)) continue;
      await sender.sendEach(
        told.links.map((position, partition) =>
          outgoing(
            partition,
            position,
            encodeRestored(source, partition, position, incarnation, this.options.system),
          ),
        ),
      );
      told = { ...told, incarnation: incarnation.number };
      await checkpoints.write(told);
      log.warn(
        { topic, incarnation: incarnation.number },
        'the topic was told that the log goes on after a loss',
      );
    }
    return told;
  }

  /** Where what was published was given up with the end of an incarnation: the chains go on behind what the log has. */
  async #startAnew(checkpoints: RelayCheckpoints, checkpoint: RelayCheckpoint): Promise<RelayCheckpoint> {
    const { feed, source, topic, partitions, log } = this.options;
    const events = (checkpoint.events ?? []).flatMap((event) => (event === undefined ? [] : [event]));
    if (feed.compare === undefined || events.length === 0) return checkpoint;
    const asked = events.map((event) => ({ reader: `${source}/relay`, event }));
    const found = await feed.compare(asked);
    const current = found === undefined ? 1 : (incarnationsOf(found).at(-1)?.number ?? 1);
    const givenUp = events.some((event, i) => found?.known[i] === false && event.incarnation < current);
    if (!givenUp) return checkpoint;
    log.warn({ topic }, 'the chains of the topic are taken up behind what the log has kept');
    const links = Array.from({ length: partitions }, () => 0n);
    const lasts: (Anchor | undefined)[] = links.map(() => undefined);
    let position = 0n;
    for (let ended = false; !ended;) {
      const page = await feed.read({ after: position, limit: LOG_PAGE });
      for (const message of page.messages) {
        const partition = partitionOf(message.stream, partitions);
        links[partition] = message.position;
        lasts[partition] = anchorOf(message);
      }
      // Whoever misses what was appended before the loss was known finds a gap, and asks the feed.
      ended = page.upTo >= page.settled || page.upTo === position;
      position = page.upTo;
    }
    const next = { ...checkpoint, position, links, events: lasts };
    await checkpoints.replace(next);
    return next;
  }

  /** @throws SourceLacksEventError where the log lacks what was published of it. */
  async #read({ position, events = [] }: RelayCheckpoint, limit: number): Promise<FeedPage> {
    const { feed, source } = this.options;
    const event = events.reduce(
      (last, each) => (each !== undefined && each.position > (last?.position ?? -1n) ? each : last),
      undefined,
    );
    const page = await feed.read({
      after: position,
      limit,
      ...(event === undefined ? {} : { event, reader: `${source}/relay` }),
    });
    if (page.known === false) throw new SourceLacksEventError(source);
    return page;
  }

  /**
   * Every partition goes on by itself. Where one fails, what the others have got is kept: it is not published again.
   * @returns the checkpoint, written.
   */
  async #publish(
    sender: TopicSender,
    page: FeedPage,
    checkpoint: RelayCheckpoint,
    checkpoints: RelayCheckpoints,
  ): Promise<RelayCheckpoint> {
    if (page.messages.length === 0) return { ...checkpoint, position: page.upTo };
    const { source: service, topic } = this.options;
    const left: LeftToFeed[] = [];
    const reached = [...checkpoint.links];
    const byPartition = this.#outgoing(page, checkpoint);
    const sends = [...byPartition].map(async ([partition, records]) => {
      let next = 0;
      const advance = ({ position }: OutgoingRecord): void => {
        reached[partition] = position;
        while (records[next] !== undefined && records[next]!.position <= position) next += 1;
      };
      await sender.sendInOrder(records, {
        sent: (last) => {
          const before = next;
          advance(last);
          this.options.onPublished?.(next - before);
        },
        leftOut: (record) => {
          advance(record);
          left.push(this.#leaveToFeed(record));
        },
      });
    });
    const all = Promise.allSettled(sends);
    await inPublishSpan({ service, topic, messages: page.messages }, () => Promise.all(sends)).catch(
      async (error: unknown) => {
        await all;
        await this.#keepPart(
          { ...checkpoint, links: reached, events: eventsAt(reached, page, checkpoint) },
          checkpoint,
          left,
          checkpoints,
        );
        throw error;
      },
    );
    await new LeftToFeeds(this.options.database, topic).keep(left);
    const next = {
      ...checkpoint,
      position: page.upTo,
      links: reached,
      events: eventsAt(reached, page, checkpoint),
    };
    await checkpoints.write(next);
    return next;
  }

  /** What of a page is not on its partition yet; each with the position before it in the chain. */
  #outgoing(page: FeedPage, { links }: RelayCheckpoint): ReadonlyMap<number, readonly OutgoingRecord[]> {
    const { partitions, system } = this.options;
    const chain = [...links];
    const byPartition = new Map<number, OutgoingRecord[]>();
    for (const message of page.messages) {
      const partition = partitionOf(message.stream, partitions);
      if (message.position <= links[partition]!) continue;
      const linked: Message = { ...message, previous: chain[partition]! };
      chain[partition] = message.position;
      const record = outgoing(partition, message.position, encodeMessage(linked, system));
      const others = byPartition.get(partition);
      if (others === undefined) byPartition.set(partition, [record]);
      else others.push(record);
    }
    return byPartition;
  }

  async #keepPart(
    part: RelayCheckpoint,
    before: RelayCheckpoint,
    left: readonly LeftToFeed[],
    checkpoints: RelayCheckpoints,
  ): Promise<void> {
    const { database, topic, log } = this.options;
    if (part.links.every((link, partition) => link === before.links[partition])) return;
    try {
      await new LeftToFeeds(database, topic).keep(left);
      await checkpoints.write(part);
    } catch (error) {
      log.warn(
        { err: error, topic },
        'what was published before a failure could not be kept: it comes twice',
      );
    }
  }

  #leaveToFeed(record: OutgoingRecord): LeftToFeed {
    const event = leftToFeed(record);
    const { topic, log, onLeftToFeed } = this.options;
    log.error({ topic, ...event }, 'an event is too large for its topic; readers fetch it from the log feed');
    onLeftToFeed?.(event);
    return event;
  }

  /** Each event is checked here and nowhere else: once, before it can be read by others. */
  #firstUnfit(page: FeedPage): { readonly before: FeedPage; readonly error: UnfitMessageError } | undefined {
    const { refuse } = this.options;
    if (refuse === undefined) return undefined;
    for (const [index, message] of page.messages.entries()) {
      const reason = refuse(message);
      if (reason === undefined) continue;
      const { stream, revision, position } = message;
      return {
        before: { ...page, messages: page.messages.slice(0, index), upTo: position - 1n },
        error: new UnfitMessageError(
          `${stream} revision ${revision} at ${position} is not published: ${reason}`,
        ),
      };
    }
    return undefined;
  }

  /** The watermark goes to every partition, each with the last position there. */
  async #promise(sender: TopicSender, promise: Watermark, { links }: RelayCheckpoint): Promise<void> {
    const { source, system } = this.options;
    await sender.sendEach(
      links.map((position, partition) =>
        outgoing(partition, position, encodeWatermark(source, partition, { ...promise, position }, system)),
      ),
    );
  }
}

/** The latest incarnation that a page tells of. */
const newestOf = ({ messages, watermark }: FeedPage): number =>
  messages.reduce(
    (newest, { incarnation = 1 }) => Math.max(newest, incarnation),
    watermark?.incarnation ?? 1,
  );

/** The messages at these places, of a page or of the checkpoint before it. */
function eventsAt(
  links: readonly bigint[],
  { messages }: FeedPage,
  before: RelayCheckpoint,
): readonly (Anchor | undefined)[] {
  const byPosition = new Map(messages.map((message) => [message.position, message]));
  return links.map((link, partition) => {
    const message = byPosition.get(link);
    return message === undefined ? before.events?.[partition] : anchorOf(message);
  });
}
