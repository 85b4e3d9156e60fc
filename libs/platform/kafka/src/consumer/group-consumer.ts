import type { Kafka } from 'kafkajs';
import type { Logger } from 'pino';
import type { ServiceName, Subscriber } from '@smartkey/event-bus';
import { Loop, withinMillis } from '@smartkey/lifecycle';
import { BatchIntake, nameOfPartition } from './batch-intake.ts';
import { ConsumerLife } from './consumer-life.ts';
import { systemBytes, topicOf, type KafkaSettings } from '../settings/kafka-settings.ts';
import { Troubles } from '../health/troubles.ts';
import type { FoundRecord } from './unreadable-records.ts';

export interface GroupConsumerOptions {
  readonly kafka: Kafka;
  readonly settings: KafkaSettings;
  readonly groupId: string;
  readonly log: Logger;
  readonly partitions: (source: ServiceName) => Promise<number>;
  readonly keepUnreadable: (records: readonly FoundRecord[]) => Promise<void>;
  /** Told whenever the member was given partitions, and that a log goes on after a loss. */
  readonly onAssigned?: (() => void) | undefined;
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
  readonly #loop: Loop;
  readonly #intake: BatchIntake;
  readonly troubles = new Troubles();
  #life: ConsumerLife | undefined;
  #clients = 0;
  #begun: () => void = () => undefined;

  constructor(
    private readonly subscriber: Subscriber,
    private readonly options: GroupConsumerOptions,
  ) {
    const { groupId, partitions, keepUnreadable, onAssigned } = options;
    this.#intake = new BatchIntake(subscriber, {
      groupId,
      partitions,
      system: systemBytes(options.settings),
      keepUnreadable,
      // As where partitions came: the owners of the logs are asked what they have.
      onRestored: onAssigned,
      sourceOf: (topic) => topic.slice(options.settings.topicPrefix.length + 1) as ServiceName,
      troubles: this.troubles,
      log: options.log,
    });
    const { log } = options;
    this.#loop = new Loop({
      turn: () => this.#liveOn(),
      periodMillis: 0,
      backoff: { firstMillis: 100, mostMillis: 5_000 },
      steadyMillis: STEADY_MILLIS,
      keepsAlive: true,
      count: (reason) => this.troubles.begin(NOT_JOINED, (reason as Error).message),
      tell: (reason) =>
        log.warn(
          { err: reason, groupId, clients: this.#clients },
          'a consumer has come to its end, another one takes over',
        ),
    });
  }

  /** Answers when the first client has joined the group, or has failed to: then others follow. */
  async start(): Promise<void> {
    const begun = new Promise<void>((resolve) => (this.#begun = resolve));
    this.#loop.start();
    await Promise.race([begun, this.#loop.ended]);
  }

  /** Within some seconds, whatever does not answer: the brokers, or what the subscriber works with. */
  async close(): Promise<void> {
    const ended = this.#loop.stop();
    const { log, groupId } = this.options;
    const handled = withinMillis(this.#intake.close(), HANDLED_MILLIS, 'taking in the last batch').catch(
      (error: unknown) => log.warn({ err: error, groupId }, 'a delivery was cut off, and will come again'),
    );
    await this.#life?.finish();
    await Promise.all([ended, handled]);
  }

  get #sessionTimeout(): number {
    return this.options.settings.sessionTimeoutMillis ?? 10_000;
  }

  /** The life of one client. @throws why it has come to its end. */
  async #liveOn(): Promise<void> {
    this.troubles.begin(NOT_JOINED, 'it has not joined yet');
    this.#clients += 1;
    const life = this.#newLife();
    this.#life = life;
    await Promise.race([life.begin(), life.ended]);
    this.#begun();
    const reason = await life.ended;
    await life.finish();
    throw reason;
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
      // What is another member's now is that one's trouble; what was fetched before is fetched again.
      onJoined: (assigned) => {
        this.#intake.letGo();
        this.troubles.retain(namesOf(assigned));
        this.#loop.going();
        this.options.onAssigned?.();
      },
    });
  }
}

const namesOf = (assigned: Readonly<Record<string, readonly number[]>>): ReadonlySet<string> =>
  new Set(
    Object.entries(assigned).flatMap(([topic, partitions]) =>
      partitions.map((partition) => nameOfPartition(topic, partition)),
    ),
  );
