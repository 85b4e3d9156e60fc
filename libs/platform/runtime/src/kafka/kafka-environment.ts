import { migrate } from '@smartkey/database';
import { EmbeddedEventBus, type EventBus, type FeedDirectory, type ServiceName } from '@smartkey/event-bus';
import type { KafkaSettings } from '@smartkey/event-bus/kafka';
import type { Logger } from 'pino';
import type { LogRelay, OwnLog } from '../service/service-environment.ts';
import { OwnLogBus } from './own-log-bus.ts';
import { refuseOtherPartitioning } from './refuse-other-partitioning.ts';

/** The bus of one service's process, and what it needs of the process. */
export interface ServiceBus {
  readonly bus: EventBus;
  readonly relayOf?: (log: OwnLog) => Promise<LogRelay>;
  /** Lets what has been subscribed flow; once the service runs. */
  listen(): Promise<void>;
  close(): Promise<void>;
}

/** The other services' log feeds over HTTP are the bus: no broker. */
export function feedBus(feeds: FeedDirectory, log: Logger): ServiceBus {
  const bus = new EmbeddedEventBus(feeds, { log });
  return { bus, listen: () => Promise.resolve(), close: () => bus.close() };
}

/**
 * Kafka is the bus: the service's log goes to its topic, the neighbours' topics to its projections and reactors.
 * @param onFatal a consumer has ended for good.
 */
export async function kafkaBus(
  service: ServiceName,
  parts: {
    readonly settings: KafkaSettings;
    readonly feeds: FeedDirectory;
    readonly log: Logger;
    readonly onFatal: (error: Error) => void;
  },
): Promise<ServiceBus> {
  // Here, and not above: who runs without a broker loads no client of one.
  const kafka = await import('@smartkey/event-bus/kafka');
  const { settings, feeds, log, onFatal } = parts;
  const client = kafka.kafkaClient(settings, log);
  const topics = new kafka.KafkaTransportStrategy({
    kafka: client,
    settings,
    log,
    onFatal,
    groupPrefix: `${settings.topicPrefix}.${service}.`,
  });
  const own = new EmbeddedEventBus(feeds, { log, pollMillis: 50 });
  const bus = new OwnLogBus(service, own, topics);
  return {
    bus,
    relayOf: async ({ source, feed, database }) => {
      await migrate(database, [kafka.RELAY_MIGRATION], 'relay');
      await refuseOtherPartitioning(database, bus);
      return new kafka.KafkaRelay({
        source,
        topic: kafka.topicOf(settings, source),
        partitions: await topics.partitions(source),
        kafka: client,
        feed,
        database,
        log,
        pollMillis: 50,
      });
    },
    listen: () =>
      new Promise((resolve, reject) =>
        topics.listen((error) =>
          error === undefined
            ? resolve()
            : reject(error instanceof Error ? error : new Error('no Kafka', { cause: error })),
        ),
      ),
    close: async () => {
      await topics.close();
      await own.close();
    },
  };
}
