import { EventStoreDBClient, jsonEvent, NO_STREAM } from '@eventstore/db-client';
import { whileOpen } from '@smartkey/lifecycle';
import { ownFolder, ownProcess, PostgresServer, removeFolder } from '@smartkey/servers';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { secondsOfImport, systemForImports } from './import.bench.ts';
import { type Figure, rateOf } from './measure.ts';

/** A real server; without one, the fake in a process of its own, which forgets all at its end. */
const URL_SETTING = process.env['BENCH_EVENTSTORE_URL'];
const FAKE = join(import.meta.dirname, '../../../libs/workbench/testing/dist/eventstoredb/main.js');
/** Appends of the bare client under way at once. */
const AT_ONCE = 32;

/** An import into logs in EventStoreDB, beside as many new streams as its own client appends to in the same run. Read models lie in a PostgreSQL server of its own. */
export async function importEventStoreDbBench(imported: number): Promise<Figure[]> {
  const folder = await ownFolder('smartkey-bench-esdb-');
  return whileOpen(async (closers) => {
    closers.add('the folder', () => removeFolder(folder));
    const postgres = await PostgresServer.start(join(folder, 'postgres'));
    closers.add('PostgreSQL', () => postgres.stop());
    let url = URL_SETTING;
    if (url === undefined) {
      const fake = ownProcess(spawn(process.execPath, [FAKE], { stdio: ['ignore', 'pipe', 'inherit'] }));
      closers.add('the fake', async () => {
        fake.kill('SIGTERM');
        await once(fake, 'exit');
      });
      [url] = (await once(createInterface(fake.stdout), 'line')) as [string];
    }
    const limit = await bareAppends(url, imported);
    const system = await systemForImports({
      DATABASE_URL: postgres.url,
      EVENTSTORE_URL: url,
      SMARTKEY_EVENTSTORE_PREFIX: `bench${process.pid}`,
    });
    closers.add('the system', () => system.dispose());
    const seconds = await secondsOfImport(system, imported);
    await system.stop();
    return [
      {
        name: `import of ${imported.toLocaleString('en')} IDs, logs in EventStoreDB`,
        unit: 'IDs',
        rate: imported / seconds,
        limit,
        limitIs: `its client's appends to new streams, ${AT_ONCE} at once`,
        note: URL_SETTING === undefined ? 'on the fake: no real server' : 'on a real server',
      },
    ];
  }, 60_000);
}

/** Events about as large as those of an import, each to a stream of its own. */
async function bareAppends(url: string, count: number): Promise<number> {
  const client = EventStoreDBClient.connectionString(url);
  const append = (n: number): Promise<unknown> =>
    client.appendToStream(
      `bare${process.pid}.account-${n}`,
      jsonEvent({
        type: 'IdRegistered',
        data: { account: `rid_${n}`, spell: 1, registeredOn: '2018-01-01', externalId: 'x'.repeat(120) },
        metadata: { commandId: `bare-${n}`, hash: '5a'.repeat(32) },
      }),
      { expectedRevision: NO_STREAM },
    );
  try {
    return await rateOf(count, async () => {
      let next = 0;
      const working = async (): Promise<void> => {
        for (let n = next++; n < count; n = next++) await append(n);
      };
      await Promise.all(Array.from({ length: AT_ONCE }, working));
    });
  } finally {
    await client.dispose();
  }
}
