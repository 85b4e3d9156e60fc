import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { chown, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { freePort, postgresBinaries, serverUser, type PostgresBinaries } from '@smartkey/servers';

/** A real PostgreSQL server of the test file that starts it. */
export interface PostgresHarness {
  /** @returns the URL of a new, empty database. */
  createDatabase(): Promise<string>;
  /** Ends the server and removes its data. */
  stop(): Promise<void>;
}

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
    await initialise(binaries, data);
    const server = await launch(binaries, data, { ...settings, port: String(port) });
    const die = () => {
      server.kill('SIGKILL');
      remove();
    };
    process.once('exit', die);
    return harnessOf(`postgres://postgres@127.0.0.1:${port}`, async () => {
      process.off('exit', die);
      const ended = once(server, 'exit');
      server.kill('SIGQUIT');
      await ended;
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

async function initialise({ initdb }: PostgresBinaries, data: string): Promise<void> {
  const child = start(initdb, [
    '-D',
    data,
    '-U',
    'postgres',
    '-A',
    'trust',
    '-E',
    'UTF8',
    '--locale=C',
    '--no-sync',
  ]);
  const said = wordsOf(child);
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`initdb ended with ${code}: ${said()}`);
}

async function launch(
  { postgres }: PostgresBinaries,
  data: string,
  settings: Readonly<Record<string, string>>,
): Promise<ChildProcess> {
  const all = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '60',
    shared_buffers: '64MB',
    fsync: 'off',
    ...settings,
  };
  const child = start(postgres, [
    '-D',
    data,
    ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ]);
  const said = wordsOf(child);
  await new Promise<void>((resolve, reject) => {
    child.stderr!.on('data', () => said().includes('ready to accept connections') && resolve());
    child.once('exit', (code) => reject(new Error(`PostgreSQL ended with ${code}: ${said()}`)));
    child.once('error', reject);
  });
  return child;
}

const start = (program: string, parameters: readonly string[]): ChildProcess =>
  spawn(program, parameters, {
    ...serverUser(),
    cwd: tmpdir(),
    env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });

/** The last of what a program says. */
function wordsOf(child: ChildProcess): () => string {
  let words = '';
  const listen = (chunk: Buffer) => (words = (words + chunk.toString()).slice(-10_000));
  child.stdout!.on('data', listen);
  child.stderr!.on('data', listen);
  return () => words;
}
