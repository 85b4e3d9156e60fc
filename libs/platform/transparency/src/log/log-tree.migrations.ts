import type { Migration } from '@smartkey/database';

/** The tree over a service's log, and what was signed of it. Columns say what an attacker of the database could change; the signed notes lie outside too. */
export const logTreeMigrations: readonly Migration[] = [
  {
    id: '0001-log-tree',
    sql: `
    -- A leaf for each event, by its rank in the log. Written once, by one writer.
    CREATE TABLE log_leaves (
      index    bigint PRIMARY KEY,
      position bigint NOT NULL UNIQUE,
      hash     bytea NOT NULL
    );
    -- Level 1 are the nodes over 256 leaves, each further one those over 256 of the level below.
    CREATE TABLE log_tree_nodes (
      level smallint NOT NULL CHECK (level > 0),
      index bigint NOT NULL,
      hash  bytea NOT NULL,
      PRIMARY KEY (level, index)
    );
    -- One row: under which name the log is known, and how far its tree goes.
    CREATE TABLE log_tree (
      one_row  boolean PRIMARY KEY DEFAULT true CHECK (one_row),
      origin   text NOT NULL,
      size     bigint NOT NULL DEFAULT 0,
      position bigint NOT NULL DEFAULT 0
    );
    CREATE TABLE log_checkpoints (
      size bigint PRIMARY KEY,
      at   timestamptz NOT NULL,
      note text NOT NULL
    );`,
  },
  {
    id: '0002-witnessed',
    sql: `
    -- When the witness saw the checkpoint, by its own clock (Unix seconds); its line is in the note.
    ALTER TABLE log_checkpoints ADD COLUMN witnessed_at bigint;`,
  },
];
