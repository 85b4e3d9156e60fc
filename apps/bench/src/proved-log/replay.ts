import { migrate } from '@smartkey/database';
import { deviceRegistryService } from '@smartkey/device-registry-service';
import {
  EmbeddedEventBus,
  FeedDirectory,
  PublishedWatermark,
  StoreLogFeed,
  WATERMARK_MIGRATION,
} from '@smartkey/event-bus';
import { SystemClock } from '@smartkey/identity';
import { ANCHOR_MIGRATION, PROJECTION_MIGRATION, ProjectionHost } from '@smartkey/projections';
import { pino } from 'pino';
import { loadOf, type Figure } from '../measure.ts';
import type { BenchLog } from './bench-log.ts';

const A_DAY = 24 * 3_600_000;
const PROJECTION = 'account-directory';

/** A projection made from the log, and made again beside it and compared, as an audit does. */
export async function replay(
  { database, store, server }: BenchLog,
  note: (text: string) => void,
): Promise<Figure> {
  const [counted] = await database.query<{ events: bigint }>('SELECT count(*) AS events FROM event_log');
  const events = Number(counted!.events);
  await migrate(database, [PROJECTION_MIGRATION, WATERMARK_MIGRATION, ANCHOR_MIGRATION], 'runtime');
  const log = pino({ level: 'silent' });
  const feeds = new FeedDirectory();
  feeds.add(
    'device-registry',
    new StoreLogFeed(
      'device-registry',
      store,
      (event) => deviceRegistryService.publish(event),
      new PublishedWatermark(database),
    ),
  );
  feeds.add('contract', {
    read: ({ after }) => Promise.resolve({ messages: [], upTo: after, settled: after }),
  });
  const bus = new EmbeddedEventBus(feeds, { log });
  const host = new ProjectionHost(
    {
      service: 'device-registry',
      database,
      bus,
      feeds,
      settled: () => store.settledPosition(),
      clock: new SystemClock(),
      log,
    },
    deviceRegistryService.projections.filter(({ name }) => name === PROJECTION),
  );
  try {
    await host.open();
    const last = await store.lastPosition();
    const made = await loadOf(server, async () => {
      await host.start();
      if (!(await host.reached('device-registry', last, A_DAY))) throw new Error('the log is not read');
    });
    note(`the projection is made after ${made.seconds.toFixed(0)} s`);
    let applied = 0;
    const replayed = await loadOf(server, async () => {
      const { same, messages } = await host.replay(PROJECTION, () => undefined);
      if (!same) throw new Error('the replay differs');
      if (messages !== events) throw new Error(`${messages} of ${events} messages were read`);
      applied = messages;
    });
    note(`replay: ${replayed.seconds.toFixed(1)} s, peak ${replayed.peakMegabytes} MB`);
    return {
      name: 'replay of the directory, compared',
      unit: 'events',
      rate: applied / replayed.seconds,
      limit: events / made.seconds,
      limitIs: 'the same projection made alone',
      load: replayed,
    };
  } finally {
    await host.stop();
    await bus.close();
  }
}
