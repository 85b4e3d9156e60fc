import { Server, type CustomTransportStrategy } from '@nestjs/microservices';
import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import type { Logger } from 'pino';
import { Backoff } from '../embedded/backoff.ts';
import type {
  Delivery,
  EventBus,
  Message,
  ServiceName,
  Subscriber,
  Subscription,
  Watermark,
} from '../event-bus.port.ts';
import { decodeRecord, UndecodableRecordError } from './cloud-event.codec.ts';
import { topicOf, type KafkaSettings } from './kafka-settings.ts';
import { partitionsOf } from './kafka-topics.ts';

export interface KafkaBusOptions {
  readonly kafka: Kafka;
  readonly settings: KafkaSettings;
  readonly log: Logger;
  /** Put before the names of the consumer groups, which are the broker's and not one service's. */
  readonly groupPrefix?: string;
  /** A consumer has ended for good: the process must end, to be started again. */
  readonly onFatal: (error: Error) => void;
}

/**
 * The bus on Kafka, as a Nest transport of our own: one consumer group for each subscriber, whole batches to its handler.
 * Offsets are a hint that is committed after the effects; the subscribers' marks are the truth, so a redelivery, a
 * rebalance or a reset to the beginning does no harm.
 *
 * Why not Nest's own Kafka transport: it hands over message by message, hides the cause of a failure from the client
 * library, and commits what nobody handles (docs/decisions).
 */
export class KafkaTransportStrategy extends Server implements CustomTransportStrategy, EventBus {
  readonly #consumers = new Map<string, GroupConsumer>();
  readonly #partitions = new Map<ServiceName, Promise<number>>();
  #listening = false;

  constructor(private readonly options: KafkaBusOptions) {
    super();
  }

  /** Asked of the broker once: another number makes another topic (docs/operations.md). */
  partitions(source: ServiceName): Promise<number> {
    let known = this.#partitions.get(source);
    if (known === undefined) {
      known = partitionsOf(this.options.kafka, this.options.settings, source);
      this.#partitions.set(source, known);
      known.catch(() => this.#partitions.delete(source));
    }
    return known;
  }

  /** Takes effect at once where the transport listens, else with `listen`. */
  async subscribe(subscriber: Subscriber): Promise<Subscription> {
    const consumer = new GroupConsumer(subscriber, this.options);
    this.#consumers.set(subscriber.group, consumer);
    for (const source of subscriber.sources)
      this.addHandler(
        `${topicOf(this.options.settings, source)} ${subscriber.group}`,
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
    await Promise.all([...this.#consumers.values()].map((consumer) => consumer.close()));
    this.#consumers.clear();
  }

  on(): never {
    throw new Error('this transport has no events to listen to');
  }

  unwrap<T>(): T {
    return this.options.kafka as T;
  }
}

/** One subscriber's consumer group. */
class GroupConsumer {
  readonly #consumer: Consumer;
  readonly #closing = new AbortController();

  constructor(
    private readonly subscriber: Subscriber,
    private readonly options: KafkaBusOptions,
  ) {
    const sessionTimeout = options.settings.sessionTimeoutMillis ?? 10_000;
    this.#consumer = options.kafka.consumer({
      groupId: `${options.groupPrefix ?? ''}${subscriber.group}`,
      sessionTimeout,
      heartbeatInterval: Math.floor(sessionTimeout / 4),
      rebalanceTimeout: 3 * sessionTimeout,
      maxWaitTimeInMs: 200,
      maxBytesPerPartition: 8_388_608,
      maxBytes: 33_554_432,
      allowAutoTopicCreation: false,
      // A crash that the library cannot retry must not leave a process that looks alive.
      retry: { retries: 30, initialRetryTime: 100, maxRetryTime: 2_000, restartOnFailure: async () => true },
    });
  }

  async start(): Promise<void> {
    const { settings, log, onFatal } = this.options;
    const { group, sources } = this.subscriber;
    this.#consumer.on(this.#consumer.events.CRASH, ({ payload: { error, restart } }) => {
      log.error({ err: error, group, restart }, 'a consumer crashed');
      if (!restart && !this.#closing.signal.aborted) onFatal(error);
    });
    await this.#consumer.connect();
    await this.#consumer.subscribe({
      topics: sources.map((source) => topicOf(settings, source)),
      fromBeginning: true,
    });
    await this.#consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 4,
      eachBatch: (payload) => this.#take(payload),
    });
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#consumer.disconnect();
  }

  /** Hands a batch over, again and again until it is taken; only a lost partition or a stop lets it go. */
  async #take({ batch, heartbeat, resolveOffset, isRunning, isStale }: EachBatchPayload): Promise<void> {
    const source = batch.topic.slice(this.options.settings.topicPrefix.length + 1) as ServiceName;
    const delivery = this.#deliveryOf(source, batch);
    const backoff = new Backoff({ firstMillis: 50, mostMillis: 3_000 });
    const beat = setInterval(() => void heartbeat().catch(() => undefined), 1_000);
    try {
      while (isRunning() && !isStale() && !this.#closing.signal.aborted) {
        try {
          await this.subscriber.handle(delivery);
          resolveOffset(batch.lastOffset());
          await this.#consumer.commitOffsets([
            {
              topic: batch.topic,
              partition: batch.partition,
              offset: String(BigInt(batch.lastOffset()) + 1n),
            },
          ]);
          return;
        } catch (error) {
          this.options.log.warn(
            { err: error, group: this.subscriber.group, source },
            'a delivery failed, to be repeated',
          );
          await backoff.wait(this.#closing.signal);
        }
      }
    } finally {
      clearInterval(beat);
    }
  }

  #deliveryOf(source: ServiceName, batch: EachBatchPayload['batch']): Delivery {
    const messages: Message[] = [];
    let watermark: Watermark | undefined;
    for (const record of batch.messages) {
      try {
        const decoded = decodeRecord(record);
        if (decoded.kind === 'message') messages.push(decoded.message);
        else watermark = decoded.watermark;
      } catch (error) {
        if (!(error instanceof UndecodableRecordError)) throw error;
        // Not lost: where it stood on the chain is a gap, which the subscriber fills from the source's log feed.
        this.options.log.error(
          { err: error, topic: batch.topic, partition: batch.partition, offset: record.offset },
          'a record cannot be read',
        );
      }
    }
    return {
      source,
      partition: batch.partition,
      messages,
      ...(watermark === undefined ? {} : { watermark }),
    };
  }
}
