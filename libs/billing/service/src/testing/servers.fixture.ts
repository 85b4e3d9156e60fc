import { openPglite, openPostgres, type DatabaseServer } from '@smartkey/database';
import { startPostgres } from '@smartkey/testing';

/** A database of either kind, for one test file. */
export async function openServer(
  kind: 'pglite' | 'postgres',
): Promise<{ readonly server: DatabaseServer; readonly stop: () => Promise<void> }> {
  if (kind === 'pglite') {
    const server = await openPglite(undefined);
    return { server, stop: () => server.close() };
  }
  const postgres = await startPostgres();
  const server = await openPostgres(await postgres.createDatabase());
  const stop = async () => {
    await server.close();
    await postgres.stop();
  };
  return { server, stop };
}
