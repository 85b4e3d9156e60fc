import { billingService } from '@smartkey/billing-service';
import { migrate, type Database } from '@smartkey/database';
import {
  type LogFeed,
  PublishedWatermark,
  type ServiceName,
  StoreLogFeed,
  WATERMARK_MIGRATION,
} from '@smartkey/event-bus';
import {
  createTopics,
  KAFKA_MIGRATIONS,
  kafkaClient,
  KafkaRelay,
  type KafkaSettings,
  type RelayCheckpoint,
  topicOf,
} from '@smartkey/kafka';
import { createEventStore, type StreamAppend } from '@smartkey/event-store';
import { derivedUuid, SystemClock } from '@smartkey/identity';
import { systemActor } from '@smartkey/kernel';
import { whileOpen } from '@smartkey/lifecycle';
import { startService } from '@smartkey/runtime';
import { openKeyMaterial } from '@smartkey/secrets';
import { KafkaBroker, type PostgresServer } from '@smartkey/servers';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pino } from 'pino';
import { bareCountRate, bareLedger, bareSpellRate } from './bare-ledger.ts';
import { bareConsumerRate, bareProducerRate } from './bare-kafka.ts';
import { BillingClient } from './billing-client.ts';
import { GeneratedFeed, type Spoken } from './generated-feed.ts';
import { chunks, type Figure, type Load, loadOf, rateOf, RateOnceRunning } from './measure.ts';
import { placesByPartition, passed } from './partition-places.ts';
import { ownDatabase, scratchFolder, scratchPostgres, transactionsOf, withDatabase } from './scratch.ts';
import { authenticationSays, contractSays, type LedgerScale, NOW, registrySays } from './spoken-logs.ts';

const ROOT = join(import.meta.dirname, '../../..');
const PARTITIONS = 6;
const NOBODY = 'http://127.0.0.1:9';
const log = pino({ level: 'error' }, pino.destination(2));

/** What the bench works with: a broker, a database server, keys. */
interface Machines {
  readonly broker: KafkaBroker;
  readonly server: PostgresServer;
  readonly keys: string;
  readonly token: string;
}

/** From the log to the topic, and from the broker to the ledger, on a real Kafka and a real PostgreSQL. */
export function kafkaBench(scale: LedgerScale): Promise<Figure[]> {
  return whileOpen(async (closers) => {
    const folder = await scratchFolder(closers);
    const broker = await KafkaBroker.start({ root: ROOT, folder: join(folder, 'kafka'), java: [] });
    closers.add('Kafka', () => broker.stop());
    const server = await scratchPostgres(closers);
    const { internalToken } = await openKeyMaterial({ dataDir: folder, env: {}, create: true });
    const machines = { broker, server, keys: join(folder, 'keys.json'), token: internalToken };
    return [
      await relayFigure(machines, scale),
      ...(await ledgerFigures(machines, scale, 'device-registry')),
      ...(await ledgerFigures(machines, scale, 'authentication')),
    ];
  }, 60_000);
}

/** The relay of a log that lies in PostgreSQL, beside a producer that sends the same records and does nothing else. */
async function relayFigure(machines: Machines, scale: LedgerScale): Promise<Figure> {
  const count = Math.min(200_000, scale.successes);
  const settings = await topicsOf(machines, 'relay');
  const bare = await topicsOf(machines, 'bare');
  const place = { topic: topicOf(bare, 'authentication'), partitions: PARTITIONS };
  const limit = await bareProducerRate(kafkaClient(bare, log), place, count, authenticationSays(scale));
  return inOwnDatabase(machines, async (database) => {
    const store = await createEventStore(database, new SystemClock());
    const say = authenticationSays({ ...scale, accounts: count });
    let end = 0n;
    for (const chunk of chunks(count, 2_000))
      for (const outcome of await store.appendMany(chunk.map((n) => successOf(n, say(n))))) {
        if (outcome instanceof Error) throw outcome;
        if (outcome.position > end) end = outcome.position;
      }
    await migrate(database, [WATERMARK_MIGRATION], 'runtime');
    const publish = ({ type, version, data }: { type: string; version: number; data: object }) => ({
      type,
      version,
      data,
    });
    const feed = new StoreLogFeed('authentication', store, publish, new PublishedWatermark(database));
    const rate = await rateOf(count, () => publishAll(database, settings, 'authentication', feed, end));
    return {
      name: 'relay, from the log to the topic',
      unit: 'events',
      rate,
      limit,
      limitIs: 'bare idempotent producer',
    };
  });
}

const successOf = (n: number, { stream, occurredAt, data }: Spoken): StreamAppend => ({
  stream,
  expected: 'any',
  events: [
    {
      id: derivedUuid('bench', n),
      type: 'AuthSucceeded',
      version: 1,
      occurredAt,
      data: data as object,
      metadata: { commandId: `bench-${n}`, actor: systemActor('bench') },
    },
  ],
});

/** Billing alone drains the backlog of one source, beside a consumer that does nothing and beside bare upserts. */
async function ledgerFigures(
  machines: Machines,
  scale: LedgerScale,
  source: 'device-registry' | 'authentication',
): Promise<Figure[]> {
  const settings = await topicsOf(machines, source);
  const count = source === 'authentication' ? scale.successes : scale.accounts;
  const say = source === 'authentication' ? authenticationSays(scale) : registrySays(scale);
  const feeds: Partial<Record<ServiceName, GeneratedFeed>> = {
    contract: new GeneratedFeed('contract', scale.contracts * 4, contractSays, () => NOW),
    [source]: new GeneratedFeed(source, count, say, () => NOW),
  };
  const ends = new Map<ServiceName, readonly bigint[]>();
  await inOwnDatabase(machines, async (database) => {
    for (const [name, feed] of Object.entries(feeds) as [ServiceName, GeneratedFeed][])
      ends.set(name, (await publishAll(database, settings, name, feed, feed.end)).links);
  });
  const loop = await bareConsumerRate({
    brokers: settings.brokers,
    topic: topicOf(settings, source),
    count: Number(feeds[source]!.end),
  });
  const upsert = await inOwnDatabase(machines, async (database) => {
    await bareLedger(database);
    return source === 'authentication' ? bareCountRate(database, scale) : bareSpellRate(database, scale);
  });
  const places = placesByPartition(count, PARTITIONS, say);
  const { rate, onceRunning, load } = await drain(machines, settings, source, places, ends.get(source)!);
  const name = source === 'authentication' ? 'AuthSucceeded' : 'IdRegistered';
  const aim = 0.8 * Math.min(loop.rate, upsert);
  const figure = { unit: 'events', rate, load };
  const running = { unit: 'events', rate: onceRunning };
  return [
    {
      ...figure,
      name: `broker to ledger, ${name}`,
      limit: loop.rate,
      limitIs: 'bare eachBatch that does nothing',
      note: `aim ${Math.round(aim)}/s ${rate >= aim ? 'met' : 'missed'}`,
    },
    {
      ...figure,
      name: `broker to ledger, ${name}, by upserts`,
      limit: upsert,
      limitIs: 'bare batched upsert',
    },
    {
      ...running,
      name: `broker to ledger, ${name}, once it runs`,
      limit: loop.onceRunning,
      limitIs: 'bare eachBatch that does nothing, from its first batch on',
    },
    {
      ...running,
      name: `broker to ledger, ${name}, once it runs, by upserts`,
      limit: upsert,
      limitIs: 'bare batched upsert',
    },
  ];
}

/** From the moment the service is told to start, joining the group and warming up included; and from the first events that the ledger has taken in. */
async function drain(
  { server, broker, keys, token }: Machines,
  { topicPrefix }: KafkaSettings,
  source: ServiceName,
  places: ReturnType<typeof placesByPartition>,
  ends: readonly bigint[],
): Promise<{ readonly rate: number; readonly onceRunning: number; readonly load: Load }> {
  const environment = {
    KAFKA_BROKERS: broker.address,
    SMARTKEY_TOPIC_PREFIX: topicPrefix,
    SMARTKEY_KEY_FILE: keys,
    SMARTKEY_CONTRACT_URL: NOBODY,
    SMARTKEY_DEVICE_REGISTRY_URL: NOBODY,
    SMARTKEY_AUTHENTICATION_URL: NOBODY,
    SMARTKEY_CLOCK: 'sandbox',
    SMARTKEY_CLOCK_START: NOW,
    SMARTKEY_LOG_LEVEL: 'error',
    SMARTKEY_RENDERING: 'on-demand',
    PORT: '0',
  };
  const running = new RateOnceRunning();
  return whileOpen(async (closers) => {
    const url = await ownDatabase(closers, server.url);
    const load = await loadOf({ transactions: () => 0 }, async () => {
      const service = await startService(billingService, { ...environment, DATABASE_URL: url });
      closers.add('the service', () => service.stop());
      await new BillingClient(service, token).projectedAll(source, ends, (marks) =>
        running.look(passed(places, marks)),
      );
    });
    const count = places.reduce((sum, { length }) => sum + length, 0);
    return {
      rate: count / load.seconds,
      onceRunning: running.rate,
      // All of them, migrations included.
      load: { ...load, transactions: await withDatabase(url, 'public', transactionsOf) },
    };
  }, 60_000);
}

/** Lets a relay of its own publish a whole log. @returns its checkpoint at the end. */
async function publishAll(
  database: Database,
  settings: KafkaSettings,
  source: ServiceName,
  feed: LogFeed,
  end: bigint,
): Promise<RelayCheckpoint> {
  await migrate(database, KAFKA_MIGRATIONS, 'relay');
  const topic = topicOf(settings, source);
  const kafka = kafkaClient(settings, log);
  const relay = new KafkaRelay({ source, topic, partitions: PARTITIONS, kafka, feed, database, log });
  relay.start();
  try {
    for (;;) {
      const [row] = await database.query<RelayCheckpoint>(
        'select position, links from relay_checkpoint where topic = $1',
        [topic],
      );
      if (row !== undefined && row.position >= end) return row;
      await pause(20);
    }
  } finally {
    await relay.close();
  }
}

/** Topics of their own for one measurement. */
async function topicsOf({ broker }: Machines, name: string): Promise<KafkaSettings> {
  const settings = { brokers: [broker.address], clientId: 'bench', topicPrefix: `bench-${name}` };
  await createTopics(kafkaClient(settings, log), settings, {
    partitions: PARTITIONS,
    replicationFactor: 1,
    retentionHours: 24,
  });
  return settings;
}

const inOwnDatabase = <T>({ server }: Machines, work: (database: Database) => Promise<T>): Promise<T> =>
  whileOpen(async (closers) => withDatabase(await ownDatabase(closers, server.url), 'bench', work));
