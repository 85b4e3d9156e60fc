import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from '@jest/globals';
import { migrate, openPglite, type Database, type DatabaseServer } from '@smartkey/database';
import { createEventStore, type PostgresEventStore } from '@smartkey/event-store';
import { derivedUuid, SystemClock } from '@smartkey/identity';
import { instantOf, systemActor } from '@smartkey/kernel';
import { KafkaBroker, KafkaBrokers, whyLeftOut as whyLeftOutAt } from '@smartkey/servers';
import type { Kafka } from 'kafkajs';
import { pino } from 'pino';
import {
  type Delivery,
  type Message,
  PublishedWatermark,
  type ServiceName,
  StoreLogFeed,
  type Subscriber,
  WATERMARK_MIGRATION,
} from '@smartkey/event-bus';
import {
  createTopics,
  KAFKA_MIGRATIONS,
  kafkaClient,
  KafkaRelay,
  type KafkaSettings,
  KafkaTransportStrategy,
  topicOf,
  UnreadableRecords,
} from '../index.ts';

export const PARTITIONS = 3;
const ROOT = join(import.meta.dirname, '../../../../..');
const log = pino({ level: process.env['SMARTKEY_TEST_LOG'] ?? 'silent' });

/** Why the specs on a real Kafka are left out here; never in CI. */
export const whyLeftOut = (what: string): string | undefined => whyLeftOutAt(ROOT, what);

/** A log of authentication's, a real broker, and what lies between them. */
export class BusOnKafka {
  /** How many events the log holds. */
  appended = 0;

  private constructor(
    private readonly folder: string,
    readonly brokers: readonly KafkaBroker[],
    readonly settings: KafkaSettings,
    private readonly server: DatabaseServer,
    readonly database: Database,
    readonly store: PostgresEventStore,
    readonly watermark: PublishedWatermark,
  ) {}

  /** The first of the brokers. */
  get broker(): KafkaBroker {
    return this.brokers[0]!;
  }

  static async start(count = 1): Promise<BusOnKafka> {
    const folder = await mkdtemp(join(tmpdir(), 'smartkey-kafka-bus-'));
    const brokers =
      count === 1
        ? [await KafkaBroker.start({ root: ROOT, folder })]
        : (await KafkaBrokers.start({ root: ROOT, folder, count })).all;
    const settings = {
      brokers: brokers.map(({ address }) => address),
      clientId: 'test',
      topicPrefix: 'smartkey',
      system: '0123456789ab',
      sessionTimeoutMillis: 6_000,
    };
    await createTopics(kafkaClient(settings, log), settings, {
      partitions: PARTITIONS,
      replicationFactor: Math.min(3, count),
      retentionHours: 1,
    });
    const server = await openPglite(undefined);
    const database = await server.database('authentication');
    const store = await createEventStore(database, new SystemClock());
    await migrate(database, [WATERMARK_MIGRATION], 'runtime');
    await migrate(database, KAFKA_MIGRATIONS, 'relay');
    const watermark = new PublishedWatermark(database, 0);
    return new BusOnKafka(folder, brokers, settings, server, database, store, watermark);
  }

  feed(): StoreLogFeed {
    const publish = ({ type, version, data }: { type: string; version: number; data: object }) => ({
      type,
      version,
      data,
    });
    return new StoreLogFeed('authentication', this.store, publish, this.watermark);
  }

  client(): Kafka {
    return kafkaClient(this.settings, log);
  }

  unreadable(): UnreadableRecords {
    return new UnreadableRecords(this.database);
  }

  relay(): KafkaRelay {
    return new KafkaRelay({
      source: 'authentication',
      topic: topicOf(this.settings, 'authentication'),
      partitions: PARTITIONS,
      system: this.settings.system,
      kafka: kafkaClient(this.settings, log),
      feed: this.feed(),
      database: this.database,
      log,
    });
  }

  /** A bus of another process, as far as the broker can tell, on which the subscribers listen. */
  async listening(...subscribers: readonly Subscriber[]): Promise<KafkaTransportStrategy> {
    const { settings } = this;
    const bus = new KafkaTransportStrategy({
      kafka: kafkaClient(settings, log),
      settings,
      log,
      keepUnreadable: (records) => this.unreadable().keep(records),
    });
    for (const subscriber of subscribers) await bus.subscribe(subscriber);
    await new Promise<void>((resolve, reject) =>
      bus.listen((error) => (error === undefined ? resolve() : reject(error as Error))),
    );
    return bus;
  }

  async append(count: number): Promise<void> {
    for (let index = 0; index < count; index += 1) {
      this.appended += 1;
      const n = this.appended;
      await this.store.append({
        stream: `account-${n % 7}`,
        expected: 'any',
        events: [
          {
            id: derivedUuid('test', n),
            type: 'AuthSucceeded',
            version: 1,
            data: { n },
            occurredAt: instantOf(Date.now()),
            metadata: { commandId: `c${n}`, actor: systemActor('test') },
          },
        ],
      });
    }
  }

  /** What lets the log go on behind an accepted loss. */
  async appendRestored(): Promise<void> {
    this.appended += 1;
    await this.store.appendRestored({
      stream: 'log-authentication',
      expected: 'any',
      events: [
        {
          id: derivedUuid('test', this.appended),
          type: 'LogRenamed',
          version: 1,
          data: {},
          occurredAt: instantOf(Date.now()),
          metadata: { commandId: `c${this.appended}`, actor: systemActor('test') },
        },
      ],
    });
  }

  /** Appends, a little at a time, for as long as the work takes. */
  async appendingDuring<T>(work: () => Promise<T>): Promise<T> {
    let going = true;
    const flow = (async () => {
      while (going) {
        await this.append(3);
        await pause(20);
      }
    })();
    try {
      return await work();
    } finally {
      going = false;
      await flow;
    }
  }

  async stop(): Promise<void> {
    await this.server.close();
    await Promise.all(this.brokers.map((broker) => broker.kill()));
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Keeps what it is handed, as it comes: duplicates too. */
export class Collector implements Subscriber {
  readonly sources: readonly ServiceName[] = ['authentication'];
  readonly deliveries: Delivery[] = [];
  /** What is done with a delivery before it is kept. */
  before: (delivery: Delivery) => Promise<void> | void = () => undefined;

  constructor(readonly group: string) {}

  positionOf(): Promise<bigint> {
    return Promise.resolve(0n);
  }

  eventOf(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  async handle(delivery: Delivery): Promise<void> {
    await this.before(delivery);
    this.deliveries.push(delivery);
  }

  get messages(): readonly Message[] {
    return this.deliveries.flatMap(({ messages }) => messages);
  }

  /** How many different events arrived. */
  get distinct(): number {
    return new Set(this.messages.map(({ id }) => id)).size;
  }
}

/** Without duplicates, each partition must be one unbroken chain in the order of the log, and all of it must be there. */
export function expectWholeChains(deliveries: readonly Delivery[], events: number): void {
  let taken = 0;
  for (let partition = 0; partition < PARTITIONS; partition += 1) {
    let link = 0n;
    for (const message of deliveries
      .filter((each) => each.partition === partition)
      .flatMap((each) => each.messages)) {
      if (message.position <= link) continue;
      expect(message.previous).toBe(link);
      link = message.position;
      taken += 1;
    }
  }
  expect(taken).toBe(events);
}
