import type { Kafka } from 'kafkajs';
import type { Logger } from 'pino';
import { Backoff, type ServiceName, type Subscriber } from '@smartkey/event-bus';
import { BatchIntake, nameOfPartition } from './batch-intake.ts';
import { ConsumerLife } from './consumer-life.ts';
import { topicOf, type KafkaSettings } from './kafka-settings.ts';
import { Troubles } from './troubles.ts';
import type { FoundRecord } from './unreadable-records.ts';
import { withinMillis } from './within-millis.ts';

export interface GroupConsumerOptions {
  readonly kafka: Kafka;
  readonly settings: KafkaSettings;
  readonly groupId: string;
  readonly log: Logger;
  readonly partitions: (source: ServiceName) => Promise<number>;
  readonly keepUnreadable: (records: readonly FoundRecord[]) => Promise<void>;
}

const NOT_JOINED = 'not a member of its group';
/** One that lived so long is followed by the next at once. System time. */
const STEADY_MILLIS = 30_000;
/** So long is waited for what a subscriber has begun; cut off later, its transaction is not committed, and it comes again. */
const HANDLED_MILLIS = 4_000;

/**
 * One subscriber's consumer group: a client that has crashed or fallen silent is thrown away, and another one made, for as
 * long as it takes. The subscriber's marks are the truth, so that is always safe.
 */
export class GroupConsumer {
  readonly #stop = new AbortController();
  readonly #intake: BatchIntake;
  readonly troubles = new Troubles();
  #life: ConsumerLife | undefined;
  #consuming: Promise<void> | undefined;

  constructor(
    private readonly subscriber: Subscriber,
    private readonly options: GroupConsumerOptions,
  ) {
    const { groupId, partitions, keepUnreadable } = options;
    this.#intake = new BatchIntake(subscriber, {
      groupId,
      partitions,
      keepUnreadable,
      sourceOf: (topic) => topic.slice(options.settings.topicPrefix.length + 1) as ServiceName,
      beatMillis: this.#sessionTimeout / 6,
      troubles: this.troubles,
      log: options.log,
    });
  }

  /** Answers when the first client has joined the group, or has failed to: then others follow. */
  async start(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#consuming = this.#consume(resolve);
    });
  }

  /** Within some seconds, whatever does not answer: the brokers, or what the subscriber works with. */
  async close(): Promise<void> {
    this.#stop.abort();
    const { log, groupId } = this.options;
    const handled = withinMillis(this.#intake.close(), HANDLED_MILLIS, 'taking in the last batch').catch(
      (error: unknown) => log.warn({ err: error, groupId }, 'a delivery was cut off, and will come again'),
    );
    await this.#life?.finish();
    await Promise.all([this.#consuming, handled]);
  }

  get #sessionTimeout(): number {
    return this.options.settings.sessionTimeoutMillis ?? 10_000;
  }

  async #consume(begun: () => void): Promise<void> {
    const { log, groupId } = this.options;
    const backoff = new Backoff({ firstMillis: 100, mostMillis: 5_000 });
    for (let clients = 1; !this.#stop.signal.aborted; clients += 1) {
      this.troubles.begin(NOT_JOINED, 'it has not joined yet');
      const started = performance.now();
      const life = this.#newLife();
      this.#life = life;
      await Promise.race([life.begin(), life.ended]);
      begun();
      const reason = await life.ended;
      await life.finish();
      if (this.#stop.signal.aborted) break;
      this.troubles.begin(NOT_JOINED, reason.message);
      log.warn({ err: reason, groupId, clients }, 'a consumer has come to its end, another one takes over');
      if (performance.now() - started > STEADY_MILLIS) backoff.reset();
      await backoff.wait(this.#stop.signal);
    }
    begun();
  }

  #newLife(): ConsumerLife {
    const { kafka, settings, groupId, log } = this.options;
    return new ConsumerLife({
      kafka,
      groupId,
      topics: this.subscriber.sources.map((source) => topicOf(settings, source)),
      sessionTimeoutMillis: this.#sessionTimeout,
      log,
      eachBatch: (payload) => this.#intake.take(payload),
      // What is another member's now is that one's trouble.
      onJoined: (assigned) => this.troubles.retain(namesOf(assigned)),
    });
  }
}

const namesOf = (assigned: Readonly<Record<string, readonly number[]>>): ReadonlySet<string> =>
  new Set(
    Object.entries(assigned).flatMap(([topic, partitions]) =>
      partitions.map((partition) => nameOfPartition(topic, partition)),
    ),
  );
