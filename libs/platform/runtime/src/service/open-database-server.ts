import { type DatabaseServer, openPostgres } from '@smartkey/database';
import type { Logger } from 'pino';
import { ConfigurationError } from '@smartkey/configuration';
import { refuseUnsafeServer } from './refuse-unsafe-server.ts';

/**
 * Opens the PostgreSQL server that `DATABASE_URL` names.
 * @param options see `PostgresOptions`.
 * @throws ConfigurationError where it cannot be used, or loses what it acknowledges.
 */
export async function openDatabaseServer(
  url: string,
  log: Logger,
  options: { readonly max?: number; readonly news?: boolean } = {},
): Promise<DatabaseServer> {
  const server = await openPostgres(url, {
    ...options,
    onConnectionError: (error) => log.warn({ err: error }, 'a database connection broke'),
  }).catch((error: unknown) => {
    throw new ConfigurationError(
      'DATABASE_URL',
      `names a server that cannot be used: ${(error as Error).message}`,
    );
  });
  try {
    await refuseUnsafeServer(server);
    return server;
  } catch (error) {
    await server.close();
    throw error;
  }
}
