import { afterAll, beforeAll } from '@jest/globals';
import { openPostgres, type DatabaseServer } from '@smartkey/database';
import { startPostgres, type PostgresHarness } from '@smartkey/testing';
import { FakeEventStoreDb } from '@smartkey/testing/eventstoredb';
import { randomUUID } from 'node:crypto';
import { eventStoreContract } from '../event-store.contract.ts';
import { EventStoreDbConnection, openEventStoreDbLog, type EventStoreDbLogOptions } from './index.ts';

/** A real server, where one is named: `npm run test:eventstore`. */
const { EVENTSTORE_URL } = process.env;

let postgres: PostgresHarness;
let fake: FakeEventStoreDb;
beforeAll(async () => {
  postgres = await startPostgres();
  // A commit takes its time: what is asked at once meets it under way, as on a disk.
  fake = await FakeEventStoreDb.start({ commitMillis: 15 });
});
afterAll(async () => {
  await postgres.stop();
  await fake.stop();
});

const server = EVENTSTORE_URL === undefined ? 'EventStoreDB (fake)' : 'EventStoreDB';

/** As many processes would open one log: each with a connection of its own. */
async function opened(
  servers: readonly DatabaseServer[],
  more: Pick<EventStoreDbLogOptions, 'clock' | 'publishedBytes'>,
) {
  const log = `test-${randomUUID()}`;
  const connections = servers.map(() => new EventStoreDbConnection(EVENTSTORE_URL ?? fake.connectionString));
  const instances = await Promise.all(
    servers.map(async (each, i) =>
      openEventStoreDbLog({
        connection: connections[i]!,
        database: await each.database('service'),
        log,
        ...more,
      }),
    ),
  );
  return {
    instances,
    close: async () => {
      for (const instance of instances) await instance.close();
      for (const connection of connections) await connection.close();
      for (const each of servers) await each.close();
    },
  };
}

eventStoreContract(`${server}, by three instances`, async (clock, publishedBytes) => {
  const url = await postgres.createDatabase();
  const servers = await Promise.all([1, 2, 3].map(() => openPostgres(url, { max: 10 })));
  return opened(servers, { clock, publishedBytes });
});
