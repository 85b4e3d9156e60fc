import { FakeEventStoreDb } from './fake-eventstoredb.ts';

/*
 * node libs/workbench/testing/dist/eventstoredb/main.js [port]
 *
 * The fake as a process, for trying what EVENTSTORE_URL does where there is no real server. It forgets all at its end.
 */
const fake = await FakeEventStoreDb.start({ port: Number(process.argv[2] ?? 0) });
process.stdout.write(`${fake.connectionString}\n`);
process.once('SIGTERM', () => void fake.stop().then(() => process.exit()));
