import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Database, type DatabaseServer, migrate, openPostgres } from '@smartkey/database';
import {
  FeedDirectory,
  PublishedWatermark,
  type ServiceName,
  StoreLogFeed,
  WATERMARK_MIGRATION,
} from '@smartkey/event-bus';
import { createEventStore, type PostgresEventStore } from '@smartkey/event-store';
import { derivedUuid, SystemClock } from '@smartkey/identity';
import { instantOf, systemActor } from '@smartkey/kernel';
import {
  type Projection,
  ANCHOR_MIGRATION,
  PROJECTION_MIGRATION,
  ProjectionHost,
} from '@smartkey/projections';
import { KafkaBroker, whyLeftOut as whyLeftOutAt } from '@smartkey/servers';
import { type PostgresHarness, startPostgres, until, untilSeen } from '@smartkey/testing';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { type KafkaBus, kafkaBus } from './kafka-bus.ts';
import { kafkaClient, type KafkaSettings } from '../settings/kafka-settings.ts';
import { createTopics } from '../topics/kafka-topics.ts';

const ROOT = join(import.meta.dirname, '../../../../..');
const log = pino({ level: process.env['SMARTKEY_TEST_LOG'] ?? 'silent' });

/** Why the specs on a real Kafka are left out here; never in CI. */
export const whyLeftOut = (what: string): string | undefined => whyLeftOutAt(ROOT, what);

/** Keeps what came of each stream in its order: a fold where order, doubling and loss show. An event `bad` is refused. */
const ledger: Projection = {
  name: 'ledger',
  version: 1,
  sources: ['authentication'],
  ddl: 'create table line (stream text primary key, entries text not null)',
  async apply(tx, messages) {
    for (const { stream, revision, data } of messages) {
      const { authentication } = data as { authentication: string };
      if (authentication === 'bad' && LedgerOnKafka.refusing) throw new Error('refused');
      await tx.execute(
        `insert into line values ($1, $2) on conflict (stream) do update set entries = line.entries || $2`,
        [stream, `${revision}:${authentication};`],
      );
    }
  },
};

/** One service as far as its log and its bus go. */
interface Running {
  readonly store: PostgresEventStore;
  readonly host: ProjectionHost;
  readonly bus: KafkaBus;
  readonly checkRelay: (mostMillis: number) => void;
  stop(): Promise<void>;
}

/** Authentication publishes, billing reads: both on a real Kafka and a real PostgreSQL. */
export class LedgerOnKafka {
  /** Whether the ledger refuses bad events. */
  static refusing = false;
  #running: { readonly authentication: Running; readonly billing: Running } | undefined;
  /** Also those of a start that was refused half-way. */
  readonly #open: Running[] = [];
  #appended = 0;

  private constructor(
    private readonly folder: string,
    readonly broker: KafkaBroker,
    readonly postgres: PostgresHarness,
    readonly server: DatabaseServer,
    readonly databaseUrl: string,
    public settings: KafkaSettings,
  ) {}

  static async start(partitions: number): Promise<LedgerOnKafka> {
    const folder = await mkdtemp(join(tmpdir(), 'smartkey-ledger-'));
    const broker = await KafkaBroker.start({ root: ROOT, folder });
    const postgres = await startPostgres();
    const databaseUrl = await postgres.createDatabase();
    const server = await openPostgres(databaseUrl);
    const settings = {
      brokers: [broker.address],
      clientId: 'test',
      topicPrefix: 'smartkey',
      system: '0123456789ab',
      sessionTimeoutMillis: 6_000,
    };
    const plan = { partitions, replicationFactor: 1, retentionHours: 1 };
    await createTopics(kafkaClient(settings, log), settings, plan);
    return new LedgerOnKafka(folder, broker, postgres, server, databaseUrl, settings);
  }

  async open(): Promise<void> {
    const feeds = new FeedDirectory();
    const authentication = await this.#service('authentication', feeds, []);
    const billing = await this.#service('billing', feeds, [ledger]);
    this.#running = { authentication, billing };
    await billing.host.start();
    await billing.bus.listen();
  }

  async close(): Promise<void> {
    this.#running = undefined;
    for (const service of this.#open.splice(0).reverse()) await service.stop();
  }

  async stop(): Promise<void> {
    await this.close();
    await this.server.close();
    await this.postgres.stop();
    await this.broker.kill();
    await rm(this.folder, { recursive: true, force: true });
  }

  get authentication(): Running {
    return this.#running!.authentication;
  }

  get billing(): Running {
    return this.#running!.billing;
  }

  /** Appends events of several streams. @param data instead of what an authentication tells. */
  async append(count: number, data?: object, stream?: string): Promise<void> {
    for (let index = 0; index < count; index += 1) {
      const n = (this.#appended += 1);
      await this.authentication.store.append({
        stream: stream ?? `account-${n % 11}`,
        expected: 'any',
        events: [
          {
            id: derivedUuid('ledger', n),
            type: 'AuthSucceeded',
            version: 1,
            data: data ?? { account: 'rid_1', device: 'dev_1', authentication: `a${n}` },
            occurredAt: instantOf(Date.now()),
            metadata: { commandId: `c${n}`, actor: systemActor('test') },
          },
        ],
      });
    }
  }

  /** What the ledger must be, by the log itself. */
  async expected(): Promise<Record<string, string>> {
    const lines: Record<string, string> = {};
    // What was appended a moment ago may not be settled yet.
    const { events } = await untilSeen(
      () => this.authentication.store.readAll({ after: 0n, limit: 100_000 }),
      (settled) => settled.events.length >= this.#appended,
    );
    for (const { stream, revision, data } of events)
      lines[stream] =
        `${lines[stream] ?? ''}${revision}:${(data as { authentication: string }).authentication};`;
    return lines;
  }

  async lines(): Promise<Record<string, string>> {
    const rows = await this.billing.host
      .reader('ledger')
      .sql.query<{ stream: string; entries: string }>('select stream, entries from line');
    return Object.fromEntries(rows.map(({ stream, entries }) => [stream, entries]));
  }

  /** Waits until the ledger has as many entries as the log. */
  async caughtUp(): Promise<void> {
    const expected = await this.expected();
    const size = (lines: Record<string, string>): number => Object.values(lines).join('').length;
    await until(async () => size(await this.lines()) >= size(expected));
  }

  async #service(
    name: ServiceName,
    feeds: FeedDirectory,
    projections: readonly Projection[],
  ): Promise<Running> {
    const database = await this.server.database(name);
    await migrate(database, [PROJECTION_MIGRATION, WATERMARK_MIGRATION, ANCHOR_MIGRATION], 'runtime');
    const store = await createEventStore(database, new SystemClock());
    const feed = feedOf(name, store, database);
    feeds.add(name, feed);
    const bus = await kafkaBus(name, {
      settings: this.settings,
      feeds,
      database,
      log,
      metrics: new Registry(),
    });
    const relay = await bus.relayOf({ source: name, feed, database, clock: new SystemClock() });
    const host = new ProjectionHost(
      {
        service: name,
        database,
        bus: bus.bus,
        feeds,
        settled: () => store.settledPosition(),
        clock: new SystemClock(),
        log,
      },
      projections,
    );
    await host.open();
    relay.start();
    const running: Running = {
      store,
      host,
      bus,
      checkRelay: (mostMillis) => relay.check(mostMillis),
      stop: async () => {
        await host.stop();
        await relay.close();
        await bus.close();
      },
    };
    this.#open.push(running);
    return running;
  }
}

function feedOf(name: ServiceName, store: PostgresEventStore, database: Database): StoreLogFeed {
  const publish = ({ type, version, data }: { type: string; version: number; data: object }) => ({
    type,
    version,
    data,
  });
  return new StoreLogFeed(name, store, publish, new PublishedWatermark(database));
}
