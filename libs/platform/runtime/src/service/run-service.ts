import { EmbeddedEventBus, FeedDirectory, HttpLogFeed, type ServiceName } from '@smartkey/event-bus';
import { internalHeaders } from '@smartkey/http';
import type { KafkaBus, kafkaBus, KafkaSettings } from '@smartkey/kafka';
import { kafkaSettings } from '@smartkey/kafka/offline';
import { Closers } from '@smartkey/lifecycle';
import { openKeyMaterial, systemIdOf } from '@smartkey/secrets';
import { Registry } from 'prom-client';
import type { Environment } from '@smartkey/configuration';
import { proveListening } from '../config/listening.ts';
import { createLog } from '../config/log.ts';
import { serviceSettings } from '../config/service-settings.ts';
import { measureDatabase } from '../metrics/database-metrics.ts';
import { serviceLogs } from '../log/open-service-logs.ts';
import { PeerDirectory } from '../peers/http-peers.ts';
import type { ServiceDefinition } from '../service-definition.ts';
import { startTracing } from '../tracing/start-tracing.ts';
import { tracingSettings } from '../tracing/tracing-variables.ts';
import { openDatabaseServer } from './open-database-server.ts';
import { schemaOf } from './service-environment.ts';
import { createService } from './service.ts';

/** A service that runs in a process of its own. */
export interface RunningService {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Runs one service by itself: on a PostgreSQL server, with the other services over HTTP. Where `KAFKA_BROKERS` names
 * brokers they are the bus, and the log feeds fill its gaps; else the log feeds are the bus. Where `EVENTSTORE_URL` names a
 * server the log is there (authentication's excepted).
 * @throws ConfigurationError naming the variable.
 */
export async function startService(definition: ServiceDefinition, env: Environment): Promise<RunningService> {
  const settings = serviceSettings(env, definition.name);
  const brokers = kafkaSettings(env, `smartkey-${definition.name}-${process.pid}`);
  definition.readSettings?.(env);
  tracingSettings(env);
  const log = createLog(settings.logLevel);
  const closers = new Closers();
  try {
    const material = await openKeyMaterial({ dataDir: settings.dataDir, env, create: false });
    const ours = brokers && { ...brokers, system: systemIdOf(material.lookupKey) };
    const logs = await serviceLogs(env);
    await proveListening(settings);
    const tracing = await startTracing(definition.name, env, log);
    closers.add('tracing', () => tracing.stop());
    const server = await openDatabaseServer(settings.databaseUrl, log, { news: true });
    closers.add('the database', () => server.close());
    // Closed before the database, which it needs for that.
    closers.add('the logs', () => logs.close());
    const peers = new PeerDirectory();
    const feeds = new FeedDirectory();
    const metrics = new Registry();
    closers.add('the figures of the database', measureDatabase(metrics, server));
    const database = await server.database(schemaOf(definition.name));
    const bus = await busOf(definition.name, ours, { feeds, database, log, metrics });
    closers.add('the bus', () => bus.close());
    const service = await createService(
      definition,
      {
        server,
        logs,
        clockSettings: settings.clock,
        material,
        feeds,
        bus: bus.bus,
        onBrokers: bus,
        peers,
        log,
        metrics,
        variables: env,
        host: settings.host,
        watermarkMillis: settings.watermarkMillis,
      },
      settings.port,
    );
    closers.add(definition.name, () => service.stop());
    closers.add('the door', () => service.stopListening());
    for (const [peer, url] of settings.peers) {
      peers.set(peer, url);
      const headers = internalHeaders({ token: material.internalToken });
      const onNoNews = (error: unknown): void =>
        log.warn({ err: error, source: peer }, 'the news of a log cannot be heard');
      feeds.add(peer, new HttpLogFeed({ url: () => peers.urlOf(peer), headers, peer, onNoNews }));
    }
    await service.run();
    await bus.listen?.();
    return { url: service.url, stop: () => closers.close() };
  } catch (error) {
    throw await closers.closeAfter(error);
  }
}

/** Brokers where some are named; without them the other services' log feeds over HTTP are the bus. */
async function busOf(
  service: ServiceName,
  settings: KafkaSettings | undefined,
  parts: Omit<Parameters<typeof kafkaBus>[1], 'settings'>,
): Promise<Pick<KafkaBus, 'bus' | 'close'> & Partial<KafkaBus>> {
  if (settings === undefined) {
    const bus = new EmbeddedEventBus(parts.feeds, { log: parts.log });
    return { bus, close: () => bus.close() };
  }
  // Here, and not above: who runs without a broker loads no client of one.
  const { kafkaBus } = await import('@smartkey/kafka');
  return kafkaBus(service, { settings, ...parts });
}
