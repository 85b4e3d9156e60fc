import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigurationError } from '@smartkey/configuration';
import { kafkaSettings, topicPlan } from './kafka-variables.ts';

const KAFKA_BROKERS = 'kafka-1:9092';
let folder = '';
let caFile = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'smartkey-kafka-variables-'));
  caFile = join(folder, 'ca.pem');
  writeFileSync(caFile, 'the authority');
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('how the brokers are reached', () => {
  it('is not asked where no broker is named', () => {
    expect(kafkaSettings({}, 'x')).toBeUndefined();
    expect(kafkaSettings({ KAFKA_BROKERS: ' ' }, 'x')).toBeUndefined();
  });

  it('is in the clear, with the prefix smartkey, unless told otherwise', () => {
    expect(kafkaSettings({ KAFKA_BROKERS: 'kafka-1:9092, kafka-2:9093' }, 'smartkey-billing-7')).toEqual({
      brokers: ['kafka-1:9092', 'kafka-2:9093'],
      clientId: 'smartkey-billing-7',
      topicPrefix: 'smartkey',
      sessionTimeoutMillis: 10_000,
    });
  });

  it('may be over TLS, by the public authorities or a given one, with a login', () => {
    const tls = { KAFKA_BROKERS, SMARTKEY_KAFKA_TLS: 'true' };
    expect(kafkaSettings(tls, 'x')).toMatchObject({ tls: true });
    expect(kafkaSettings({ ...tls, SMARTKEY_KAFKA_CA_FILE: caFile }, 'x')).toMatchObject({
      tls: { ca: 'the authority' },
    });
    for (const mechanism of ['plain', 'scram-sha-256', 'scram-sha-512'])
      expect(
        kafkaSettings(
          {
            ...tls,
            SMARTKEY_KAFKA_SASL: mechanism,
            SMARTKEY_KAFKA_USERNAME: 'billing',
            SMARTKEY_KAFKA_PASSWORD: 'word',
          },
          'x',
        ),
      ).toMatchObject({ sasl: { mechanism, username: 'billing', password: 'word' } });
  });

  it.each<[string, Record<string, string>]>([
    ['KAFKA_BROKERS', { KAFKA_BROKERS: 'kafka-1' }],
    ['KAFKA_BROKERS', { KAFKA_BROKERS: 'kafka://kafka-1:9092' }],
    ['KAFKA_BROKERS', { KAFKA_BROKERS: 'kafka-1:9092,' }],
    ['SMARTKEY_TOPIC_PREFIX', { SMARTKEY_TOPIC_PREFIX: 'a b' }],
    ['SMARTKEY_KAFKA_TLS', { SMARTKEY_KAFKA_TLS: 'yes' }],
    ['SMARTKEY_KAFKA_CA_FILE', { SMARTKEY_KAFKA_CA_FILE: '/etc/ca.pem' }],
    ['SMARTKEY_KAFKA_CA_FILE', { SMARTKEY_KAFKA_TLS: 'true', SMARTKEY_KAFKA_CA_FILE: '/not/there.pem' }],
    ['SMARTKEY_KAFKA_SASL', { SMARTKEY_KAFKA_SASL: 'kerberos' }],
    ['SMARTKEY_KAFKA_USERNAME', { SMARTKEY_KAFKA_SASL: 'plain', SMARTKEY_KAFKA_PASSWORD: 'word' }],
    ['SMARTKEY_KAFKA_PASSWORD', { SMARTKEY_KAFKA_SASL: 'plain', SMARTKEY_KAFKA_USERNAME: 'billing' }],
    ['SMARTKEY_KAFKA_SESSION_MILLIS', { SMARTKEY_KAFKA_SESSION_MILLIS: '1000' }],
  ])('ends the start with a sentence that names %s: %o', (variable, changed) => {
    const asked = () => kafkaSettings({ KAFKA_BROKERS, ...changed }, 'x');
    expect(asked).toThrow(ConfigurationError);
    expect(asked).toThrow(new RegExp(`^${variable} `));
  });
});

describe('how topics are made', () => {
  it('is by default six partitions for a week, copied as the caller thinks right', () => {
    expect(topicPlan({}, 3)).toEqual({ partitions: 6, replicationFactor: 3, retentionHours: 168 });
  });

  it('is as the settings say', () => {
    expect(
      topicPlan(
        {
          SMARTKEY_KAFKA_PARTITIONS: '24',
          SMARTKEY_KAFKA_REPLICATION: '5',
          SMARTKEY_KAFKA_RETENTION_HOURS: '24',
        },
        3,
      ),
    ).toEqual({ partitions: 24, replicationFactor: 5, retentionHours: 24 });
  });

  it.each(['SMARTKEY_KAFKA_PARTITIONS', 'SMARTKEY_KAFKA_REPLICATION', 'SMARTKEY_KAFKA_RETENTION_HOURS'])(
    'refuses a %s of none',
    (variable) => {
      expect(() => topicPlan({ [variable]: '0' }, 3)).toThrow(new RegExp(`^${variable} `));
    },
  );
});
