import { type DatabaseServer, LARGE_CACHE, openPglite } from '@smartkey/database';
import { ConfigurationError } from '@smartkey/configuration';
import { type CommonSettings, dataFolderError, openDatabaseServer } from '@smartkey/runtime';
import type { Logger } from 'pino';

/** Opens the PostgreSQL server that the settings name, or the embedded database in the data folder. */
export async function openServer(settings: CommonSettings, log: Logger): Promise<DatabaseServer> {
  if (settings.databaseUrl === undefined) {
    const server = await openFolder(settings.dataDir, log);
    log.warn(
      { folder: settings.dataDir },
      'the embedded database does not fsync: it survives the death of this process, but not a power cut or the crash of ' +
        'the operating system; set DATABASE_URL for a PostgreSQL server where that matters',
    );
    return server;
  }
  return openDatabaseServer(settings.databaseUrl, log, { max: 20 });
}

async function openFolder(folder: string, log: Logger): Promise<DatabaseServer> {
  try {
    return await openPglite(folder, {
      warn: (message) => log.warn({ folder }, message),
      cacheMegabytes: LARGE_CACHE,
    });
  } catch (error) {
    throw dataFolderError(folder, error);
  }
}

/**
 * Keeps a second standalone program off the same data; the services in it rely on being the only ones.
 * @returns how to let go.
 */
export async function holdAlone(server: DatabaseServer): Promise<() => Promise<void>> {
  const shared = await server.database('standalone');
  let release!: () => void;
  const released = new Promise<void>((resolve) => (release = resolve));
  let held!: () => void;
  const holding = new Promise<void>((resolve) => (held = resolve));
  const ended = shared.exclusively(
    'alone',
    async () => {
      held();
      await released;
      return true;
    },
    { wait: false },
  );
  if ((await Promise.race([holding.then(() => true), ended])) === undefined)
    throw new ConfigurationError('DATABASE_URL', 'names a database that another standalone program is using');
  return async () => {
    release();
    await ended;
  };
}
