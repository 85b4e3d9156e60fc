import type { Instant } from '@smartkey/kernel';
import { KafkaJSProtocolError, type Kafka, type ProducerRecord, type RecordMetadata } from 'kafkajs';
import {
  type AnchorsFound,
  type FeedPage,
  type FeedRequest,
  type LogFeed,
  type Message,
  partitionOf,
  type ReadAnchor,
} from '@smartkey/event-bus';
import { sizeOfRecord, BATCH_OVERHEAD_BYTES } from '../records/record-size.ts';

type Sent = ProducerRecord['messages'][number];

/** Brokers of which a test says what they do with a send: keep it, refuse it, stay silent, or lose it on the way. */
export class ScriptedBrokers {
  /** By partition, in the order in which it came. */
  readonly topic = new Map<number, Sent[]>();
  /** What happens before a send is taken; what it answers replaces the brokers' answer. */
  before: (
    messages: readonly Sent[],
  ) => Promise<RecordMetadata[] | undefined> | RecordMetadata[] | undefined = () => undefined;
  /** What the topic takes, and what it says that it takes. */
  limit = 1_048_576;
  told: number | undefined;
  largestBatch = 0;

  /** As much of the client as a relay uses. */
  client(): Kafka {
    const done = () => Promise.resolve();
    const admin = {
      connect: done,
      disconnect: done,
      // Nothing has to be read of it: what lies on the topic was sent by this very client.
      fetchTopicOffsets: () => Promise.resolve([]),
      describeConfigs: ({ resources }: { resources: readonly { name: string }[] }) =>
        Promise.resolve({
          resources: resources.map(({ name }) => ({
            resourceName: name,
            configEntries: [
              { configName: 'max.message.bytes', configValue: String(this.told ?? this.limit) },
            ],
          })),
        }),
    };
    const producer = {
      connect: done,
      disconnect: done,
      send: ({ topic, messages }: ProducerRecord) => this.#send(topic, messages),
    };
    return { admin: () => admin, producer: () => producer } as unknown as Kafka;
  }

  /** The positions on a partition, as they came. */
  positions(partition: number): readonly bigint[] {
    return (this.topic.get(partition) ?? [])
      .filter(({ key }) => key !== 'watermark' && key !== 'log-restored')
      .map(({ headers }) => BigInt(String(headers!['ce_position'])));
  }

  async #send(topicName: string, messages: readonly Sent[]): Promise<RecordMetadata[]> {
    const answer = await this.before(messages);
    if (answer !== undefined) return answer;
    const byPartition = new Map<number, Sent[]>();
    for (const message of messages)
      byPartition.set(message.partition!, [...(byPartition.get(message.partition!) ?? []), message]);
    for (const batch of byPartition.values()) {
      const bytes = BATCH_OVERHEAD_BYTES + batch.reduce((sum, each) => sum + sizeOfRecord(each as never), 0);
      this.largestBatch = Math.max(this.largestBatch, bytes);
      if (bytes > this.limit)
        throw new KafkaJSProtocolError(
          Object.assign(new Error('too large'), {
            type: 'MESSAGE_TOO_LARGE',
            code: 10,
            retriable: false,
          }) as never,
        );
    }
    for (const [partition, batch] of byPartition)
      this.topic.set(partition, [...(this.topic.get(partition) ?? []), ...batch]);
    return [...byPartition.keys()].map((partition) => ({ topicName, partition, errorCode: 0 }));
  }
}

/** A log in memory, with events of whatever size. */
export class ScriptedLog implements LogFeed {
  readonly messages: Message[] = [];
  watermark: Instant | undefined;
  incarnations: NonNullable<AnchorsFound['incarnations']> = [];

  compare(anchors: readonly ReadAnchor[]): Promise<AnchorsFound> {
    return Promise.resolve({ known: anchors.map(() => true), incarnations: this.incarnations });
  }

  add(stream: string, data: object = {}, incarnation = 1): void {
    const position = BigInt(this.messages.length + 1);
    this.messages.push({
      id: `e-${position}`,
      source: 'billing',
      type: 'InvoiceIssued',
      version: 1,
      stream,
      revision: 0,
      position,
      previous: position - 1n,
      occurredAt: '2024-01-31T15:00:00.000Z',
      recordedAt: '2024-01-31T15:00:00.000Z',
      data,
      ...(incarnation > 1 && { incarnation }),
    });
  }

  /** The positions of what belongs on a partition out of so many. */
  positions(partition: number, of: number): readonly bigint[] {
    return this.messages
      .filter(({ stream }) => partitionOf(stream, of) === partition)
      .map(({ position }) => position);
  }

  #current(): { readonly incarnation?: number } {
    const last = this.incarnations.at(-1);
    return last === undefined ? {} : { incarnation: last.number };
  }

  read({ after, limit }: FeedRequest): Promise<FeedPage> {
    const messages = this.messages.slice(Number(after), Number(after) + limit);
    const upTo = messages.at(-1)?.position ?? after;
    const settled = BigInt(this.messages.length);
    return Promise.resolve({
      messages,
      upTo,
      settled,
      ...(this.watermark === undefined || upTo < settled
        ? {}
        : { watermark: { instant: this.watermark, position: upTo, ...this.#current() } }),
    });
  }
}
