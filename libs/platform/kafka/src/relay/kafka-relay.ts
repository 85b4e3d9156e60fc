import type { ReadAnchor } from '@smartkey/event-bus';
import { Alarm, Backoff, Loop, messageOf, rest, underAny, withinMillis } from '@smartkey/lifecycle';
import { type Kafka, Partitioners } from 'kafkajs';
import type { Logger } from 'pino';
import { isRefusalOfRead } from '../brokers/client-errors.ts';
import { clusterIdOf } from '../brokers/cluster-id.ts';
import { Troubles } from '../health/troubles.ts';
import { ForeignSystemError } from '../records/foreign-system-error.ts';
import { systemBytes } from '../settings/kafka-settings.ts';
import { topicExtent, type TopicExtent } from '../topics/topic-extent.ts';
import { batchLimitOf } from '../topics/topic-limits.ts';
import { LogPublisher, UnfitMessageError } from './log-publisher.ts';
import { OwnTopic } from './own-topic.ts';
import type { PublishedLog } from './published-log.ts';
import { RelayCheckpoints } from './relay-checkpoint.ts';
import { topicEnds } from './topic-ends.ts';
import { TopicSender } from './topic-sender.ts';

export interface KafkaRelayOptions extends PublishedLog {
  readonly kafka: Kafka;
}

/** System time. */
const CONNECT_MILLIS = 30_000;
/** What is under way at the stop has so long to be acknowledged; it would be published twice otherwise. */
const GRACE_MILLIS = 2_000;
const FAREWELL_MILLIS = 2_000;
const LOOK_MILLIS = 90_000;
const UNFIT_MILLIS = 10_000;
/** Between two times in office, or of asking for it. */
const STAND_BY_MILLIS = 1_000;
/** So long an instance that does not lead asks for the office by one connection. */
const ASKING_MILLIS = 60_000;
/** Between two tries to put the ends of the topic beside the log. */
const COMPARING = { firstMillis: 5_000, mostMillis: 300_000 };
const STEADY_MILLIS = 15_000;
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
          return underAny([this.#stopping, held], (over) => this.#lead(over));
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

  get #stopping(): AbortSignal {
    return this.#loop.stopping;
  }

  async #lead(over: AbortSignal): Promise<void> {
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
      if (this.options.feed.compare !== undefined) void this.#compareTopic(extent, over);
      const sender = new TopicSender({ producer, topic, limitBytes, giveUp: this.#giveUp.signal });
      await new LogPublisher(this.options, sender).follow({
        over,
        news: this.#news,
        mustBeOwn: () => {
          if (this.#foreign !== undefined) throw this.#foreign;
        },
        going: () => {
          this.#troubles.clear();
          this.#loop.going();
        },
      });
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
}
