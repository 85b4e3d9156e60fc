import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Environment } from '@smartkey/configuration';
import { KafkaBroker } from '@smartkey/servers';
import { pino } from 'pino';
import { createTopics } from '../topics/kafka-topics.ts';
import { kafkaSettings, topicPlan } from '../settings/kafka-variables.ts';
import { whyLeftOut } from '../bus/ledger-on-kafka.fixture.ts';
import { openKafka } from './open-kafka.ts';

const ROOT = join(import.meta.dirname, '../../../../..');
const missing = whyLeftOut('TLS and logins on a real Kafka');
const user = { username: 'smartkey', password: 'open-sesame-18' };
const login = { SMARTKEY_KAFKA_USERNAME: user.username, SMARTKEY_KAFKA_PASSWORD: user.password };
const log = pino({ level: 'silent' });

(missing === undefined ? describe : describe.skip)('TLS and logins on a real Kafka', () => {
  let folder = '';
  let broker: KafkaBroker;
  let other: string;

  /** Settings as the environment gives them; brokers that do not answer are waited for but a moment. */
  const open = async (env: Environment) => {
    const settings = kafkaSettings(env, 'test')!;
    return { settings, kafka: await openKafka(settings, log, 0) };
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'smartkey-kafka-tls-'));
    broker = await KafkaBroker.start({ root: ROOT, folder, secured: user });
    // A certificate of somebody else.
    other = join(folder, 'other');
    const stranger = await KafkaBroker.start({ root: ROOT, folder: other, secured: user });
    other = stranger.secured.caFile;
    await stranger.kill();
  }, 180_000);
  afterAll(async () => {
    await broker?.kill();
    await rm(folder, { recursive: true, force: true });
  });

  const tls = (): Environment => ({
    KAFKA_BROKERS: broker.secured.tls,
    SMARTKEY_KAFKA_TLS: 'true',
    SMARTKEY_KAFKA_CA_FILE: broker.secured.caFile,
  });
  const sasl = (mechanism: string): Environment => ({
    ...tls(),
    KAFKA_BROKERS: broker.secured.saslTls,
    SMARTKEY_KAFKA_SASL: mechanism,
    ...login,
  });

  it('works over TLS with the authority that is given', async () => {
    const { kafka, settings } = await open(tls());
    const states = await createTopics(kafka, settings, topicPlan({}, 1));
    expect(states.map(({ differences }) => differences)).toEqual([[], [], [], []]);
  });

  it.each(['plain', 'scram-sha-256', 'scram-sha-512'])(
    'works over TLS with a login by %s',
    async (mechanism) => {
      const { kafka, settings } = await open(sasl(mechanism));
      expect(await createTopics(kafka, settings, topicPlan({}, 1))).toHaveLength(4);
    },
  );

  it.each<[string, () => Environment, RegExp]>([
    [
      'an authority that did not sign',
      () => ({ ...tls(), SMARTKEY_KAFKA_CA_FILE: other }),
      /^SMARTKEY_KAFKA_CA_FILE /,
    ],
    [
      'no authority of its own where the public ones did not sign',
      () => ({ ...tls(), SMARTKEY_KAFKA_CA_FILE: undefined }),
      /^SMARTKEY_KAFKA_CA_FILE /,
    ],
    ['TLS where there is none', () => ({ ...tls(), KAFKA_BROKERS: broker.address }), /^SMARTKEY_KAFKA_TLS /],
    [
      'a wrong password, by PLAIN',
      () => ({ ...sasl('plain'), SMARTKEY_KAFKA_PASSWORD: 'guess' }),
      /^SMARTKEY_KAFKA_USERNAME /,
    ],
    [
      'a wrong password, by SCRAM',
      () => ({ ...sasl('scram-sha-512'), SMARTKEY_KAFKA_PASSWORD: 'guess' }),
      /^SMARTKEY_KAFKA_USERNAME /,
    ],
    [
      'an unknown user',
      () => ({ ...sasl('scram-sha-512'), SMARTKEY_KAFKA_USERNAME: 'nobody' }),
      /^SMARTKEY_KAFKA_USERNAME /,
    ],
    [
      'no login where one is wanted',
      () => ({ ...tls(), KAFKA_BROKERS: broker.secured.saslTls }),
      /^KAFKA_BROKERS .*SMARTKEY_KAFKA_SASL/,
    ],
    [
      'no TLS where it is wanted',
      () => ({ KAFKA_BROKERS: broker.secured.tls }),
      /^KAFKA_BROKERS .*SMARTKEY_KAFKA_TLS/,
    ],
    ['a port where nobody listens', () => ({ KAFKA_BROKERS: '127.0.0.1:9' }), /^KAFKA_BROKERS /],
  ])('is refused at the start with %s, and the setting is named', async (_, env, told) => {
    await expect(open(env())).rejects.toThrow(told);
    await expect(open(env())).rejects.toHaveProperty('name', 'ConfigurationError');
  });
});
