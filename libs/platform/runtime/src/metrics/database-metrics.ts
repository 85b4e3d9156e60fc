import type { DatabaseServer } from '@smartkey/database';
import { Gauges } from '@smartkey/metrics';
import type { Registry } from 'prom-client';

/** What a process asks of its database. @returns how to stop measuring. */
export function measureDatabase(metrics: Registry, server: DatabaseServer): () => void {
  const gauges = new Gauges(metrics, {});
  gauges.show(
    'smartkey_database_statements',
    'Statements sent to the database by this process since its start.',
    () => server.statements,
  );
  return () => gauges.stop();
}
