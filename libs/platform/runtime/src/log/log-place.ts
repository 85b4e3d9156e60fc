import { migrate, type Database, type Migration } from '@smartkey/database';
import type { ServiceName } from '@smartkey/event-bus';
import { ConfigurationError } from '@smartkey/configuration';

const LOG_PLACE_MIGRATION: Migration = {
  id: '0001-log-place',
  sql: `
    CREATE TABLE log_place (
      one_row boolean PRIMARY KEY DEFAULT true CHECK (one_row),
      -- postgres, or eventstoredb:<prefix>.<service>
      place   text NOT NULL
    )`,
};

/**
 * A log stays where it was begun: positions of one store mean nothing in another, and everybody's marks stand on them. Records the
 * place at the first start.
 * @throws ConfigurationError where the log was begun in another place.
 */
export async function keepLogPlace(
  database: Database,
  service: ServiceName,
  place: 'postgres' | `eventstoredb:${string}`,
): Promise<void> {
  await migrate(database, [LOG_PLACE_MIGRATION], 'log-place');
  // Before there was a choice, logs were in PostgreSQL.
  await database.execute(
    `INSERT INTO log_place (place) SELECT CASE WHEN to_regclass('event_log') IS NULL THEN $1 ELSE 'postgres' END
     ON CONFLICT DO NOTHING`,
    [place],
  );
  const [kept] = await database.query<{ place: string }>('SELECT place FROM log_place');
  if (kept!.place === place) return;
  throw kept!.place === 'postgres'
    ? new ConfigurationError(
        'EVENTSTORE_URL',
        `is set, but the log of ${service} was begun in PostgreSQL and stays there: unset it, or begin with an empty database`,
      )
    : new ConfigurationError(
        place === 'postgres' ? 'EVENTSTORE_URL' : 'SMARTKEY_EVENTSTORE_PREFIX',
        place === 'postgres'
          ? `must name the EventStoreDB server in which the log of ${service} was begun`
          : `must be such that the log of ${service} is ${kept!.place.slice('eventstoredb:'.length)}, as it was begun`,
      );
}
