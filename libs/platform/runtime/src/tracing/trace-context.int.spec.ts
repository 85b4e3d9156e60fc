import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { KeyedQueue, openPglite, openPostgres, type Database, type DatabaseServer } from '@smartkey/database';
import { createEventStore, type EventStore } from '@smartkey/event-store';
import { startPostgres, TestClock, type PostgresHarness } from '@smartkey/testing';
import { Collector } from '@smartkey/testing/end-to-end';
import { currentTraceparent, inSpan } from '@smartkey/tracing';
import type { RunningTracing } from '@smartkey/tracing/sdk';
import { pino } from 'pino';
import { startTracing } from './start-tracing.ts';

/** More than there are connections, so that most wait for one that another's work gives back. */
const AT_ONCE = 40;

let collector: Collector;
let tracing: RunningTracing;
let postgres: PostgresHarness;

beforeAll(async () => {
  collector = await Collector.start();
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url };
  tracing = await startTracing('test', env, pino({ level: 'silent' }));
  postgres = await startPostgres();
});
afterAll(async () => {
  await tracing.stop();
  await collector.close();
  await postgres.stop();
});

/** Runs work many times at once, each in a span of its own; every place it looks from must see that span. */
async function everyoneSeesItsOwn(work: (n: number, look: () => void) => Promise<void>): Promise<void> {
  const seen = Array.from({ length: AT_ONCE }, (_, n) =>
    inSpan('work', {}, async () => {
      const own = currentTraceparent();
      const looks: (string | undefined)[] = [];
      const look = () => void looks.push(currentTraceparent());
      await work(n, look);
      look();
      expect(looks.length).toBeGreaterThan(1);
      expect(new Set(looks)).toEqual(new Set([own]));
      return own;
    }),
  );
  expect(new Set(await Promise.all(seen)).size).toBe(AT_ONCE);
}

it('a queue by key hands each its own trace', async () => {
  const queue = new KeyedQueue();
  await everyoneSeesItsOwn((_, look) =>
    queue.run('the same', async () => {
      look();
      await new Promise((resolve) => setImmediate(resolve));
      look();
    }),
  );
});

describe.each<[string, () => Promise<DatabaseServer>]>([
  ['PGlite', () => openPglite(undefined)],
  ['a pool of PostgreSQL', async () => openPostgres(await postgres.createDatabase(), { max: 2 })],
])('%s', (_name, open) => {
  let server: DatabaseServer;
  let database: Database;
  let store: EventStore;
  beforeAll(async () => {
    server = await open();
    database = await server.database('traced');
    store = await createEventStore(database, new TestClock('2018-01-01T00:00:00Z'));
    await database.script('CREATE TABLE t (n integer)');
  });
  afterAll(() => server.close());

  it('keeps the trace of a statement that waits for its turn', () =>
    everyoneSeesItsOwn(async (n, look) => {
      await database.execute('INSERT INTO t VALUES ($1)', [n]);
      look();
      await Promise.all([1, 2, 3].map(() => database.query('SELECT 1').then(look)));
    }));

  it('keeps it within transactions, also of statements sent side by side', () =>
    everyoneSeesItsOwn(async (n, look) => {
      await database.transaction(async (tx) => {
        look();
        const statements = [n, n + 1].map((m) => tx.execute('INSERT INTO t VALUES ($1)', [m]).then(look));
        await Promise.all(statements);
        tx.afterCommit(look);
      });
    }));

  it('keeps it through an append to the log, one by one and many at once', () =>
    everyoneSeesItsOwn(async (n, look) => {
      const event = (kind: string) => ({
        id: `00000000-0000-4000-8000-${kind}${String(n).padStart(11, '0')}`,
        type: 'Happened',
        version: 1,
        data: {},
        metadata: { commandId: `c${n}`, actor: { role: 'system', key: 'test' } as const },
        occurredAt: '2018-01-01T00:00:00.000Z' as const,
      });
      await store.append({ stream: `one-${n}`, expected: 'no-stream', events: [event('1')] });
      look();
      await store.appendMany([{ stream: `many-${n}`, expected: 'no-stream', events: [event('2')] }]);
    }));
});
