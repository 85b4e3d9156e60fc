import type { Kafka } from 'kafkajs';
import type { ServiceName } from '@smartkey/event-bus';
import { ChainCoverage } from './chain-coverage.ts';
import { readTopic } from './read-topic.ts';
import type { KafkaSettings } from '../settings/kafka-settings.ts';

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
  const chains: (ChainCoverage | undefined)[] = [];
  const partitions = await readTopic(kafka, settings, source, {
    purpose: 'repartition',
    onRecords,
    take: (records, { partition, low }) => {
      for (const record of records) {
        if (record.kind !== 'message') continue;
        const { previous, position } = record.message;
        // Where the beginning is cut off, the first event tells where the chain begins.
        chains[partition] ??= new ChainCoverage(low === 0n ? 0n : previous);
        chains[partition].add(previous, position);
      }
    },
  });
  return partitions.map(
    ({ partition, low }) => chains[partition] ?? (low === 0n ? new ChainCoverage(0n) : undefined),
  );
}
