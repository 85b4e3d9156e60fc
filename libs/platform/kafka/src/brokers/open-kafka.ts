import { ConfigurationError } from '@smartkey/configuration';
import type { Kafka } from 'kafkajs';
import type { Logger } from 'pino';
import { kafkaClient, type KafkaSettings } from '../settings/kafka-settings.ts';
import { BrokersUnusableError, type Obstacle, reachBrokers } from './reach-brokers.ts';

/** The setting to look at, and what is wrong with it. */
const TOLD: Readonly<Record<Obstacle, readonly [setting: string, words: string]>> = {
  certificate: [
    'SMARTKEY_KAFKA_CA_FILE',
    'does not name the authority that signed the certificate of the brokers, or they are called otherwise in it',
  ],
  'no-tls': ['SMARTKEY_KAFKA_TLS', 'is true, but the brokers do not speak TLS at that port'],
  login: [
    'SMARTKEY_KAFKA_USERNAME',
    'with SMARTKEY_KAFKA_PASSWORD is refused by the brokers, or SMARTKEY_KAFKA_SASL names a mechanism that they do not take',
  ],
  unreachable: [
    'KAFKA_BROKERS',
    'names brokers that do not answer; where they want TLS or a login, SMARTKEY_KAFKA_TLS and SMARTKEY_KAFKA_SASL say so',
  ],
};

/**
 * A client whose settings have been tried on the brokers.
 * @throws ConfigurationError naming the setting that keeps it out.
 */
export async function openKafka(
  settings: KafkaSettings,
  log: Logger,
  patienceMillis?: number,
): Promise<Kafka> {
  const kafka = kafkaClient(settings, log);
  try {
    await reachBrokers(kafka, patienceMillis);
  } catch (error) {
    if (!(error instanceof BrokersUnusableError)) throw error;
    const [setting, words] = TOLD[error.obstacle];
    throw new ConfigurationError(setting, `${words}: ${error.message}`);
  }
  return kafka;
}
