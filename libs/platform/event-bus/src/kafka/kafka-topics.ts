import type { Kafka } from 'kafkajs';
import type { ServiceName } from '../event-bus.port.ts';
import { topicOf, type KafkaSettings } from './kafka-settings.ts';

export const SERVICES: readonly ServiceName[] = ['contract', 'device-registry', 'authentication', 'billing'];

export interface TopicPlan {
  readonly partitions: number;
  readonly replicationFactor: number;
  /** How long a topic keeps its messages; the services' log feeds keep everything, so any time will do. */
  readonly retentionHours: number;
}

/** A topic is there, but not as the services need it. */
export class TopicMismatchError extends Error {
  override readonly name = 'TopicMismatchError';
}

/**
 * Makes the topics that are missing. A topic with another number of partitions is refused: repartitioning starts a new
 * topic generation (docs/operations.md), for the chain of positions depends on it.
 */
export async function createTopics(kafka: Kafka, settings: KafkaSettings, plan: TopicPlan): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    await admin.createTopics({
      waitForLeaders: true,
      topics: SERVICES.map((source) => ({
        topic: topicOf(settings, source),
        numPartitions: plan.partitions,
        replicationFactor: plan.replicationFactor,
        configEntries: [
          { name: 'retention.ms', value: String(plan.retentionHours * 3_600_000) },
          { name: 'cleanup.policy', value: 'delete' },
          { name: 'min.insync.replicas', value: String(Math.max(1, plan.replicationFactor - 1)) },
        ],
      })),
    });
    const { topics } = await admin.fetchTopicMetadata({
      topics: SERVICES.map((source) => topicOf(settings, source)),
    });
    for (const { name, partitions } of topics)
      if (partitions.length !== plan.partitions)
        throw new TopicMismatchError(`${name} has ${partitions.length} partitions, not ${plan.partitions}`);
  } finally {
    await admin.disconnect();
  }
}

/** How many partitions a source's topic has. */
export async function partitionsOf(
  kafka: Kafka,
  settings: KafkaSettings,
  source: ServiceName,
): Promise<number> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const topic = topicOf(settings, source);
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    return topics[0]!.partitions.length;
  } finally {
    await admin.disconnect();
  }
}
