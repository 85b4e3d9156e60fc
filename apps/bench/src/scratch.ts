import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPglite, openPostgres, type DatabaseServer } from '@smartkey/database';
import { whileOpen } from '@smartkey/lifecycle';

/** A database for one bench: the embedded one in a new folder, or the server that BENCH_DATABASE_URL names. */
export async function withScratchServer<T>(work: (server: DatabaseServer) => Promise<T>): Promise<T> {
  const url = process.env['BENCH_DATABASE_URL'];
  if (url !== undefined) {
    const server = await openPostgres(url, { max: 20 });
    return work(server).finally(() => server.close());
  }
  return whileOpen(async (closers) => {
    const folder = await mkdtemp(join(tmpdir(), 'smartkey-bench-'));
    closers.add('the folder', () => rm(folder, { recursive: true, force: true }));
    const server = await openPglite(folder);
    closers.add('the database', () => server.close());
    return work(server);
  });
}
