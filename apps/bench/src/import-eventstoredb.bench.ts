import { EventStoreDBClient, jsonEvent, NO_STREAM } from '@eventstore/db-client';
import { whileOpen } from '@smartkey/lifecycle';
import { ownProcess } from '@smartkey/servers';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { secondsOfImport } from './import.bench.ts';
import { type Figure, rateOf } from './measure.ts';
import { sendAll } from './paced.ts';
import { scratchPostgres } from './scratch.ts';
import { unlimitedSystem } from './unlimited-system.ts';

/** A real server; without one, the fake in a process of its own, which forgets all at its end. */
const URL_SETTING = process.env['BENCH_EVENTSTORE_URL'];
const FAKE = join(import.meta.dirname, '../../../libs/workbench/testing/dist/eventstoredb/main.js');
/** Appends of the bare client under way at once. */
const AT_ONCE = 32;

/** An import into logs in EventStoreDB, beside as many new streams as its own client appends to in the same run. Read models lie in a PostgreSQL server of its own. */
export function importEventStoreDbBench(imported: number): Promise<Figure[]> {
  return whileOpen(async (closers) => {
    const postgres = await scratchPostgres(closers);
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
    const system = await unlimitedSystem(closers, {
      DATABASE_URL: postgres.url,
      EVENTSTORE_URL: url,
      SMARTKEY_EVENTSTORE_PREFIX: `bench${process.pid}`,
    });
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
    return await rateOf(count, () => sendAll([...Array(count).keys()], AT_ONCE, append));
  } finally {
    await client.dispose();
  }
}
