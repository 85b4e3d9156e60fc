import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrate, openPglite, type DatabaseServer } from '@smartkey/database';
import { createEventStore } from '@smartkey/event-store';
import { derivedUuid, SystemClock } from '@smartkey/identity';
import { instantOf, systemActor } from '@smartkey/kernel';
import { KafkaBroker, whyLeftOut } from '@smartkey/servers';
import { until, untilSeen } from '@smartkey/testing';
import { Collector, type CollectedSpan } from '@smartkey/testing/end-to-end';
import { inProcessSpan } from '@smartkey/tracing';
import { startSdk, type RunningTracing } from '@smartkey/tracing/sdk';
import { pino } from 'pino';
import { PublishedWatermark, StoreLogFeed, WATERMARK_MIGRATION } from '@smartkey/event-bus';
import {
  createTopics,
  KAFKA_MIGRATIONS,
  kafkaClient,
  KafkaRelay,
  type KafkaSettings,
  KafkaTransportStrategy,
  topicOf,
} from '../index.ts';

const log = pino({ level: process.env['SMARTKEY_TEST_LOG'] ?? 'silent' });
const ROOT = join(import.meta.dirname, '../../../../..');
const missing = whyLeftOut(ROOT, 'traces through a real Kafka');

const CAUSE = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' };
const traceparent = `00-${CAUSE.traceId}-${CAUSE.spanId}-01`;

(missing === undefined ? describe : describe.skip)('a trace on its way through a real Kafka', () => {
  let folder = '';
  let broker: KafkaBroker;
  let server: DatabaseServer;
  let relay: KafkaRelay;
  let bus: KafkaTransportStrategy;
  let collector: Collector;
  let tracing: RunningTracing;
  let topic: string;
  const headers: (string | undefined)[] = [];

  beforeAll(async () => {
    collector = await Collector.start();
    tracing = startSdk('test', collector.everySpanAtOnce, log);
    folder = await mkdtemp(join(tmpdir(), 'smartkey-kafka-tracing-'));
    broker = await KafkaBroker.start({ root: ROOT, folder });
    const settings: KafkaSettings = {
      brokers: [broker.address],
      clientId: 'test',
      topicPrefix: 'smartkey',
      sessionTimeoutMillis: 6_000,
    };
    const kafka = kafkaClient(settings, log);
    await createTopics(kafka, settings, { partitions: 1, replicationFactor: 1, retentionHours: 1 });
    topic = topicOf(settings, 'contract');
    server = await openPglite(undefined);
    const database = await server.database('contract');
    const store = await createEventStore(database, new SystemClock());
    await migrate(database, [WATERMARK_MIGRATION, ...KAFKA_MIGRATIONS], 'event-bus');
    const feed = new StoreLogFeed('contract', store, (event) => event, new PublishedWatermark(database, 0));
    relay = new KafkaRelay({ source: 'contract', topic, partitions: 1, kafka, feed, database, log });
    relay.start();
    const keepUnreadable = () => Promise.reject(new Error('all of it can be read'));
    bus = new KafkaTransportStrategy({ kafka, settings, log, keepUnreadable });
    const group = 'billing.usage-ledger.v1';
    await bus.subscribe({
      group,
      sources: ['contract'],
      positionOf: async () => 0n,
      eventOf: async () => undefined,
      handle: (delivery) =>
        inProcessSpan({ ...delivery, service: 'billing', group }, async () => {
          headers.push(...delivery.messages.map((message) => message.traceparent));
        }),
    });
    await new Promise<void>((resolve, reject) =>
      bus.listen((error) => (error === undefined ? resolve() : reject(error as Error))),
    );
    await store.append({
      stream: 'contract-ctr_1',
      expected: 'no-stream',
      events: [
        {
          id: derivedUuid('test', 1),
          type: 'ContractAccepted',
          version: 1,
          data: {},
          occurredAt: instantOf(Date.now()),
          metadata: { commandId: 'c1', actor: systemActor('test'), traceparent },
        },
      ],
    });
    await until(() => headers.length > 0);
  });
  afterAll(async () => {
    await bus?.close();
    await relay?.close();
    await server?.close();
    await broker?.kill();
    await tracing?.stop();
    await collector?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const span = async (name: string): Promise<CollectedSpan> => {
    const found = () => collector.spans.find((each) => each.name === name);
    return (await untilSeen(found, (each) => each !== undefined))!;
  };

  it('goes with the record, as a header of its own', () => expect(headers).toEqual([traceparent]));

  it('is linked to by the span of the publication', async () => {
    const published = await span(`publish ${topic}`);
    expect(published).toMatchObject({
      kind: 4,
      links: [CAUSE],
      resource: { 'smartkey.service': 'contract' },
    });
    expect(published.attributes).toEqual({
      'messaging.system': 'kafka',
      'messaging.operation.type': 'send',
      'messaging.operation.name': 'publish',
      'messaging.destination.name': 'smartkey.contract',
      'messaging.batch.message_count': 1,
    });
  });

  it('is linked to by the span of what a consumer makes of it', async () => {
    const processed = await span(`process ${topic}`);
    expect(processed).toMatchObject({ kind: 5, links: [CAUSE], resource: { 'smartkey.service': 'billing' } });
    expect(processed.attributes).toEqual({
      'messaging.system': 'kafka',
      'messaging.operation.type': 'process',
      'messaging.operation.name': 'process',
      'messaging.destination.name': 'smartkey.contract',
      'messaging.destination.partition.id': '0',
      'messaging.consumer.group.name': 'billing.usage-ledger.v1',
      'messaging.batch.message_count': 1,
    });
  });
});
