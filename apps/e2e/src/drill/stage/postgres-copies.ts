import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chown, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type PostgresServer, serverUser } from '@smartkey/servers';
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
