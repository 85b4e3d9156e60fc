import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DatabaseServer, migrate, openPglite } from '@smartkey/database';
import { createEventStore } from '@smartkey/event-store';
import { derivedUuid, SystemClock } from '@smartkey/identity';
import { instantOf, systemActor } from '@smartkey/kernel';
import { KafkaBroker } from '@smartkey/servers';
import kafkajs from 'kafkajs';
import { pino } from 'pino';
import { type BusUnderTest, eventBusContract } from '@smartkey/event-bus/contract';
import { partitionOf, PublishedWatermark, StoreLogFeed, WATERMARK_MIGRATION } from '@smartkey/event-bus';
import { until } from '@smartkey/testing';
import { topicEnds } from '../relay/topic-ends.ts';
import { topicExtent } from '../topics/topic-extent.ts';
import { whyLeftOut } from './bus-on-kafka.fixture.ts';
import {
  createTopics,
  KAFKA_MIGRATIONS,
  kafkaClient,
  KafkaRelay,
  KafkaTransportStrategy,
  topicOf,
  UnreadableRecords,
} from '../index.ts';

const ROOT = join(import.meta.dirname, '../../../../..');
const PARTITIONS = 3;
const source = 'authentication';
const log = pino({ level: 'silent' });
const missing = whyLeftOut('what every bus promises, on a real Kafka');

(missing === undefined ? describe : describe.skip)('on a real Kafka', () => {
  let folder = '';
  let broker: KafkaBroker;
  let server: DatabaseServer;
  let made = 0;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'smartkey-bus-contract-'));
    broker = await KafkaBroker.start({ root: ROOT, folder });
    server = await openPglite(undefined);
  });
  afterAll(async () => {
    await server?.close();
    await broker?.kill();
    await rm(folder, { recursive: true, force: true });
  });

  /** A log, topics and groups of its own for each rule. */
  async function make(): Promise<BusUnderTest> {
    made += 1;
    const settings = {
      brokers: [broker.address],
      clientId: 'test',
      topicPrefix: `contract-${made}`,
      sessionTimeoutMillis: 6_000,
    };
    const kafka = kafkaClient(settings, log);
    await createTopics(kafka, settings, { partitions: PARTITIONS, replicationFactor: 1, retentionHours: 1 });
    const database = await server.database(`log_${made}`);
    const store = await createEventStore(database, new SystemClock());
    await migrate(database, [WATERMARK_MIGRATION], 'runtime');
    await migrate(database, KAFKA_MIGRATIONS, 'relay');
    const watermark = new PublishedWatermark(database, 0);
    const publish = ({ type, version, data }: { type: string; version: number; data: object }) => ({
      type,
      version,
      data,
    });
    const relay = new KafkaRelay({
      source,
      topic: topicOf(settings, source),
      partitions: PARTITIONS,
      kafka,
      feed: new StoreLogFeed(source, store, publish, watermark),
      database,
      log,
    });
    relay.start();
    const bus = new KafkaTransportStrategy({
      kafka,
      settings,
      log,
      groupPrefix: `${settings.topicPrefix}.`,
      keepUnreadable: (records) => new UnreadableRecords(database).keep(records),
    });
    await new Promise<void>((resolve) => bus.listen(() => resolve()));
    let appended = 0;
    return {
      bus,
      source,
      append: async (stream, data) => {
        appended += 1;
        const { position } = await store.append({
          stream,
          expected: 'any',
          events: [
            {
              id: derivedUuid(`contract-${made}`, appended),
              type: 'AuthSucceeded',
              version: 1,
              data,
              occurredAt: instantOf(Date.now()),
              metadata: { commandId: `c${appended}`, actor: systemActor('test') },
            },
          ],
        });
        return position;
      },
      promise: async (instant) => watermark.publish(instant, await store.settledPosition()),
      stop: async () => {
        await bus.close();
        await relay.close();
      },
    };
  }

  eventBusContract('Kafka', make);

  it('knows what lay at the ends of a topic before more was published', async () => {
    const under = await make();
    const settings = { brokers: [broker.address], clientId: 'test', topicPrefix: `contract-${made}` };
    const kafka = kafkaClient(settings, log);
    const topic = topicOf(settings, source);
    try {
      const first = await under.append('s-1', { n: 1 });
      const records = () =>
        topicExtent(kafka, topic).then(
          (extents) => extents.reduce((sum, { high }) => sum + Number(high), 0),
          (error: unknown) => {
            // A partition that was made just now has no leader yet.
            if (error instanceof kafkajs.KafkaJSProtocolError && error.retriable) return undefined;
            throw error;
          },
        );
      await until(async () => (await records()) === 1);
      const extent = await topicExtent(kafka, topic);
      await under.append('s-1', { n: 2 });
      await until(async () => (await records()) === 2);
      const ends = await topicEnds(kafka, { topic, source, groupId: `${topic}.ends`, extent });
      expect(ends.map((end) => end?.position)).toEqual(
        Array.from({ length: PARTITIONS }, (_, n) =>
          n === partitionOf('s-1', PARTITIONS) ? first : undefined,
        ),
      );
    } finally {
      await under.stop();
    }
  });
});
