import { ended, withinMillis } from '@smartkey/lifecycle';
import type { Admin, Consumer, Kafka } from 'kafkajs';
import type { ServiceName } from '@smartkey/event-bus';
import { ChainCoverage } from './chain-coverage.ts';
import { decodeRecord } from '../records/cloud-event.codec.ts';
import { UndecodableRecordError } from '../records/undecodable-record-error.ts';
import { type KafkaSettings, topicOf } from '../settings/kafka-settings.ts';
import { withAdmin } from '../brokers/with-admin.ts';

/** A topic cannot be read to its end. */
export class TopicUnreadableError extends Error {
  override readonly name = 'TopicUnreadableError';
}

/** System time without a record, though there are more. */
const SILENCE_MILLIS = 60_000;
const FAREWELL_MILLIS = 5_000;

interface PartitionState {
  readonly low: bigint;
  readonly high: bigint;
  /** Not before its first event: where the beginning is cut off, that tells where the chain begins. */
  coverage: ChainCoverage | undefined;
  next: bigint;
}

/**
 * Reads a topic as it lies on the brokers, and tells of each partition how much of its chain is there. What retention has taken from
 * its beginning is not asked for.
 * @param onRecords told how many records have been read so far.
 * @returns by partition; `undefined` where all of it has been taken by retention.
 * @throws TopicUnreadableError
 */
export async function topicChains(
  kafka: Kafka,
  settings: KafkaSettings,
  source: ServiceName,
  onRecords: (records: number) => void = () => undefined,
): Promise<readonly (ChainCoverage | undefined)[]> {
  const topic = topicOf(settings, source);
  const partitions = await withAdmin(kafka, (admin) => offsetsOf(admin, topic));
  const groupId = `${settings.topicPrefix}.repartition.${topic}.${Date.now()}`;
  if (partitions.some(({ next, high }) => next < high)) {
    const consumer = kafka.consumer({ groupId, allowAutoTopicCreation: false });
    try {
      await readToEnd(consumer, topic, source, partitions, onRecords);
    } finally {
      await ended(withinMillis(consumer.disconnect(), FAREWELL_MILLIS, 'leaving the brokers'));
      // It would expire by itself; not everybody may delete one.
      await ended(withAdmin(kafka, (admin) => admin.deleteGroups([groupId])));
    }
  }
  return partitions.map(({ low, coverage }) => coverage ?? (low === 0n ? new ChainCoverage(0n) : undefined));
}

async function offsetsOf(admin: Admin, topic: string): Promise<PartitionState[]> {
  const offsets = await admin.fetchTopicOffsets(topic).catch((error: unknown) => {
    if ((error as { type?: unknown }).type === 'UNKNOWN_TOPIC_OR_PARTITION')
      throw new TopicUnreadableError(`${topic} is not there`);
    throw error;
  });
  const partitions: PartitionState[] = [];
  for (const { partition, low, high } of offsets)
    partitions[partition] = { low: BigInt(low), high: BigInt(high), coverage: undefined, next: BigInt(low) };
  return partitions;
}

async function readToEnd(
  consumer: Consumer,
  topic: string,
  source: ServiceName,
  partitions: readonly PartitionState[],
  onRecords: (records: number) => void,
): Promise<void> {
  let records = 0;
  let heard = performance.now();
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await new Promise<void>((resolve, reject) => {
    const watch = setInterval(() => {
      if (performance.now() - heard < SILENCE_MILLIS) return;
      clearInterval(watch);
      reject(new TopicUnreadableError(`${topic} brings nothing more, ${records} records into it`));
    }, 1_000);
    const end = (): void => (clearInterval(watch), resolve());
    consumer.on(consumer.events.CRASH, ({ payload: { error } }) => (clearInterval(watch), reject(error)));
    consumer
      .run({
        autoCommit: false,
        eachBatch: async ({ batch }) => {
          heard = performance.now();
          const state = partitions[batch.partition]!;
          for (const record of batch.messages) {
            const place = { source, partition: batch.partition, of: partitions.length };
            take(state, record, place);
          }
          state.next = BigInt(batch.lastOffset()) + 1n;
          onRecords((records += batch.messages.length));
          if (partitions.every(({ next, high }) => next >= high)) end();
        },
      })
      .catch(reject);
  });
}

/** What is none of ours covers nothing. */
function take(
  state: PartitionState,
  record: Parameters<typeof decodeRecord>[0],
  place: Parameters<typeof decodeRecord>[1],
): void {
  try {
    const decoded = decodeRecord(record, place);
    if (decoded.kind !== 'message') return;
    const { previous, position } = decoded.message;
    state.coverage ??= new ChainCoverage(state.low === 0n ? 0n : previous);
    state.coverage.add(previous, position);
  } catch (error) {
    if (!(error instanceof UndecodableRecordError)) throw error;
  }
}
