import type { Migration } from '@smartkey/database';
import {
  evidenceTables,
  followedLossesTables,
  incarnationTables,
  proposedEndColumns,
} from '../went-back/went-back.tables.ts';

/** What a log in EventStoreDB keeps in the schema of its service: docs/decisions/0013-logs-in-eventstoredb.md. */
export const eventStoreDbLogMigrations: readonly Migration[] = [
  {
    id: '0001-claims-and-instances',
    sql: `
      -- Which stream an event's id belongs to: ids are unique over the whole log. The event, if it was appended, does not
      -- stand before from_revision. Holders are the attempts that may have appended it or still do: '<instance>/<number>'.
      CREATE TABLE event_claims (
        id            uuid PRIMARY KEY,
        stream        text COLLATE "C" NOT NULL,
        from_revision integer NOT NULL,
        holders       text[] NOT NULL
      );
      -- The processes that append to the log. Where a lease has ended its instance appends no more.
      CREATE TABLE log_instances (
        id           uuid PRIMARY KEY,
        lease_until  timestamptz NOT NULL,
        -- The furthest fence before which it has no append under way, and begins none.
        acknowledged timestamptz
      );
      CREATE TABLE log_fence (
        one_row boolean PRIMARY KEY DEFAULT true CHECK (one_row),
        fence   timestamptz
      );
      INSERT INTO log_fence DEFAULT VALUES;`,
  },
  {
    id: '0002-identity',
    sql: `
      -- The id that the log on the server bears as well: what belongs together.
      CREATE TABLE log_identity (
        one_row boolean PRIMARY KEY DEFAULT true CHECK (one_row),
        id      uuid NOT NULL
      );`,
  },
  {
    id: '0003-went-back',
    sql: `
      -- Since when the log is known to lack events that others have read: every instance sees it with its lease, and appends nothing.
      ALTER TABLE log_fence ADD COLUMN went_back_since timestamptz;
      ${evidenceTables}`,
  },
  { id: '0004-incarnations', sql: incarnationTables },
  { id: '0005-followed-losses', sql: followedLossesTables },
  { id: '0006-end-of-a-proposed-loss', sql: proposedEndColumns },
];
