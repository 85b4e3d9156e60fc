import { SERVICES } from '@smartkey/event-bus';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrate, openPglite } from '@smartkey/database';
import { createTopics, kafkaClient, TopicMismatchError, withAdmin } from '@smartkey/kafka';
import { createEventStore } from '@smartkey/event-store';
import { derivedUuid, SystemClock } from '@smartkey/identity';
import { systemActor } from '@smartkey/kernel';
import { ANCHOR_MIGRATION, PROJECTION_MIGRATION } from '@smartkey/projections';
import { KafkaBroker, whyLeftOut } from '@smartkey/servers';
import { mkdtemp, rm } from 'node:fs/promises';
import { until } from '@smartkey/testing';
import kafkajs from 'kafkajs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { run } from './run.ts';

const ROOT = join(import.meta.dirname, '../../..');
const missing = whyLeftOut(ROOT, 'topics on a real Kafka');

(missing === undefined ? describe : describe.skip)('topics', () => {
  let folder = '';
  let broker: KafkaBroker;
  let out: string[] = [];
  let err: string[] = [];

  const cli = async (
    changed: Record<string, string | undefined> = {},
    words: readonly string[] = ['topics'],
  ): Promise<number> => {
    out = [];
    err = [];
    return run(words, {
      env: { KAFKA_BROKERS: broker.address, SMARTKEY_KAFKA_REPLICATION: '1', ...changed },
      out: (line) => void out.push(line),
      err: (line) => void err.push(line),
    });
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'smartkey-topics-'));
    broker = await KafkaBroker.start({ root: ROOT, folder });
  });
  afterAll(async () => {
    await broker?.kill();
    await rm(folder, { recursive: true, force: true });
  });

  it('are not made with more copies than there are brokers, and the setting is named', async () => {
    expect(await cli({ SMARTKEY_KAFKA_REPLICATION: undefined })).toBe(2);
    expect(err.join()).toMatch(/^SMARTKEY_KAFKA_REPLICATION asks for more copies than there are brokers/);
  });

  it('are made where they are missing, each printed with what it is', async () => {
    expect(await cli({ SMARTKEY_KAFKA_RETENTION_HOURS: '24' })).toBe(0);
    expect(out).toEqual(
      SERVICES.map(
        (name) =>
          `smartkey.${name} (new): 6 partitions, replication factor 1, retention 24 h, min.insync.replicas 1, max.message.bytes 1048576`,
      ),
    );
  });

  it('stay as they are the second time', async () => {
    expect(await cli({ SMARTKEY_KAFKA_RETENTION_HOURS: '24' })).toBe(0);
    expect(out[0]).toBe(
      'smartkey.contract: 6 partitions, replication factor 1, retention 24 h, min.insync.replicas 1, max.message.bytes 1048576',
    );
  });

  it('get their limit raised where it is too low for the events, and keep what else is set on them', async () => {
    const settings = { brokers: [broker.address], clientId: 'test', topicPrefix: 'smartkey' };
    const own = [
      { name: 'retention.ms', value: '86400000' },
      { name: 'min.insync.replicas', value: '1' },
      { name: 'segment.ms', value: '3600000' },
      { name: 'max.message.bytes', value: '500000' },
    ];
    const kafka = kafkaClient(settings, pino({ level: 'silent' }));
    const resource = { type: kafkajs.ConfigResourceTypes.TOPIC, name: 'smartkey.billing' };
    const described = () =>
      withAdmin(kafka, (admin) => admin.describeConfigs({ includeSynonyms: false, resources: [resource] }));
    await withAdmin(kafka, (admin) =>
      admin.alterConfigs({ validateOnly: false, resources: [{ ...resource, configEntries: own }] }),
    );
    const valueOf = async (name: string) =>
      (await described()).resources[0]!.configEntries.find(({ configName }) => configName === name)
        ?.configValue;
    // The broker that is asked hears of it a moment later.
    await until(async () => (await valueOf('max.message.bytes')) === '500000');
    expect(await cli({ SMARTKEY_KAFKA_RETENTION_HOURS: '24' })).toBe(0);
    expect(out[3]).toContain('max.message.bytes 1048576 (raised)');
    expect(out[0]).not.toContain('raised');
    await until(async () => (await valueOf('max.message.bytes')) === '1048576');
    expect(await Promise.all(own.map(({ name }) => valueOf(name)))).toEqual([
      '86400000',
      '1',
      '3600000',
      '1048576',
    ]);
  });

  it('are told where they are otherwise than planned, with exit code 1, and nothing is changed', async () => {
    expect(await cli({ SMARTKEY_KAFKA_PARTITIONS: '12' })).toBe(1);
    expect(out.filter((line) => line.startsWith('    '))).toEqual(
      Array.from({ length: 4 }, () => [
        '    partitions is 6, not 12',
        '    retention.ms is 86400000, not 604800000',
      ]).flat(),
    );
  });

  it('with another number of partitions are refused by whoever starts on them', async () => {
    const settings = { brokers: [broker.address], clientId: 'test', topicPrefix: 'smartkey' };
    const plan = { partitions: 12, replicationFactor: 1, retentionHours: 24 };
    const kafka = kafkaClient(settings, pino({ level: 'silent' }));
    await expect(createTopics(kafka, settings, plan)).rejects.toThrow(TopicMismatchError);
    await expect(createTopics(kafka, settings, plan)).rejects.toThrow(
      'smartkey.contract has 6 partitions, not 12',
    );
  });

  it('get more partitions by repartition, which lets readers go on there: done twice it changes nothing', async () => {
    const dataDir = join(folder, 'data');
    const last = await billingReads(dataDir);
    const repartition = (...words: string[]) =>
      cli({ SMARTKEY_DATA_DIR: dataDir }, ['repartition', ...words]);
    expect(await repartition('4', 'smartkey')).toBe(2);
    expect(err.join()).toContain('smartkey is the prefix that serves now');
    expect(await repartition('none', 'smartkey.g2')).toBe(2);
    expect(await repartition('4', 'smartkey.g2')).toBe(0);
    expect(out).toEqual([
      'changed: contract, billing',
      'start the services with SMARTKEY_TOPIC_PREFIX=smartkey.g2',
    ]);
    const server = await openPglite(dataDir);
    const marks = await (
      await server.database('billing')
    ).query<{ position: bigint }>('select position from projection_mark order by partition');
    await server.close();
    expect(marks).toHaveLength(4);
    expect(marks.map(({ position }) => position)).toContain(last);
    expect(await repartition('4', 'smartkey.g2')).toBe(0);
    expect(out[0]).toBe('nothing was left to do');
  });

  it('are not repartitioned while a reader is behind, and the advice is told', async () => {
    const dataDir = join(folder, 'behind');
    await billingReads(dataDir, 1n);
    expect(await cli({ SMARTKEY_DATA_DIR: dataDir }, ['repartition', '4', 'smartkey.g2'])).toBe(2);
    expect(err.join()).toMatch(
      /billing_ledger_v1_1 of billing stands at 1 .*: start the services as they were/,
    );
  });

  it('need brokers', async () => {
    expect(await cli({ KAFKA_BROKERS: undefined })).toBe(2);
    expect(err).toEqual(['KAFKA_BROKERS must name the brokers']);
  });
});

/** Data in which billing has read the contract's log over a bus of one partition. @returns the end of that log. */
async function billingReads(dataDir: string, standsAt?: bigint): Promise<bigint> {
  const server = await openPglite(dataDir);
  const clock = new SystemClock();
  const store = await createEventStore(await server.database('contract'), clock);
  await migrate(await server.database('contract'), [PROJECTION_MIGRATION, ANCHOR_MIGRATION], 'runtime');
  for (let n = 0; n < 12; n += 1)
    await store.append({
      stream: `contract-${n}`,
      expected: 'any',
      events: [
        {
          id: derivedUuid('topics', n),
          type: 'ServiceRestored',
          version: 1,
          data: {},
          occurredAt: clock.now(),
          metadata: { commandId: `c${n}`, actor: systemActor('test') },
        },
      ],
    });
  const { events } = await store.readAll({ after: 0n, limit: 100 });
  const last = events.at(-1)!.position;
  const billing = await server.database('billing');
  await createEventStore(billing, clock);
  await migrate(billing, [PROJECTION_MIGRATION, ANCHOR_MIGRATION], 'runtime');
  await billing.execute(
    `insert into projection_mark (consumer, source, partition, position) values ('billing_ledger_v1_1', 'contract', 0, $1)`,
    [standsAt ?? last],
  );
  await server.close();
  return last;
}
