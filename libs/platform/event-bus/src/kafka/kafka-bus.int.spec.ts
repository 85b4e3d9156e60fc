import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrate, openPglite, type Database, type DatabaseServer } from '@smartkey/database';
import { createEventStore, type PostgresEventStore } from '@smartkey/event-store';
import { derivedUuid, SystemClock, systemActor } from '@smartkey/kernel';
import { KafkaBroker, whyNoKafka } from '@smartkey/servers';
import { pino } from 'pino';
import type { Delivery, Message } from '../event-bus.port.ts';
import { StoreLogFeed } from '../feed/log-feed.ts';
import { PublishedWatermark, WATERMARK_MIGRATION } from '../feed/published-watermark.ts';
import {
  createTopics,
  kafkaClient,
  KafkaRelay,
  type KafkaSettings,
  KafkaTransportStrategy,
  RELAY_MIGRATION,
  topicOf,
} from './index.ts';

const log = pino({ level: process.env['SMARTKEY_TEST_LOG'] ?? 'silent' });
const PARTITIONS = 3;
const ROOT = join(import.meta.dirname, '../../../../..');
const missing = process.env['CI'] === undefined ? whyNoKafka(ROOT) : undefined;
if (missing !== undefined) process.stderr.write(`left out, the bus on a real Kafka: ${missing}\n`);

(missing === undefined ? describe : describe.skip)('the bus on a real Kafka', () => {
  let folder = '';
  let broker: KafkaBroker;
  let settings: KafkaSettings;
  let server: DatabaseServer;
  let database: Database;
  let store: PostgresEventStore;
  let watermark: PublishedWatermark;
  let relay: KafkaRelay;
  let bus: KafkaTransportStrategy;
  const received: Delivery[] = [];
  let failNext = 0;

  const newRelay = (): KafkaRelay =>
    new KafkaRelay({
      source: 'authentication',
      topic: topicOf(settings, 'authentication'),
      partitions: PARTITIONS,
      kafka: kafkaClient(settings, log),
      feed: new StoreLogFeed(
        'authentication',
        store,
        ({ type, version, data }) => ({ type, version, data }),
        watermark,
      ),
      database,
      log,
    });
  const newBus = (): KafkaTransportStrategy =>
    new KafkaTransportStrategy({
      kafka: kafkaClient(settings, log),
      settings,
      log,
      onFatal: (error) => {
        throw error;
      },
    });
  const subscribe = (to: KafkaTransportStrategy, group: string, into: Delivery[]) =>
    to.subscribe({
      group,
      sources: ['authentication'],
      positionOf: async () => 0n,
      handle: async (delivery) => {
        if (failNext > 0) {
          failNext -= 1;
          throw new TypeError('a bug in a handler');
        }
        into.push(delivery);
      },
    });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'smartkey-kafka-bus-'));
    broker = await KafkaBroker.start({ root: ROOT, folder });
    settings = {
      brokers: [broker.address],
      clientId: 'test',
      topicPrefix: 'smartkey',
      sessionTimeoutMillis: 6_000,
    };
    await createTopics(kafkaClient(settings, log), settings, {
      partitions: PARTITIONS,
      replicationFactor: 1,
      retentionHours: 1,
    });
    server = await openPglite(undefined);
    database = await server.database('authentication');
    store = await createEventStore(database, new SystemClock());
    await migrate(database, [WATERMARK_MIGRATION, RELAY_MIGRATION], 'event-bus');
    watermark = new PublishedWatermark(database, 0);
    relay = newRelay();
    relay.start();
    bus = newBus();
    await subscribe(bus, 'ledger', received);
    await new Promise<void>((resolve, reject) =>
      bus.listen((error) => (error === undefined ? resolve() : reject(error as Error))),
    );
  }, 120_000);
  afterAll(async () => {
    await bus?.close();
    await relay?.close();
    await server?.close();
    await broker?.kill();
    await rm(folder, { recursive: true, force: true });
  }, 60_000);

  let appended = 0;
  const append = async (count: number): Promise<void> => {
    const now = new Date().toISOString();
    for (let index = 0; index < count; index += 1) {
      appended += 1;
      await store.append({
        stream: `account-${appended % 7}`,
        expected: 'any',
        events: [
          {
            id: derivedUuid('test', appended),
            type: 'AuthSucceeded',
            version: 1,
            data: { n: appended },
            occurredAt: now,
            metadata: { commandId: `c${appended}`, actor: systemActor('test') },
          },
        ],
      });
    }
  };
  const messagesOf = (deliveries: readonly Delivery[]): Message[] =>
    deliveries.flatMap((delivery) => [...delivery.messages]);
  const until = async (done: () => boolean, seconds = 60): Promise<void> => {
    for (const deadline = Date.now() + seconds * 1000; !done(); await pause(50))
      if (Date.now() > deadline)
        throw new Error(`not within ${seconds} s: ${messagesOf(received).length} of ${appended}`);
  };
  const distinct = (): number => new Set(messagesOf(received).map((message) => message.id)).size;

  /** Without duplicates, each partition must be one unbroken chain in the order of the log. */
  const expectChains = (deliveries: readonly Delivery[]): void => {
    for (let partition = 0; partition < PARTITIONS; partition += 1) {
      let link = 0n;
      for (const message of messagesOf(deliveries.filter((delivery) => delivery.partition === partition))) {
        if (message.position <= link) continue;
        expect(message.previous).toBe(link);
        link = message.position;
      }
    }
  };

  it('delivers every event of the log, each partition as one chain, and the watermark behind it', async () => {
    await append(200);
    await watermark.publish('2018-01-31T15:00:00.000Z', await store.settledPosition());
    await until(() => distinct() === appended);
    expectChains(received);
    await until(
      () =>
        new Set(received.filter((delivery) => delivery.watermark).map((delivery) => delivery.partition))
          .size === PARTITIONS,
    );
    for (const delivery of received)
      if (delivery.watermark) expect(delivery.watermark.instant).toBe('2018-01-31T15:00:00.000Z');
  }, 90_000);

  it('repeats a delivery whose handler threw, a TypeError too, and goes on', async () => {
    failNext = 3;
    await append(30);
    await until(() => distinct() === appended);
    expect(failNext).toBe(0);
    expectChains(received);
  }, 60_000);

  it('publishes nothing twice that it remembers, and what it forgot again with the same positions', async () => {
    await relay.close();
    await append(50);
    await database.execute("update relay_checkpoint set position = 0, links = '{0,0,0}'");
    relay = newRelay();
    relay.start();
    await until(() => distinct() === appended);
    const positions = new Map<string, bigint>();
    for (const message of messagesOf(received)) {
      expect(positions.get(message.id) ?? message.position).toBe(message.position);
      positions.set(message.id, message.position);
    }
    expectChains(received);
  }, 60_000);
});
