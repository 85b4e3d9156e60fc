import type { Migration } from '@smartkey/database';
import { appendBatchFunction } from './append-batch.sql.ts';
import { appendEventFunction } from './append-event.sql.ts';
import { appendEventsFunction, secondAppendEventsFunction } from './append-events.sql.ts';
import { appendHeldFunction } from './append-held.sql.ts';
import { appendStreamsFunction, secondAppendStreamsFunction } from './append-streams.sql.ts';
import { firstAppendEventsFunction } from './first-append-events.sql.ts';
import { firstAppendStreamsFunction } from './first-append-streams.sql.ts';
import {
  evidenceTables,
  followedLossesTables,
  incarnationTables,
  proposedEndColumns,
} from '../went-back/went-back.tables.ts';

/** Tables of the log. Positions: docs/decisions/0001-log-position.md. */
const tables = `
  CREATE TABLE event_log (
    position    bigint PRIMARY KEY,
    stream      text COLLATE "C" NOT NULL,
    revision    integer NOT NULL,
    id          uuid NOT NULL,
    type        text NOT NULL,
    version     integer NOT NULL,
    data        jsonb NOT NULL,
    metadata    jsonb NOT NULL,
    occurred_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    hash        bytea NOT NULL,
    CONSTRAINT event_log_stream_revision UNIQUE (stream, revision),
    CONSTRAINT event_log_id UNIQUE (id)
  );
  -- One row: what is added to this server's transaction ids, and the instant before which no online fact may come any more.
  CREATE TABLE event_log_state (
    one_row boolean PRIMARY KEY DEFAULT true CHECK (one_row),
    base    bigint NOT NULL DEFAULT 0,
    fence   timestamptz
  );
  INSERT INTO event_log_state DEFAULT VALUES;`;

const functions = `
  -- Held in shared mode by every append until its commit, exclusively for a moment by whoever raises the fence.
  CREATE FUNCTION event_log_lock() RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT hashtextextended(current_schema() || '.event_log', 0)
  $$;

  -- Where the positions of the transactions start that are not older than this one.
  CREATE FUNCTION first_position(xid xid8, base bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT (xid::text::bigint + base) << 20
  $$;

  -- Everything up to here is final: transactions still running, and all to come, write behind it.
  CREATE FUNCTION settled_position() RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT first_position(pg_snapshot_xmin(pg_current_snapshot()), base) - 1 FROM event_log_state
  $$;

  CREATE FUNCTION raise_fence(instant timestamptz) RETURNS void LANGUAGE plpgsql AS $$
  BEGIN
    -- Where another raised it that far, no append before the instant was under way any more.
    IF EXISTS (SELECT FROM event_log_state WHERE fence >= instant) THEN
      RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock(event_log_lock());
    UPDATE event_log_state SET fence = instant WHERE fence IS NULL OR fence < instant;
  END
  $$;

  -- In another server (a restored backup) transaction ids may be lower than those the log was written with.
  CREATE FUNCTION lift_log_base() RETURNS void LANGUAGE plpgsql AS $$
  DECLARE
    v_last bigint;
    v_xid  bigint;
  BEGIN
    PERFORM pg_advisory_xact_lock(event_log_lock());
    SELECT max(position) INTO v_last FROM event_log;
    -- Asked for under the lock only: this id is higher than that of every append in the log of this server.
    v_xid := pg_current_xact_id()::text::bigint;
    UPDATE event_log_state SET base = (v_last >> 20) + 1 - v_xid WHERE (v_xid + base) << 20 <= v_last;
  END
  $$;`;

/** Instants of events are whole milliseconds. What a table holds from before is looked at by the verification of the log. */
const wholeMilliseconds = `
  ALTER TABLE event_log ADD CONSTRAINT event_log_whole_milliseconds CHECK (
    extract(microseconds FROM occurred_at)::integer % 1000 = 0
    AND extract(microseconds FROM recorded_at)::integer % 1000 = 0
  ) NOT VALID;`;

export const eventLogMigrations: readonly Migration[] = [
  {
    id: '0001-event-log',
    sql: `${tables}\n${functions}\n${firstAppendEventsFunction}\n${firstAppendStreamsFunction}`,
  },
  {
    id: '0002-fewer-statements-an-append',
    sql: `${secondAppendEventsFunction}\n${secondAppendStreamsFunction}`,
  },
  { id: '0003-whole-milliseconds', sql: wholeMilliseconds },
  {
    id: '0004-went-back',
    sql: `
      -- Since when the log is known to lack events that others have read: nothing is appended.
      ALTER TABLE event_log_state ADD COLUMN went_back_since timestamptz;
      ${evidenceTables}
      ${appendEventsFunction}
      ${appendStreamsFunction}`,
  },
  { id: '0005-batches-of-many-streams', sql: appendBatchFunction },
  { id: '0006-incarnations', sql: incarnationTables },
  { id: '0007-followed-losses', sql: followedLossesTables },
  { id: '0008-one-event-to-held-streams', sql: appendHeldFunction },
  { id: '0009-one-event-by-itself', sql: appendEventFunction },
  { id: '0010-end-of-a-proposed-loss', sql: proposedEndColumns },
];
