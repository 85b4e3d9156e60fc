import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPglite, openPostgres, type DatabaseServer } from '@smartkey/database';

/** A database for one bench: the embedded one in a new folder, or the server that BENCH_DATABASE_URL names. */
export async function withScratchServer<T>(work: (server: DatabaseServer) => Promise<T>): Promise<T> {
  const url = process.env['BENCH_DATABASE_URL'];
  if (url !== undefined) {
    const server = await openPostgres(url, { max: 20 });
    return work(server).finally(() => server.close());
  }
  const folder = await mkdtemp(join(tmpdir(), 'smartkey-bench-'));
  const server = await openPglite(folder);
  try {
    return await work(server);
  } finally {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  }
}
