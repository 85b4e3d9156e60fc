import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DatabaseServer, migrate, openPglite, openPostgres } from '@smartkey/database';
import { createEventStore } from '@smartkey/event-store';
import { eventIdOf } from '@smartkey/identity';
import { systemActor } from '@smartkey/kernel';
import { type PostgresHarness, startPostgres, until } from '@smartkey/testing';
import { pino } from 'pino';
import { eventBusContract, type BusUnderTest, MarkedSubscriber } from '../event-bus.contract.ts';
import { FeedDirectory, StoreLogFeed } from '../feed/log-feed.ts';
import { PublishedWatermark, WATERMARK_MIGRATION } from '../feed/published-watermark.ts';
import { EmbeddedEventBus } from './embedded-event-bus.ts';

const log = pino({ level: 'silent' });
let schemas = 0;

async function busOn(
  server: DatabaseServer,
  batch = 7,
): Promise<BusUnderTest & { readonly feeds: FeedDirectory }> {
  const database = await server.database(`bus_${(schemas += 1)}`);
  await migrate(database, [WATERMARK_MIGRATION], 'runtime');
  const store = await createEventStore(database, { now: () => '2018-01-01T00:00:00.000Z' });
  const watermark = new PublishedWatermark(database);
  const feeds = new FeedDirectory();
  feeds.add(
    'contract',
    new StoreLogFeed('contract', store, ({ type, version, data }) => ({ type, version, data }), watermark),
  );
  const bus = new EmbeddedEventBus(feeds, { log, pollMillis: 20, batch });
  let appended = 0;
  return {
    bus,
    feeds,
    source: 'contract',
    append: async (stream, data) => {
      const commandId = `command-${(appended += 1)}`;
      const { position } = await store.append({
        stream,
        expected: 'any',
        events: [
          {
            id: eventIdOf(commandId, 0),
            type: 'Counted',
            version: 1,
            data,
            metadata: { commandId, actor: systemActor('test') },
            occurredAt: '2018-01-01T00:00:00.000Z',
          },
        ],
      });
      return position;
    },
    promise: async (instant) => watermark.publish(instant, await store.settledPosition()),
    stop: () => bus.close(),
  };
}

describe('on PGlite', () => {
  let server: DatabaseServer;
  beforeAll(async () => {
    server = await openPglite(undefined);
  });
  afterAll(() => server.close());

  eventBusContract('embedded, over a log on PGlite', () => busOn(server));

  it('lets who is far behind read for itself, and join the others at the end', async () => {
    const under = await busOn(server, 5);
    const ahead = new MarkedSubscriber('ahead', 'contract');
    for (let n = 0; n < 40; n += 1) await under.append('s', { n });
    ahead.marks.set(0, (await under.feeds.read('contract', { after: 0n, limit: 40 })).messages[35]!.position);
    await under.bus.subscribe(ahead);
    await until(() => ahead.taken.length === 4);
    const behind = new MarkedSubscriber('behind', 'contract');
    await under.bus.subscribe(behind);
    await until(() => behind.taken.length === 40);
    await under.append('s', { n: 40 });
    await until(() => behind.taken.length === 41 && ahead.taken.length === 5);
    expect(behind.numbersOf('s')).toEqual(Array.from({ length: 41 }, (_, n) => n));
    await under.stop();
  });
});

describe('on a PostgreSQL server', () => {
  let postgres: PostgresHarness;
  let server: DatabaseServer;
  beforeAll(async () => {
    postgres = await startPostgres();
    server = await openPostgres(await postgres.createDatabase());
  });
  afterAll(async () => {
    await server.close();
    await postgres.stop();
  });

  eventBusContract('embedded, over a log on PostgreSQL with concurrent writers', () => busOn(server));
});
