import { afterAll, beforeAll } from '@jest/globals';
import { openPglite, openPostgres } from '@smartkey/database';
import { startPostgres, type PostgresHarness } from '@smartkey/testing';
import { eventStoreContract } from '../event-store.contract.ts';
import { createEventStore } from '../index.ts';

let postgres: PostgresHarness;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

eventStoreContract('PGlite', async (clock, publishedBytes) => {
  const server = await openPglite(undefined);
  const store = await createEventStore(await server.database('service'), clock, publishedBytes);
  return { instances: [store], close: () => server.close() };
});

eventStoreContract('PostgreSQL, by two instances', async (clock, publishedBytes) => {
  const url = await postgres.createDatabase();
  const servers = await Promise.all([openPostgres(url, { max: 10 }), openPostgres(url, { max: 10 })]);
  const instances = await Promise.all(
    servers.map(async (server) => createEventStore(await server.database('service'), clock, publishedBytes)),
  );
  return { instances, close: async () => void (await Promise.all(servers.map((server) => server.close()))) };
});
