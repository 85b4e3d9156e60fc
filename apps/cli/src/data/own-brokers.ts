import type { Environment } from '@smartkey/configuration';
import type { KafkaSettings } from '@smartkey/kafka';
import { kafkaSettings } from '@smartkey/kafka/offline';
import { KeyMaterialError, systemIdOf } from '@smartkey/secrets';
import { keysOf } from './keys-of.ts';

/**
 * The brokers that `KAFKA_BROKERS` names, with whose system this is: topics of another one are refused. Where no keys are at hand nobody can tell.
 * @returns undefined where no brokers are named.
 */
export async function ownBrokers(env: Environment, clientId: string): Promise<KafkaSettings | undefined> {
  const settings = kafkaSettings(env, clientId);
  if (settings === undefined) return undefined;
  try {
    const { lookupKey } = await keysOf(env);
    return { ...settings, system: systemIdOf(lookupKey) };
  } catch (error) {
    if (!(error instanceof KeyMaterialError)) throw error;
    return settings;
  }
}
