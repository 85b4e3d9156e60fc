import { execFile, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { appendFile, chown, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  endBy,
  freePort,
  launchServer,
  postgresBinaries,
  type PostgresServer,
  serverUser,
} from '@smartkey/servers';
import { until } from '@smartkey/testing/end-to-end';
import { Client } from 'pg';

const run = promisify(execFile);

/**
 * Copies the files of a running server as its own tools do (the low-level backup of PostgreSQL's manual): what was committed at the end of the
 * copy is in it.
 * @param serverFolder as `PostgresServer.start` was told.
 */
export async function copyServer(server: PostgresServer, serverFolder: string, to: string): Promise<void> {
  const client = new Client(server.url);
  await client.connect();
  try {
    await client.query(`SELECT pg_backup_start('drill', true)`);
    await copyFiles(join(serverFolder, 'data'), to);
    const { rows } = await client.query<{ labelfile: string }>('SELECT labelfile FROM pg_backup_stop(false)');
    // The write-ahead log up to the end of the copy, which it needs to be whole.
    await rm(join(to, 'pg_wal'), { recursive: true });
    await copyFiles(join(serverFolder, 'data/pg_wal'), join(to, 'pg_wal'));
    await rm(join(to, 'postmaster.pid'), { force: true });
    await ownFile(join(to, 'backup_label'), rows[0]!.labelfile);
  } finally {
    await client.end();
  }
}

/** Stops the server as a crash does, puts the copy in the place of its files, and starts it, on the same port. */
export async function putServerBack(
  server: PostgresServer,
  serverFolder: string,
  copy: string,
): Promise<void> {
  await server.kill();
  const data = join(serverFolder, 'data');
  await rm(data, { recursive: true });
  await copyFiles(copy, data);
  await server.resume();
}

/** A server that follows another, and falls behind when told. */
export class Standby {
  private constructor(
    private readonly url: string,
    private readonly process: ChildProcess,
    readonly data: string,
  ) {}

  /** Begins from a copy of the other's files. */
  static async start(server: PostgresServer, serverFolder: string, data: string): Promise<Standby> {
    await copyServer(server, serverFolder, data);
    await ownFile(join(data, 'standby.signal'), '');
    const { hostname, port, password } = new URL(server.url);
    const own = await freePort();
    await appendFile(
      join(data, 'postgresql.auto.conf'),
      `primary_conninfo = 'host=${hostname} port=${port} user=postgres password=${password}'\n`,
    );
    const settings = { port: String(own), max_connections: '300' };
    const process = await launchServer(await postgresBinaries(), data, settings, { detached: true });
    const url = new URL(server.url);
    url.port = String(own);
    return new Standby(url.href, process, data);
  }

  /** Waits until it has everything that the other has now, and takes in nothing more. */
  async fallBehind(server: PostgresServer): Promise<void> {
    const at = await ask<{ at: string }>(server.url, 'SELECT pg_current_wal_lsn()::text AS at');
    const replayed = `SELECT pg_last_wal_replay_lsn() >= '${at.at}'::pg_lsn AS there`;
    await until(async () => (await ask<{ there: boolean }>(this.url, replayed)).there);
    await ask(this.url, `ALTER SYSTEM SET primary_conninfo = ''`);
    await ask(this.url, 'SELECT pg_reload_conf()');
    const receivers = 'SELECT count(*)::integer AS n FROM pg_stat_wal_receiver';
    await until(async () => (await ask<{ n: number }>(this.url, receivers)).n === 0);
  }

  /** It leads from now on, where it stands, on a timeline of its own; then it is stopped, its files whole for a server at any address. */
  async promote(): Promise<void> {
    await ask(this.url, 'SELECT pg_promote(true, 60)');
    await endBy(this.process, 'SIGINT');
  }

  async end(): Promise<void> {
    await endBy(this.process, 'SIGQUIT');
  }
}

async function ask<Row extends object>(url: string, text: string): Promise<Row> {
  const client = new Client(url);
  await client.connect();
  try {
    const { rows } = await client.query<Row>(text);
    return rows[0]!;
  } finally {
    await client.end();
  }
}

async function ownFile(path: string, text: string): Promise<void> {
  await writeFile(path, text);
  const { uid, gid } = serverUser();
  if (uid !== undefined && gid !== undefined) await chown(path, uid, gid);
}

/** With owners, modes and times. A file that goes meanwhile is not needed: the write-ahead log tells of it. */
async function copyFiles(from: string, to: string): Promise<void> {
  await run('cp', ['-a', from, to]).catch((error: unknown) => {
    const { stderr = '' } = error as { readonly stderr?: string };
    const others = stderr
      .split('\n')
      .filter((line) => line !== '' && !line.includes('No such file or directory'));
    if (others.length > 0 || !existsSync(to)) throw error;
  });
}
