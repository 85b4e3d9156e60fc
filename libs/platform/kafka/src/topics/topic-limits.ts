import kafkajs, { type Admin, type Kafka } from 'kafkajs';
import type { Logger } from 'pino';
import { configsOf } from '../brokers/configs-of.ts';
import { withAdmin } from '../brokers/with-admin.ts';

/** The `max.message.bytes` that topics are made with, told aloud: a broker's own default may be anything. */
export const BATCH_BYTES = 1_048_576;

/**
 * The least limit with which a topic can carry every event: 768 KiB, which no store takes more than, and its headers and key.
 */
export const LEAST_BATCH_BYTES = 820_000;

const MAX_MESSAGE_BYTES = 'max.message.bytes';

/** The limit of a batch on each topic, which is the broker's `message.max.bytes` where the topic has none of its own. */
async function limitsOf(admin: Admin, topics: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const configs = await configsOf(admin, 'TOPIC', topics, [MAX_MESSAGE_BYTES]);
  return new Map([...configs].map(([topic, config]) => [topic, Number(config.get(MAX_MESSAGE_BYTES))]));
}

/** Whether brokers have refused to tell of their settings: not every user may ask. */
export const isForbidden = (error: unknown): boolean =>
  /_AUTHORIZATION_FAILED$/.test(String((error as { readonly type?: unknown }).type));

/**
 * How many bytes the brokers take in one batch for this topic.
 * @returns {@link LEAST_BATCH_BYTES} where this user may not ask: what is too large after all, the brokers say.
 */
export async function batchLimitOf(kafka: Kafka, topic: string, log: Logger): Promise<number> {
  try {
    const limit = (await withAdmin(kafka, (admin) => limitsOf(admin, [topic]))).get(topic);
    if (limit !== undefined && limit > 0) return limit;
  } catch (error) {
    if (!isForbidden(error)) throw error;
  }
  log.warn({ topic }, `the brokers do not tell ${MAX_MESSAGE_BYTES}; DescribeConfigs on the topic lets them`);
  return LEAST_BATCH_BYTES;
}

/**
 * Raises the limit of topics that were made with a lower one; everything else of theirs stays.
 * @returns those that were raised.
 */
export async function raiseLimits(admin: Admin, topics: readonly string[]): Promise<readonly string[]> {
  const limits = await limitsOf(admin, topics);
  const low = topics.filter((topic) => limits.get(topic)! < BATCH_BYTES);
  if (low.length === 0) return [];
  const type = kafkajs.ConfigResourceTypes.TOPIC;
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: low.map((name) => ({ type, name })),
  });
  // The client library knows only the request that replaces all of a topic's own settings.
  await admin.alterConfigs({
    validateOnly: false,
    resources: resources.map(({ resourceName, configEntries }) => ({
      type,
      name: resourceName,
      configEntries: [
        ...configEntries
          .filter(({ configName, configSource }) => configSource === OWN && configName !== MAX_MESSAGE_BYTES)
          .map(({ configName, configValue }) => ({ name: configName, value: configValue })),
        { name: MAX_MESSAGE_BYTES, value: String(BATCH_BYTES) },
      ],
    })),
  });
  return low;
}

/** Set on the topic itself, and not a default. */
const OWN = 1;
