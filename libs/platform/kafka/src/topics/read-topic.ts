import type { Consumer, Kafka } from 'kafkajs';
import type { ServiceName } from '@smartkey/event-bus';
import type { Place, TopicRecord } from '../records/cloud-event.codec.ts';
import { type KafkaSettings, systemBytes, topicOf } from '../settings/kafka-settings.ts';
import { topicExtent } from './topic-extent.ts';
import { decoded, withReader } from './with-reader.ts';

/** A topic cannot be read to its end. */
export class TopicUnreadableError extends Error {
  override readonly name = 'TopicUnreadableError';
}

/** System time without a record, though there are more. */
const SILENCE_MILLIS = 60_000;

/** A partition as it was when the topic began to be read. */
export interface PartitionExtent {
  readonly partition: number;
  /** The first offset that there is: above 0 retention has taken what lay before. */
  readonly low: bigint;
  readonly high: bigint;
}

/**
 * Takes the next records of a partition, in their order, each once; what is none of ours is left out.
 */
export type TakeRecords = (
  records: readonly TopicRecord[],
  partition: PartitionExtent,
) => Promise<void> | void;

/**
 * Reads a topic as it lies on the brokers, from its beginning up to its end of now; nothing of it is kept.
 * @param purpose names the group of the readers, for who looks at the brokers.
 * @param onRecords told how many records have been read so far.
 * @returns the partitions, in their order.
 * @throws TopicUnreadableError
 * @throws ForeignSystemError where it is another system's, and `settings` say whose this one is.
 */
export async function readTopic(
  kafka: Kafka,
  settings: KafkaSettings,
  source: ServiceName,
  {
    purpose,
    take,
    onRecords = () => undefined,
    signal,
  }: {
    readonly purpose: string;
    readonly take: TakeRecords;
    readonly onRecords?: (records: number) => void;
    /** Ends the reading. */
    readonly signal?: AbortSignal | undefined;
  },
): Promise<readonly PartitionExtent[]> {
  const topic = topicOf(settings, source);
  const partitions = await extentsOf(kafka, topic);
  const groupId = `${settings.topicPrefix}.${purpose}.${topic}.${Date.now()}`;
  if (partitions.some(({ low, high }) => low < high)) {
    const place = { source, system: systemBytes(settings) };
    await withReader(kafka, groupId, (consumer) =>
      readToEnd(consumer, topic, place, partitions, { take, onRecords, signal }),
    );
  }
  return partitions;
}

async function extentsOf(kafka: Kafka, topic: string): Promise<readonly PartitionExtent[]> {
  const extent = await topicExtent(kafka, topic).catch((error: unknown) => {
    if ((error as { type?: unknown }).type === 'UNKNOWN_TOPIC_OR_PARTITION')
      throw new TopicUnreadableError(`${topic} is not there`);
    throw error;
  });
  return extent
    .map(({ partition, low, high }) => ({ partition, low: BigInt(low), high: BigInt(high) }))
    .sort((a, b) => a.partition - b.partition);
}

async function readToEnd(
  consumer: Consumer,
  topic: string,
  whose: Pick<Place, 'source' | 'system'>,
  partitions: readonly PartitionExtent[],
  {
    take,
    onRecords,
    signal,
  }: {
    readonly take: TakeRecords;
    readonly onRecords: (records: number) => void;
    readonly signal: AbortSignal | undefined;
  },
): Promise<void> {
  const next = partitions.map(({ low }) => low);
  let records = 0;
  let heard = performance.now();
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await new Promise<void>((resolve, reject) => {
    const watch = setInterval(() => {
      if (performance.now() - heard < SILENCE_MILLIS) return;
      fail(new TopicUnreadableError(`${topic} brings nothing more, ${records} records into it`));
    }, 1_000);
    const stop = (): void => fail(new TopicUnreadableError(`${topic} is read no further: the service stops`));
    // The signal lives as long as the service, and hears of many readings.
    const over = (): void => (clearInterval(watch), signal?.removeEventListener('abort', stop));
    const end = (): void => (over(), resolve());
    const fail = (error: Error): void => (over(), reject(error));
    consumer.on(consumer.events.CRASH, ({ payload: { error } }) => fail(error));
    if (signal?.aborted === true) stop();
    else signal?.addEventListener('abort', stop, { once: true });
    consumer
      .run({
        autoCommit: false,
        eachBatch: async ({ batch }) => {
          heard = performance.now();
          const partition = partitions[batch.partition]!;
          const place = { ...whose, partition: batch.partition, of: partitions.length };
          const { high } = partition;
          const from = next[batch.partition]!;
          // Brought again where the brokers share the partitions out anew, or appended since.
          const ours = batch.messages.filter(({ offset }) => BigInt(offset) >= from && BigInt(offset) < high);
          try {
            await take(decoded(ours, place), partition);
          } catch (error) {
            // A batch that fails would be brought again and again.
            fail(error instanceof Error ? error : new TopicUnreadableError(topic, { cause: error }));
            return;
          }
          heard = performance.now();
          next[batch.partition] = BigInt(batch.lastOffset()) + 1n;
          onRecords((records += batch.messages.length));
          if (partitions.every(({ high: last }, n) => next[n]! >= last)) end();
        },
      })
      .catch(fail);
  });
}
