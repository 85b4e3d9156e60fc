import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { authenticationService } from '@smartkey/authentication-service';
import { migrate, openPostgres } from '@smartkey/database';
import { deviceRegistryService } from '@smartkey/device-registry-service';
import { createEventStore } from '@smartkey/event-store';
import { SystemClock } from '@smartkey/identity';
import { schemaOf } from '@smartkey/runtime';
import { openKeyMaterial, openSecrets } from '@smartkey/secrets';
import { startPostgres, type PostgresHarness } from '@smartkey/testing';
import { run } from './run.ts';

describe('the command line where services have databases of their own', () => {
  let postgres: PostgresHarness;
  let folder: string;
  let err: string[];
  const urls = new Map<string, string>();
  const cli = (service: string, ...words: string[]): Promise<number> => {
    err = [];
    return run(words, {
      // Nobody is to answer there: what is refused is refused before brokers are asked.
      env: {
        SMARTKEY_DATA_DIR: folder,
        DATABASE_URL: urls.get(service)!,
        KAFKA_BROKERS: '127.0.0.1:9',
      },
      out: () => {},
      err: (line) => void err.push(line),
    });
  };
  const keyFile = (): Promise<string> => readFile(join(folder, 'keys.json'), 'utf8');

  beforeAll(async () => {
    postgres = await startPostgres();
    folder = await mkdtemp(join(tmpdir(), 'smartkey-cli-'));
    const material = await openKeyMaterial({ dataDir: folder, env: {} });
    for (const { name, migrations } of [deviceRegistryService, authenticationService]) {
      urls.set(name, await postgres.createDatabase());
      const server = await openPostgres(urls.get(name)!, { max: 2 });
      const database = await server.database(schemaOf(name));
      const secrets = await openSecrets({ database, service: name, material });
      await createEventStore(database, new SystemClock());
      await migrate(database, migrations, 'service', secrets);
      await server.close();
    }
  });
  afterAll(async () => {
    await postgres.stop();
    await rm(folder, { recursive: true });
  });

  it('drops no key that the data keys of a database which it does not see may need', async () => {
    expect(await cli('device-registry', 'rotate-keys')).toBe(0);
    const keys = await keyFile();
    expect(await cli('device-registry', 'rotate-keys', '--drop-old')).toBe(2);
    expect(err.join()).toContain('contract, authentication, billing, gateway never ran on this database');
    expect(await keyFile()).toBe(keys);
    // They were needed.
    expect(await cli('authentication', 'rotate-keys')).toBe(0);
  });

  it('destroys no lookup key that digests there are by', async () => {
    const keys = await keyFile();
    expect(await cli('device-registry', 'keys', 'rotate-lookup')).toBe(2);
    expect(err.join()).toContain('its digests would be by a key that is destroyed');
    expect(await keyFile()).toBe(keys);
  });

  it('moves no marks while those of others would stay', async () => {
    expect(await cli('device-registry', 'repartition', '4', 'smartkey.g2')).toBe(2);
    expect(err.join()).toContain('its marks would stay on the former partitions');
  });
});
