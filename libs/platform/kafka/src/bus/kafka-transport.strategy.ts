import { Server, type CustomTransportStrategy } from '@nestjs/microservices';
import { allDone, rememberedBy } from '@smartkey/lifecycle';
import type { Kafka } from 'kafkajs';
import type { Logger } from 'pino';
import type { EventBus, ServiceName, Subscriber, Subscription } from '@smartkey/event-bus';
import { topicOfPartition } from '../consumer/batch-intake.ts';
import { GroupConsumer } from '../consumer/group-consumer.ts';
import { topicOf, type KafkaSettings } from '../settings/kafka-settings.ts';
import { partitionsOf } from '../topics/kafka-topics.ts';
import type { FoundRecord } from '../consumer/unreadable-records.ts';

export interface KafkaBusOptions {
  readonly kafka: Kafka;
  readonly settings: KafkaSettings;
  readonly log: Logger;
  /** Put before the names of the consumer groups, which are the broker's and not one service's. */
  readonly groupPrefix?: string;
  /** Makes durable what a consumer cannot read; it throws where that fails, and the batch comes again. */
  readonly keepUnreadable: (records: readonly FoundRecord[]) => Promise<void>;
  /** Told whenever a consumer was given partitions. */
  readonly onAssigned?: () => void;
}

/**
 * The bus on Kafka, as a Nest transport of our own: one consumer group for each subscriber, whole batches to its handler.
 * Offsets are a hint that is committed after the effects; the subscribers' marks are the truth, so a redelivery, a
 * rebalance or a reset to the beginning does no harm.
 *
 * Why not Nest's own Kafka transport: it hands over message by message, hides the cause of a failure from the client
 * library, and commits what nobody handles (docs/decisions/0012-the-bus-on-kafka.md).
 */
export class KafkaTransportStrategy extends Server implements CustomTransportStrategy, EventBus {
  readonly #consumers = new Map<string, GroupConsumer>();
  #listening = false;

  constructor(private readonly options: KafkaBusOptions) {
    super();
  }

  /** Asked of the broker once: another number makes another topic (docs/kafka.md). */
  readonly partitions = rememberedBy((source: ServiceName) =>
    partitionsOf(this.options.kafka, this.options.settings, source),
  );

  /** Takes effect at once where the transport listens, else with `listen`. */
  async subscribe(subscriber: Subscriber): Promise<Subscription> {
    const { groupPrefix = '', ...options } = this.options;
    const groupId = `${groupPrefix}${subscriber.group}`;
    const consumer = new GroupConsumer(subscriber, {
      ...options,
      groupId,
      partitions: (source) => this.partitions(source),
    });
    this.#consumers.set(subscriber.group, consumer);
    for (const source of subscriber.sources)
      this.addHandler(
        `${topicOf(options.settings, source)} ${subscriber.group}`,
        async () => undefined,
        true,
      );
    if (this.#listening) await consumer.start();
    return {
      close: async () => {
        this.#consumers.delete(subscriber.group);
        await consumer.close();
      },
    };
  }

  listen(callback: (error?: unknown) => void): void {
    this.#listening = true;
    Promise.all([...this.#consumers.values()].map((consumer) => consumer.start())).then(
      () => callback(),
      callback,
    );
  }

  async close(): Promise<void> {
    this.#listening = false;
    const consumers = [...this.#consumers.values()];
    this.#consumers.clear();
    await allDone(consumers.map((consumer) => consumer.close()));
  }

  /** @throws LastingTroubleError where a consumer has taken nothing in for longer than `mostMillis` (system time). */
  check(mostMillis: number): void {
    for (const consumer of this.#consumers.values()) consumer.troubles.check(mostMillis);
  }

  /** The topics that are refused, for what lies on them is another system's. */
  refused(): readonly string[] {
    const partitions = [...this.#consumers.values()].flatMap(({ troubles }) => troubles.stopped());
    return [...new Set(partitions.map(topicOfPartition))];
  }

  on(): never {
    throw new Error('this transport has no events to listen to');
  }

  unwrap<T>(): T {
    return this.options.kafka as T;
  }
}
