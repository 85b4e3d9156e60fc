import { join } from 'node:path';
import { ConfigurationError, type Environment, setting, wholeNumber } from '@smartkey/configuration';
import type { Closers } from '@smartkey/lifecycle';
import { KafkaBroker, KafkaBrokers, PostgresServer } from '@smartkey/servers';
import type { Logger } from 'pino';
import { keepUp, type ResumableServer } from './keep-up.ts';
import type { Tell } from './start-witness.ts';

const ROOT = join(import.meta.dirname, '../../..');

export interface ServerParts {
  readonly env: Environment;
  readonly dataDir: string;
  readonly tell: Tell;
  readonly log: Logger;
  readonly closers: Closers;
}

/** How many brokers are started; one where others are named. @throws ConfigurationError */
export function brokersSetting(env: Environment): number {
  if (setting(env, 'KAFKA_BROKERS') !== undefined && setting(env, 'SMARTKEY_CLUSTER_BROKERS') !== undefined)
    throw new ConfigurationError(
      'SMARTKEY_CLUSTER_BROKERS',
      'is for brokers that are started here, but KAFKA_BROKERS names others',
    );
  return wholeNumber(env, 'SMARTKEY_CLUSTER_BROKERS', 1, { least: 1, most: 9 });
}

/** Kafka, where `KAFKA_BROKERS` names none. @returns its addresses. */
export async function startBrokers(count: number, parts: ServerParts): Promise<string> {
  const { env, dataDir, closers } = parts;
  const given = setting(env, 'KAFKA_BROKERS');
  if (given !== undefined) return given;
  const folder = join(dataDir, 'kafka');
  if (count === 1) {
    const onSpawn = spawned(parts, 'kafka');
    const broker = await KafkaBroker.start({ root: ROOT, folder, onSpawn });
    const letGo = keptUp(parts, 'kafka', broker);
    closers.add('Kafka', () => (letGo(), broker.stop()));
    return broker.address;
  }
  const brokers = await KafkaBrokers.start({
    root: ROOT,
    folder,
    count,
    onSpawn: (node, pid) => spawned(parts, `kafka ${node}`)(pid),
  });
  const letGo = brokers.all.map((broker, index) => keptUp(parts, `kafka ${index + 1}`, broker));
  closers.add('Kafka', () => (letGo.forEach((each) => each()), brokers.stop()));
  return brokers.addresses;
}

/** PostgreSQL, where `DATABASE_URL` names none. @returns its URL. */
export async function startDatabase(parts: ServerParts): Promise<string> {
  const { env, dataDir, closers } = parts;
  const given = setting(env, 'DATABASE_URL');
  if (given !== undefined) return given;
  const server = await PostgresServer.start(join(dataDir, 'postgres'), spawned(parts, 'postgres'));
  const letGo = keptUp(parts, 'postgres', server);
  closers.add('PostgreSQL', () => (letGo(), server.stop()));
  return server.url;
}

const spawned =
  ({ tell }: ServerParts, name: string) =>
  (pid: number | undefined): void =>
    tell(name, { ...(pid === undefined ? {} : { pid }), ready: false });

const keptUp = ({ tell, log }: ServerParts, name: string, server: ResumableServer): (() => void) =>
  keepUp(server, (state) => tell(name, state), log.child({ program: name }));
