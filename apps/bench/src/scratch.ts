import { openPglite, openPostgres, type DatabaseServer } from '@smartkey/database';
import { whileOpen } from '@smartkey/lifecycle';
import { ownFolder, removeFolder } from '@smartkey/servers';
import { CountedServer } from './counted-server.ts';

/** A database for one bench: the embedded one in a new folder, or the server that BENCH_DATABASE_URL names. */
export async function withScratchServer<T>(work: (server: CountedServer) => Promise<T>): Promise<T> {
  return whileOpen(async (closers) => {
    const server = new CountedServer(
      await opened((folder) => closers.add('the folder', () => removeFolder(folder))),
    );
    closers.add('the database', () => server.close());
    return work(server);
  });
}

async function opened(made: (folder: string) => void): Promise<DatabaseServer> {
  const url = process.env['BENCH_DATABASE_URL'];
  if (url !== undefined) return openPostgres(url, { max: 20 });
  const folder = await ownFolder('smartkey-bench-');
  made(folder);
  return openPglite(folder);
}
