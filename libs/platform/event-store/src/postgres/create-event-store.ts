import { migrate, type Database } from '@smartkey/database';
import type { Clock } from '@smartkey/kernel';
import type { PublishedBytes } from '../event-store.port.ts';
import { eventLogMigrations } from './event-log.migrations.ts';
import { PostgresEventStore } from './postgres-event-store.ts';

/**
 * Opens the log of a service in its schema, on PGlite and on a PostgreSQL server alike: makes or brings up to date its tables
 * (safe with several instances), and sees that positions go on growing where the log was restored into another server.
 * @param clock business time, for `recordedAt`.
 * @param publishedBytes refuses what would be too large once it is published; where missing, nothing is published.
 */
export async function createEventStore(
  database: Database,
  clock: Clock,
  publishedBytes?: PublishedBytes,
): Promise<PostgresEventStore> {
  await migrate(database, eventLogMigrations, 'event-store');
  await database.query('SELECT lift_log_base()');
  return new PostgresEventStore(database, clock, publishedBytes);
}
