import { setTimeout as pause } from 'node:timers/promises';
import type { Admin, ITopicMetadata, Kafka } from 'kafkajs';
import { type ServiceName, SERVICES } from '@smartkey/event-bus';
import { OperatorError } from '@smartkey/lifecycle';
import { topicOf, type KafkaSettings } from '../settings/kafka-settings.ts';
import { BATCH_BYTES, isForbidden, LEAST_BATCH_BYTES, raiseLimits } from './topic-limits.ts';
import { configsOf } from '../brokers/configs-of.ts';
import { withAdmin } from '../brokers/with-admin.ts';
import { askedAgain, ATTEMPTS } from './asked-again.ts';

export interface TopicPlan {
  readonly partitions: number;
  readonly replicationFactor: number;
  /** How long a topic keeps its messages; the services' log feeds keep everything, so any time will do. */
  readonly retentionHours: number;
}

/** A topic as the brokers have it. */
export interface TopicState {
  readonly name: string;
  /** Made just now. */
  readonly created: boolean;
  readonly partitions: number;
  /** The least of its partitions'. */
  readonly replicationFactor: number;
  /** -1: for ever. */
  readonly retentionMillis: number;
  readonly minInsyncReplicas: number;
  readonly cleanupPolicy: string;
  /** Of one batch, which is at least one event. */
  readonly maxMessageBytes: number;
  /** Its limit for a batch was too low, and was raised just now. */
  readonly raised: boolean;
  /** Where it is not as planned, each in a few words. */
  readonly differences: readonly string[];
}

/** A topic is there, but not as the services need it. */
export class TopicMismatchError extends OperatorError {
  override readonly name = 'TopicMismatchError';
}

const CONFIGS = ['retention.ms', 'cleanup.policy', 'min.insync.replicas', 'max.message.bytes'];

/** The replicas that must have a message before it counts: all but one, so that one broker may be away. */
const insyncOf = (replicationFactor: number): number => Math.max(1, replicationFactor - 1);

/**
 * Makes the topics that are missing, and looks at those that are there; nothing of them is changed but a `max.message.bytes` that
 * is too low for the events.
 * @throws TopicMismatchError for another number of partitions: the chain of positions depends on it, so repartitioning starts a new
 *   topic generation (docs/kafka.md).
 */
export async function createTopics(
  kafka: Kafka,
  settings: KafkaSettings,
  plan: TopicPlan,
): Promise<readonly TopicState[]> {
  const states = await inspectTopics(kafka, settings, plan);
  for (const { name, partitions } of states)
    if (partitions !== plan.partitions)
      throw new TopicMismatchError(`${name} has ${partitions} partitions, not ${plan.partitions}`);
  return states;
}

/** The same without a refusal: differences are only told. */
export async function inspectTopics(
  kafka: Kafka,
  settings: KafkaSettings,
  plan: TopicPlan,
): Promise<readonly TopicState[]> {
  const names = SERVICES.map((source) => topicOf(settings, source));
  return withAdmin(kafka, async (admin) => {
    const there = new Set(await admin.listTopics());
    const missing = names.filter((name) => !there.has(name));
    if (missing.length > 0) await create(admin, missing, plan);
    const metadata = await led(admin, names);
    const raised = await onceKnown(() => raiseLimits(admin, names)).catch((error: unknown): string[] => {
      // Who may not alter them is told below where a limit is too low.
      if (!isForbidden(error)) throw error;
      return [];
    });
    const configs = await onceKnown(() => configsOf(admin, 'TOPIC', names, CONFIGS));
    return names.map((name) => {
      const { partitions } = metadata.find((each) => each.name === name)!;
      const config = configs.get(name) ?? new Map<string, string>();
      const state = {
        name,
        created: missing.includes(name),
        partitions: partitions.length,
        replicationFactor: Math.min(...partitions.map(({ replicas }) => replicas.length)),
        retentionMillis: Number(config.get('retention.ms')),
        minInsyncReplicas: Number(config.get('min.insync.replicas')),
        cleanupPolicy: config.get('cleanup.policy') ?? '',
        // The broker that is asked may not have heard of it yet.
        maxMessageBytes: raised.includes(name) ? BATCH_BYTES : Number(config.get('max.message.bytes')),
        raised: raised.includes(name),
      };
      return { ...state, differences: differencesOf(state, plan) };
    });
  });
}

/** How many partitions a source's topic has. */
export async function partitionsOf(
  kafka: Kafka,
  settings: KafkaSettings,
  source: ServiceName,
): Promise<number> {
  const topic = topicOf(settings, source);
  const [metadata] = await withAdmin(
    kafka,
    async (admin) => (await admin.fetchTopicMetadata({ topics: [topic] })).topics,
  );
  return metadata!.partitions.length;
}

async function create(admin: Admin, names: readonly string[], plan: TopicPlan): Promise<void> {
  const making = admin.createTopics({
    waitForLeaders: false,
    topics: names.map((topic) => ({
      topic,
      numPartitions: plan.partitions,
      replicationFactor: plan.replicationFactor,
      configEntries: [
        { name: 'retention.ms', value: String(plan.retentionHours * 3_600_000) },
        { name: 'cleanup.policy', value: 'delete' },
        { name: 'min.insync.replicas', value: String(insyncOf(plan.replicationFactor)) },
        { name: 'max.message.bytes', value: String(BATCH_BYTES) },
      ],
    })),
  });
  await making.catch((error: unknown) => {
    throw refusalOf(error);
  });
}

/** What the brokers say of topics that they do not make */
function refusalOf(error: unknown): unknown {
  const reasons = (error as { errors?: readonly { type?: string; message: string; topic?: string }[] })
    .errors;
  if (reasons === undefined) return error;
  const setting = reasons.some(({ type }) => type === 'INVALID_REPLICATION_FACTOR')
    ? 'SMARTKEY_KAFKA_REPLICATION asks for more copies than there are brokers: '
    : '';
  return new TopicMismatchError(
    `${setting}${reasons.map(({ topic, message }) => `${topic}: ${message}`).join('; ')}`,
  );
}

/** Waits until every partition has a leader, which a new topic's has not at once. */
async function led(admin: Admin, names: readonly string[]): Promise<readonly ITopicMetadata[]> {
  for (let attempt = 0; ; attempt += 1) {
    const { topics } = await onceKnown(() => admin.fetchTopicMetadata({ topics: [...names] }));
    if (
      topics.every(({ partitions }) => partitions.length > 0 && partitions.every(({ leader }) => leader >= 0))
    )
      return topics;
    if (attempt === ATTEMPTS) throw new TopicMismatchError('a partition of the topics has no leader');
    await pause(100);
  }
}

/** Asks about topics that may have been made a moment ago, and are not known to every broker yet. */
const onceKnown = <T>(ask: () => Promise<T>): Promise<T> => askedAgain(['UNKNOWN_TOPIC_OR_PARTITION'], ask);

function differencesOf(state: Omit<TopicState, 'differences'>, plan: TopicPlan): readonly string[] {
  const wanted: readonly (readonly [string, string | number, string | number])[] = [
    ['partitions', state.partitions, plan.partitions],
    ['replication factor', state.replicationFactor, plan.replicationFactor],
    ['retention.ms', state.retentionMillis, plan.retentionHours * 3_600_000],
    ['min.insync.replicas', state.minInsyncReplicas, insyncOf(plan.replicationFactor)],
    ['cleanup.policy', state.cleanupPolicy, 'delete'],
  ];
  return [
    ...wanted
      .filter(([, is, planned]) => is !== planned)
      .map(([what, is, planned]) => `${what} is ${is}, not ${planned}`),
    ...(state.maxMessageBytes < LEAST_BATCH_BYTES
      ? [`max.message.bytes is ${state.maxMessageBytes}, which must be at least ${LEAST_BATCH_BYTES}`]
      : []),
  ];
}
