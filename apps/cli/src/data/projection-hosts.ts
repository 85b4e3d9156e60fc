import { type Database, migrate } from '@smartkey/database';
import {
  EmbeddedEventBus,
  type EventBus,
  FeedDirectory,
  PublishedWatermark,
  StoreLogFeed,
  WATERMARK_MIGRATION,
  type ServiceName,
} from '@smartkey/event-bus';
import { whileOpen } from '@smartkey/lifecycle';
import { ANCHOR_MIGRATION, PROJECTION_MIGRATION, ProjectionHost, RepartitionedMarks } from '@smartkey/projections';
import type { Environment } from '@smartkey/configuration';
import { CLOCK_MIGRATION, createLog, openClock, publishedBy } from '@smartkey/runtime';
import { CommandError } from '../command.ts';
import { DEFINITIONS } from './definitions.ts';
import type { Data } from './open-data.ts';

/**
 * The projections of the services on data that no service runs on: fed by the logs as they lie there. No reactor reacts, no
 * timer runs.
 */
export async function withProjections<T>(
  data: Data,
  env: Environment,
  work: (hosts: ReadonlyMap<ServiceName, ProjectionHost>) => Promise<T>,
): Promise<T> {
  const log = createLog(env['SMARTKEY_LOG_LEVEL'] ?? 'warn');
  const feeds = new FeedDirectory();
  const embedded = new EmbeddedEventBus(feeds, { log });
  const hosts = new Map<ServiceName, ProjectionHost>();
  return whileOpen(async (closers) => {
    closers.add('the bus', () => embedded.close());
    for (const definition of DEFINITIONS) {
      const { name, projections } = definition;
      const database = await data.schema(name);
      if (database === undefined) continue;
      await migrate(database, [CLOCK_MIGRATION, PROJECTION_MIGRATION, WATERMARK_MIGRATION, ANCHOR_MIGRATION], 'runtime');
      const [kept] = await database.query<{ mode: 'system' | 'sandbox' }>('SELECT mode FROM business_clock');
      const clock = await openClock(database, { mode: kept?.mode ?? 'system' });
      const store = await data.log(name, database, { clock });
      feeds.add(
        name,
        new StoreLogFeed(name, store, publishedBy(definition), new PublishedWatermark(database)),
      );
      const settled = () => store.settledPosition();
      const bus = await busAsLeft(name, database, embedded);
      hosts.set(name, new ProjectionHost({ service: name, database, bus, feeds, settled, clock, log }, projections));
    }
    for (const [name, host] of hosts) closers.add(name, () => host.stop());
    for (const host of hosts.values()) await host.open();
    return work(hosts);
  });
}

/**
 * The bus with as many partitions as the service's marks stand on. Where those are several a broker was the bus, and what lies in the
 * logs cannot be delivered as one partition: parked streams can be tried again, but nothing can be followed.
 */
async function busAsLeft(
  service: ServiceName,
  database: Database,
  embedded: EmbeddedEventBus,
): Promise<EventBus> {
  const partitions = new Map<ServiceName, number>();
  for (const { source, positions } of await new RepartitionedMarks(database).standings())
    if (positions.length > (partitions.get(source) ?? 1)) partitions.set(source, positions.length);
  return {
    partitions: (source) => Promise.resolve(partitions.get(source) ?? 1),
    subscribe: (subscriber) => {
      if (subscriber.sources.some((source) => partitions.has(source)))
        throw new CommandError(`${service} runs on a broker: ask the running service for this`);
      return embedded.subscribe(subscriber);
    },
  };
}
