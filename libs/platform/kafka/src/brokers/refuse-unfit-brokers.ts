import { ConfigurationError } from '@smartkey/configuration';
import type { Kafka } from 'kafkajs';
import type { Logger } from 'pino';
import { examineBrokers } from './examine-brokers.ts';
import type { KafkaSettings } from '../settings/kafka-settings.ts';
import { batchLimitOf, LEAST_BATCH_BYTES } from '../topics/topic-limits.ts';

/**
 * Looks at the brokers' own settings before anything rests on them.
 * @throws ConfigurationError where nothing could be published or read; what is only unwise is told to the log.
 */
export async function refuseUnfitBrokers(kafka: Kafka, settings: KafkaSettings, log: Logger): Promise<void> {
  const { faults, untold } = await examineBrokers(kafka, settings);
  const grave = faults.find((fault) => fault.grave);
  if (grave !== undefined) throw new ConfigurationError(grave.variable, grave.words);
  for (const { variable, words } of faults) log.warn(`${variable} ${words}`);
  if (untold.length > 0) log.info({ untold }, 'not every broker tells of its settings');
}

/** @throws ConfigurationError where a topic takes smaller batches than an event may need. */
export async function refuseNarrowTopic(kafka: Kafka, topic: string, log: Logger): Promise<void> {
  const limit = await batchLimitOf(kafka, topic, log);
  if (limit < LEAST_BATCH_BYTES)
    throw new ConfigurationError(
      'KAFKA_BROKERS',
      `names brokers whose topic ${topic} takes ${limit} bytes at most (max.message.bytes), but one event may need ` +
        `${LEAST_BATCH_BYTES}: npm run cli -- topics raises it`,
    );
}
