import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { authenticationService } from '@smartkey/authentication-service';
import { billingService } from '@smartkey/billing-service';
import { contractService } from '@smartkey/contract-service';
import { DatabaseUnavailableError, migrate, openPostgres } from '@smartkey/database';
import { deviceRegistryService } from '@smartkey/device-registry-service';
import { derivedUuid, SystemClock } from '@smartkey/identity';
import { systemActor } from '@smartkey/kernel';
import type { Environment } from '@smartkey/configuration';
import { schemaOf, serviceLogs } from '@smartkey/runtime';
import { openKeyMaterial, openSecrets } from '@smartkey/secrets';
import { startPostgres, type PostgresHarness } from '@smartkey/testing';
import { FakeEventStoreDb } from '@smartkey/testing/eventstoredb';
import { withData } from './data/open-data.ts';
import { pauseAppends } from './heads/pause-appends.ts';
import { run } from './run.ts';

const DEFINITIONS = [contractService, deviceRegistryService, authenticationService, billingService];

describe('the command line on logs in EventStoreDB', () => {
  let postgres: PostgresHarness;
  let fake: FakeEventStoreDb;
  let env: Environment;
  let out: string[];
  let err: string[];
  const cli = async (...words: string[]): Promise<number> => {
    out = [];
    err = [];
    return run(words, { env, out: (line) => void out.push(line), err: (line) => void err.push(line) });
  };

  beforeAll(async () => {
    [postgres, fake] = await Promise.all([startPostgres(), FakeEventStoreDb.start()]);
    const folder = await mkdtemp(join(tmpdir(), 'smartkey-cli-'));
    const material = await openKeyMaterial({ dataDir: folder, env: {} });
    env = {
      DATABASE_URL: await postgres.createDatabase(),
      EVENTSTORE_URL: fake.connectionString,
      SMARTKEY_DATA_DIR: folder,
    };
    const server = await openPostgres(env['DATABASE_URL']!, { max: 2 });
    const logs = await serviceLogs(env);
    const clock = new SystemClock();
    for (const { name, migrations } of DEFINITIONS) {
      const database = await server.database(schemaOf(name));
      await migrate(
        database,
        migrations,
        'service',
        await openSecrets({ database, service: name, material }),
      );
      const { store } = await logs.open(name, { database, clock });
      const stream = `odd-${name}`;
      const events = [0, 1, 2].map((n) => ({
        id: derivedUuid(stream, n),
        type: 'Happened',
        version: 1,
        data: { n },
        metadata: { commandId: `command-${n}`, actor: systemActor('test') },
        occurredAt: clock.now(),
      }));
      await store.append({ stream, expected: 'no-stream', events });
    }
    await logs.close();
    await server.close();
  });
  afterAll(async () => {
    await postgres.stop();
    await fake.stop();
    await rm(env['SMARTKEY_DATA_DIR']!, { recursive: true });
  });

  it('verifies each log where it lies, and names what was altered there', async () => {
    expect(await cli('verify')).toBe(0);
    expect(out).toEqual([
      ...DEFINITIONS.map(({ name }) => `${name}: 3 events in 1 streams, 0 broken`),
      'gateway: no log',
    ]);
    const record = fake.log.stream('smartkey.billing/odd-billing')[1] as { data: Uint8Array };
    const { data } = record;
    record.data = Buffer.from('{"n":7}');
    expect(await cli('verify')).toBe(1);
    expect(out).toContainEqual(expect.stringMatching(/^ {2}odd-billing at revision 1 is altered: /));
    record.data = data;
  });

  it('replays a stream from there', async () => {
    expect(await cli('replay', 'odd-device-registry')).toBe(0);
    expect(out.map((line) => (JSON.parse(line) as { data: object }).data)).toEqual([
      { n: 0 },
      { n: 1 },
      { n: 2 },
    ]);
  });

  it('pauses appends for copies of both servers, with a limit, and lets them go on', async () => {
    const server = await openPostgres(env['DATABASE_URL']!, { max: 2 });
    const logs = await serviceLogs(env);
    const clock = new SystemClock();
    let n = 0;
    const append = async (service: 'billing' | 'authentication') => {
      const { store } = await logs.open(service, { database: await server.database(service), clock });
      const metadata = { commandId: `paused-${n}`, actor: systemActor('test') };
      const events = [
        {
          id: derivedUuid('paused', (n += 1)),
          type: 'Happened',
          version: 1,
          data: {},
          metadata,
          occurredAt: clock.now(),
        },
      ];
      return store.append({ stream: `paused-${service}`, expected: 'any', events });
    };
    expect(await cli('backup', '--pause', '--minutes', '0')).toBe(2);
    const { paused, claiming } = await withData(env, (data) => pauseAppends(data, 5));
    expect([paused, claiming]).toEqual([['authentication'], ['contract', 'device-registry', 'billing']]);
    await expect(append('billing')).rejects.toThrow(/appends are paused for a backup until 20/);
    await expect(append('authentication')).rejects.toBeInstanceOf(DatabaseUnavailableError);
    const file = join(env['SMARTKEY_DATA_DIR']!, 'paused.json');
    expect(await cli('backup', '--heads', file)).toBe(0);
    expect(await cli('restore', '--check', file)).toBe(0);
    expect(err).toContainEqual(
      expect.stringMatching(
        /^the copy was made while appends were paused \(.*\): let them go on with backup --resume$/,
      ),
    );
    expect(await cli('backup', '--resume')).toBe(0);
    await append('billing');
    await append('authentication');

    // A limit that has come lets them in by itself, and is told.
    await withData(env, (data) => pauseAppends(data, -1));
    await append('billing');
    await append('authentication');
    expect(await cli('backup', '--resume')).toBe(1);
    expect(out.at(-1)).toMatch(
      /^the pause had ended by itself at 20.*: what was copied after that is not of one moment$/,
    );
    expect(await cli('backup', '--resume')).toBe(1);
    expect(out).toEqual(['appends were not paused']);
    await logs.close();
    await server.close();
  });

  it('takes the heads of the logs there, and says of a server that was put back whether it holds as much', async () => {
    const older = fake.copy();
    const billing = async (n: number, type: string): Promise<void> => {
      const server = await openPostgres(env['DATABASE_URL']!, { max: 2 });
      const logs = await serviceLogs(env);
      const clock = new SystemClock();
      const { store } = await logs.open('billing', { database: await server.database('billing'), clock });
      const metadata = { commandId: `${type}-${n}`, actor: systemActor('test') };
      const id = derivedUuid(type, n);
      const events = [{ id, type, version: 1, data: { n }, metadata, occurredAt: clock.now() }];
      await store.append({ stream: 'odd-billing', expected: 'any', events });
      await logs.close();
      await server.close();
    };
    await billing(3, 'Happened');
    const file = join(env['SMARTKEY_DATA_DIR']!, 'heads.json');
    expect(await cli('backup', '--heads', file)).toBe(0);
    expect(out).toContainEqual(expect.stringMatching(/^billing \(eventstoredb\): 6 events, the last /));
    expect(out).toContainEqual(expect.stringMatching(/^authentication \(postgres\): 5 events/));
    const younger = fake.copy();
    expect(await cli('restore', '--check', file)).toBe(0);

    fake.putBack(older);
    expect(await cli('restore', '--check', file)).toBe(1);
    expect(out).toContain('  1 of the 6 events that were there are missing');
    expect(out.at(-1)).toMatch(/^not what was there at .*: billing$/);
    // The position is given again.
    await billing(3, 'Otherwise');
    expect(await cli('restore', '--check', file)).toBe(1);
    expect(out.join('\n')).toMatch(/lies another event than the last that was there/);
    fake.putBack(younger);
    expect(await cli('restore', '--check', file)).toBe(0);

    const other = await FakeEventStoreDb.start();
    env = { ...env, EVENTSTORE_URL: other.connectionString };
    expect(await cli('restore', '--check', file)).toBe(1);
    expect(out.at(-1)).toMatch(/: contract, device-registry, billing$/);
    await other.stop();
    env = { ...env, EVENTSTORE_URL: fake.connectionString };
  });

  it('says what is wrong where the setting names another server, or none', async () => {
    const { EVENTSTORE_URL } = env;
    env = { ...env, EVENTSTORE_URL: undefined };
    expect(await cli('verify')).toBe(2);
    expect(err).toEqual([expect.stringMatching(/^EVENTSTORE_URL must name the EventStoreDB server /)]);
    const other = await FakeEventStoreDb.start();
    env = { ...env, EVENTSTORE_URL: other.connectionString };
    expect(await cli('verify')).toBe(2);
    expect(err).toEqual([expect.stringMatching(/^EVENTSTORE_URL cannot be used: the server has no log /)]);
    expect(await cli('log', 'compare', 'contract')).toBe(1);
    expect(out).toContain('  the server has no log smartkey.contract, but the database has one there');
    await other.stop();
    env = { ...env, EVENTSTORE_URL };
  });
});
