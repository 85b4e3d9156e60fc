import type { Environment } from '@smartkey/configuration';
import { eventStoreSettings } from './eventstore-variables.ts';
import { postgresLogs, type ServiceLogs } from './service-logs.ts';

/**
 * The logs as the environment says: in PostgreSQL, or in EventStoreDB where `EVENTSTORE_URL` names a server.
 * @throws ConfigurationError
 */
export async function serviceLogs(env: Environment): Promise<ServiceLogs> {
  const settings = eventStoreSettings(env);
  if (settings === undefined) return postgresLogs;
  // Here, and not above: who keeps no log there loads no client of it.
  const { eventStoreDbLogs } = await import('./eventstoredb-logs.ts');
  return eventStoreDbLogs(settings);
}
