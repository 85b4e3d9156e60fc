import type { Database } from '@smartkey/database';
import { FeedDirectory, HttpLogFeed, type ServiceName } from '@smartkey/event-bus';
import { internalHeaders } from '@smartkey/http';
import type { KafkaSettings } from '@smartkey/kafka';
import { kafkaSettings } from '@smartkey/kafka/offline';
import { Closers } from '@smartkey/lifecycle';
import { openKeyMaterial, systemIdOf } from '@smartkey/secrets';
import type { Logger } from 'pino';
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
import { feedBus, type ServiceBus } from './service-bus.ts';
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
    const serviceBus = await busOf(definition.name, { settings: ours, feeds, database, log, metrics });
    closers.add('the bus', () => serviceBus.close());
    const { bus, relayOf, check, unreadable, lostOfLog } = serviceBus;
    const service = await createService(
      definition,
      {
        server,
        logs,
        clockSettings: settings.clock,
        material,
        feeds,
        bus,
        ...(relayOf === undefined ? {} : { relayOf }),
        ...(unreadable === undefined ? {} : { unreadable }),
        ...(lostOfLog === undefined ? {} : { lostOfLog }),
        ...(check === undefined ? {} : { checkBus: check }),
        onAssigned: (listener) => serviceBus.onAssigned?.(listener),
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
    await serviceBus.listen();
    return { url: service.url, stop: () => closers.close() };
  } catch (error) {
    throw await closers.closeAfter(error);
  }
}

async function busOf(
  service: ServiceName,
  parts: {
    readonly settings: KafkaSettings | undefined;
    readonly feeds: FeedDirectory;
    readonly database: Database;
    readonly log: Logger;
    readonly metrics: Registry;
  },
): Promise<ServiceBus> {
  const { settings, ...shared } = parts;
  if (settings === undefined) return feedBus(shared.feeds, shared.log);
  // Here, and not above: who runs without a broker loads no client of one.
  const { kafkaBus } = await import('@smartkey/kafka');
  return kafkaBus(service, { settings, ...shared });
}
