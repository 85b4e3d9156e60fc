import { type Database, migrate } from '@smartkey/database';
import {
  EmbeddedEventBus,
  type EventBus,
  type FeedDirectory,
  type LogRelay,
  type LogToPublish,
  type ServiceName,
} from '@smartkey/event-bus';
import { allDone } from '@smartkey/lifecycle';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { KafkaMetrics } from '../health/kafka-metrics.ts';
import { KAFKA_MIGRATIONS } from './kafka-migrations.ts';
import { KafkaRelay } from '../relay/kafka-relay.ts';
import { type KafkaSettings, topicOf } from '../settings/kafka-settings.ts';
import { KafkaTransportStrategy } from './kafka-transport.strategy.ts';
import { MessageSchemas } from '../records/message-schemas.ts';
import { openKafka } from '../brokers/open-kafka.ts';
import { OwnLogBus } from './own-log-bus.ts';
import { refuseOtherPartitioning } from './refuse-other-partitioning.ts';
import { refuseNarrowTopic, refuseUnfitBrokers } from '../brokers/refuse-unfit-brokers.ts';
import { RelayCheckpoints } from '../relay/relay-checkpoint.ts';
import { type LogAndTopic, lostOfLog } from '../topics/lost-of-log.ts';
import type { LostOnTopic } from '../topics/lost-on-topic.ts';
import { UnreadableRecords } from '../consumer/unreadable-records.ts';

/** The bus of one service's process on Kafka. */
export interface KafkaBus {
  readonly bus: EventBus;
  /** What its consumers could not read. */
  readonly unreadable: UnreadableRecords;
  readonly relayOf: (log: LogToPublish) => Promise<LogRelay>;
  /** What this service's topic holds and its log lacks; it ends with the bus. */
  readonly lostOfLog: (asked: Omit<LogAndTopic, 'signal'>) => Promise<LostOnTopic>;
  /** @throws where a consumer has taken nothing in for longer than so many milliseconds (system time). */
  check(mostMillis: number): void;
  /** Calls back whenever a consumer was given partitions. */
  onAssigned(listener: () => void): void;
  /** Lets what has been subscribed flow; once the service runs. */
  listen(): Promise<void>;
  close(): Promise<void>;
}

/** So often a log is looked at without any news of it, for those can be lost (system time). */
const NET_MILLIS = 15_000;

/** Kafka is the bus: the service's log goes to its topic, the neighbours' topics to its projections and reactors. */
export async function kafkaBus(
  service: ServiceName,
  parts: {
    readonly settings: KafkaSettings;
    readonly feeds: FeedDirectory;
    /** The service's own. */
    readonly database: Database;
    readonly log: Logger;
    readonly metrics: Registry;
  },
): Promise<KafkaBus> {
  const { settings, feeds, database, log } = parts;
  await migrate(database, KAFKA_MIGRATIONS, 'relay');
  const client = await openKafka(settings, log);
  await refuseUnfitBrokers(client, settings, log);
  const metrics = new KafkaMetrics(parts.metrics, service);
  const unreadable = new UnreadableRecords(database);
  const closing = new AbortController();
  const assigned = new Set<() => void>();
  const topics = new KafkaTransportStrategy({
    kafka: client,
    settings,
    log,
    groupPrefix: `${settings.topicPrefix}.${service}.`,
    keepUnreadable: (records) => unreadable.keep(records),
    onAssigned: () => assigned.forEach((listener) => listener()),
  });
  const relays: KafkaRelay[] = [];
  metrics.followRefused(() => [...new Set([topics, ...relays].flatMap((each) => each.refused()))]);
  const own = new EmbeddedEventBus(feeds, { log, pollMillis: NET_MILLIS });
  const bus = new OwnLogBus(service, own, topics);
  const schemas = new MessageSchemas();
  return {
    bus,
    unreadable,
    relayOf: async ({ source, feed, database: ownLog, clock }) => {
      await refuseOtherPartitioning(ownLog, bus);
      const topic = topicOf(settings, source);
      const partitions = await topics.partitions(source);
      await refuseNarrowTopic(client, topic, log);
      metrics.followRelay({ checkpoints: new RelayCheckpoints(ownLog, topic, partitions), feed, clock });
      const relay = new KafkaRelay({
        source,
        topic,
        partitions,
        system: settings.system,
        kafka: client,
        feed,
        database: ownLog,
        refuse: (message) => schemas.refuse(message),
        log,
        pollMillis: NET_MILLIS,
        onPublished: (events) => metrics.published(events),
        onLeftToFeed: () => metrics.leftToFeed(),
      });
      relays.push(relay);
      return relay;
    },
    lostOfLog: (asked) => lostOfLog(client, settings, service, { ...asked, signal: closing.signal }),
    check: (mostMillis) => topics.check(mostMillis),
    onAssigned: (listener) => void assigned.add(listener),
    listen: () =>
      new Promise((resolve, reject) =>
        topics.listen((error) =>
          error === undefined
            ? resolve()
            : reject(error instanceof Error ? error : new Error('no Kafka', { cause: error })),
        ),
      ),
    close: async () => {
      closing.abort();
      metrics.stop();
      await allDone([topics.close(), own.close()]);
    },
  };
}
