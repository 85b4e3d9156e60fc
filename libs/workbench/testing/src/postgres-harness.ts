import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { chown, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import {
  endBy,
  freePort,
  launchServer,
  makeServerFiles,
  postgresBinaries,
  serverUser,
} from '@smartkey/servers';

/** A real PostgreSQL server of the test file that starts it. */
export interface PostgresHarness {
  /** @returns the URL of a new, empty database. */
  createDatabase(): Promise<string>;
  /** Ends the server and removes its data. */
  stop(): Promise<void>;
}

const SETTINGS = { max_connections: '60', shared_buffers: '64MB', fsync: 'off' };

/**
 * Starts a PostgreSQL server on a free port in a second or two: in `beforeAll`, with `stop` in `afterAll`. It does not
 * fsync; nothing of it outlives the process.
 * @param settings of the server, such as `{ fsync: 'on' }`.
 */
export async function startPostgres(
  settings: Readonly<Record<string, string>> = {},
): Promise<PostgresHarness> {
  const binaries = await postgresBinaries();
  const folder = join(tmpdir(), `smartkey-test-${process.pid}-${randomBytes(4).toString('hex')}`);
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const { uid, gid } = serverUser();
  await mkdir(folder, { mode: 0o700 });
  if (uid !== undefined && gid !== undefined) await chown(folder, uid, gid);
  const data = join(folder, 'data');
  try {
    const port = await freePort();
    await makeServerFiles(binaries, data, ['-A', 'trust', '--no-sync']);
    const server = await launchServer(binaries, data, { ...SETTINGS, ...settings, port: String(port) });
    const die = () => {
      server.kill('SIGKILL');
      remove();
    };
    process.once('exit', die);
    return harnessOf(`postgres://postgres@127.0.0.1:${port}`, async () => {
      process.off('exit', die);
      await endBy(server, 'SIGQUIT');
      remove();
    });
  } catch (error) {
    remove();
    throw error;
  }
}

function harnessOf(url: string, stop: () => Promise<void>): PostgresHarness {
  let databases = 0;
  return {
    async createDatabase() {
      databases += 1;
      const client = new Client(`${url}/postgres`);
      await client.connect();
      await client.query(`CREATE DATABASE test_${databases}`);
      await client.end();
      return `${url}/test_${databases}`;
    },
    stop,
  };
}
