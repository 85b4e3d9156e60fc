import { migrate } from '@smartkey/database';
import { EmbeddedEventBus, type FeedDirectory, type ServiceName } from '@smartkey/event-bus';
import {
  kafkaClient,
  KafkaRelay,
  type KafkaSettings,
  KafkaTransportStrategy,
  RELAY_MIGRATION,
  RelayCheckpoints,
  topicOf,
} from '@smartkey/event-bus/kafka';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { KafkaMetrics } from './kafka-metrics.ts';
import type { ServiceBus } from './service-bus.ts';
import { OwnLogBus } from './own-log-bus.ts';
import { refuseOtherPartitioning } from './refuse-other-partitioning.ts';

/** Kafka is the bus: the service's log goes to its topic, the neighbours' topics to its projections and reactors. */
export function kafkaBus(
  service: ServiceName,
  parts: {
    readonly settings: KafkaSettings;
    readonly feeds: FeedDirectory;
    readonly log: Logger;
    readonly metrics: Registry;
  },
): ServiceBus {
  const { settings, feeds, log } = parts;
  const client = kafkaClient(settings, log);
  const metrics = new KafkaMetrics(parts.metrics, service);
  const topics = new KafkaTransportStrategy({
    kafka: client,
    settings,
    log,
    onUnreadable: (source) => metrics.unreadable(source),
    groupPrefix: `${settings.topicPrefix}.${service}.`,
  });
  const own = new EmbeddedEventBus(feeds, { log, pollMillis: 50 });
  const bus = new OwnLogBus(service, own, topics);
  return {
    bus,
    relayOf: async ({ source, feed, database, clock }) => {
      await migrate(database, [RELAY_MIGRATION], 'relay');
      await refuseOtherPartitioning(database, bus);
      const topic = topicOf(settings, source);
      const partitions = await topics.partitions(source);
      metrics.followRelay({ checkpoints: new RelayCheckpoints(database, topic, partitions), feed, clock });
      return new KafkaRelay({
        source,
        topic,
        partitions,
        kafka: client,
        feed,
        database,
        log,
        pollMillis: 50,
        onPublished: (events) => metrics.published(events),
      });
    },
    check: (mostMillis) => topics.check(mostMillis),
    listen: () =>
      new Promise((resolve, reject) =>
        topics.listen((error) =>
          error === undefined
            ? resolve()
            : reject(error instanceof Error ? error : new Error('no Kafka', { cause: error })),
        ),
      ),
    close: async () => {
      metrics.stop();
      await topics.close();
      await own.close();
    },
  };
}
