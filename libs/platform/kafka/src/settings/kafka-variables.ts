import { readFileSync } from 'node:fs';
import {
  choiceSetting,
  ConfigurationError,
  type Environment,
  setting,
  wholeNumber,
} from '@smartkey/configuration';
import { codeOf } from '@smartkey/lifecycle';
import type { KafkaSettings } from './kafka-settings.ts';
import type { TopicPlan } from '../topics/kafka-topics.ts';

const SASL_MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;

/**
 * How the brokers are reached: `KAFKA_BROKERS` and what goes with it.
 * @returns `undefined` where no broker is named.
 * @throws ConfigurationError
 */
export function kafkaSettings(env: Environment, clientId: string): KafkaSettings | undefined {
  const brokers = setting(env, 'KAFKA_BROKERS')
    ?.split(',')
    .map((each) => each.trim());
  if (brokers === undefined) return undefined;
  if (!brokers.every((broker) => /^[^\s:/@]+:\d{1,5}$/.test(broker)))
    throw new ConfigurationError('KAFKA_BROKERS', 'must be host:port, or several of them between commas');
  const topicPrefix = setting(env, 'SMARTKEY_TOPIC_PREFIX') ?? 'smartkey';
  if (!/^[A-Za-z0-9._-]{1,100}$/.test(topicPrefix))
    throw new ConfigurationError(
      'SMARTKEY_TOPIC_PREFIX',
      'must be 1 to 100 letters, digits, dots, underscores and hyphens',
    );
  const tls = tlsSetting(env);
  const sasl = saslSetting(env);
  return {
    brokers,
    clientId,
    topicPrefix,
    ...(tls === undefined ? {} : { tls }),
    ...(sasl === undefined ? {} : { sasl }),
    sessionTimeoutMillis: wholeNumber(env, 'SMARTKEY_KAFKA_SESSION_MILLIS', 10_000, {
      least: 6_000,
      most: 300_000,
    }),
  };
}

/** How topics are made where they are missing. @throws ConfigurationError */
export function topicPlan(env: Environment, replicationFactor: number): TopicPlan {
  return {
    partitions: wholeNumber(env, 'SMARTKEY_KAFKA_PARTITIONS', 6, { least: 1, most: 10_000 }),
    replicationFactor: wholeNumber(env, 'SMARTKEY_KAFKA_REPLICATION', replicationFactor, {
      least: 1,
      most: 100,
    }),
    retentionHours: wholeNumber(env, 'SMARTKEY_KAFKA_RETENTION_HOURS', 168, { least: 1, most: 876_000 }),
  };
}

function tlsSetting(env: Environment): KafkaSettings['tls'] {
  const on = setting(env, 'SMARTKEY_KAFKA_TLS') ?? 'false';
  if (on !== 'true' && on !== 'false')
    throw new ConfigurationError('SMARTKEY_KAFKA_TLS', `must be true or false, not "${on}"`);
  const file = setting(env, 'SMARTKEY_KAFKA_CA_FILE');
  if (file === undefined) return on === 'true' ? true : undefined;
  if (on === 'false')
    throw new ConfigurationError('SMARTKEY_KAFKA_CA_FILE', 'is for TLS: set SMARTKEY_KAFKA_TLS=true');
  try {
    return { ca: readFileSync(file, 'utf8') };
  } catch (error) {
    throw new ConfigurationError(
      'SMARTKEY_KAFKA_CA_FILE',
      `names a file that cannot be read: ${codeOf(error)}`,
    );
  }
}

function saslSetting(env: Environment): KafkaSettings['sasl'] {
  const mechanism = choiceSetting(env, 'SMARTKEY_KAFKA_SASL', SASL_MECHANISMS, undefined);
  if (mechanism === undefined) return undefined;
  const [username, password] = ['SMARTKEY_KAFKA_USERNAME', 'SMARTKEY_KAFKA_PASSWORD'].map((name) => {
    const value = setting(env, name);
    if (value === undefined) throw new ConfigurationError(name, 'must be set where SMARTKEY_KAFKA_SASL is');
    return value;
  }) as [string, string];
  // The library's type is a union by mechanism, which a variable of all three does not narrow to.
  return { mechanism, username, password } as NonNullable<KafkaSettings['sasl']>;
}
