import type { Database } from '@smartkey/database';
import { LogEnd, PublishedWatermark, StoreLogFeed, type LogRelay } from '@smartkey/event-bus';
import { publishedBytes } from '@smartkey/kafka/offline';
import type { Clock } from '@smartkey/kernel';
import type { SubjectKeys } from '@smartkey/secrets';
import type { ProvedLog } from '@smartkey/transparency';
import type { Logger } from 'pino';
import type { ServiceDefinition } from '../service-definition.ts';
import type { ServiceEnvironment } from '../service/service-environment.ts';
import { openProvedLog } from './open-proved-log.ts';
import { publishedBy } from './published-by.ts';
import { postgresLogs, type ServiceLog } from './service-logs.ts';

/** A service's own log: as it is written, as it is proved, and as others read it. */
export interface LogOfService {
  readonly serviceLog: ServiceLog;
  readonly proved: ProvedLog;
  readonly watermark: PublishedWatermark;
  readonly feed: StoreLogFeed;
  /** To the bus; missing where the bus reads the feed. */
  readonly relay: LogRelay | undefined;
  readonly end: LogEnd;
}

interface OpeningParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly subjectKeys: SubjectKeys;
  readonly log: Logger;
}

/** What is known of the own watermark is looked up again after so long without any news of it (system time). */
const WATERMARK_MILLIS = 5_000;

/** Opens the log of a service, and makes its feed known to the environment. @throws ConfigurationError */
export async function openLogOfService(
  definition: ServiceDefinition,
  environment: ServiceEnvironment,
  { database, clock, subjectKeys, log }: OpeningParts,
): Promise<LogOfService> {
  const { name } = definition;
  const { server, feeds, metrics } = environment;
  const publish = publishedBy(definition);
  const serviceLog = await (environment.logs ?? postgresLogs).open(name, {
    onTrouble: (what, error) => log.warn({ err: error }, what),
    database,
    clock,
    news: server.news,
    publishedBytes: publishedBytes(name, publish),
    whenLost: 'go-back',
  });
  const { store } = serviceLog;
  const proved = await openProvedLog(
    {
      service: name,
      database,
      store,
      log,
      metrics,
      needs: definition.needs,
      keeping: { subjectKeys, clock },
    },
    environment,
  );
  // Where nobody tells news, nobody else can have raised it; elsewhere news may be lost.
  const watermark = new PublishedWatermark(database, server.news === undefined ? 60_000 : WATERMARK_MILLIS);
  const feed = new StoreLogFeed(name, store, publish, watermark);
  feeds.add(name, feed);
  const relay = await environment.onBrokers?.relayOf?.({ source: name, feed, database, clock });
  return { serviceLog, proved, watermark, feed, relay, end: new LogEnd(store, feed) };
}
