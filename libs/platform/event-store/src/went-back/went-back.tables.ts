/** Losses that were accepted: docs/decisions/0051-accepting-a-loss.md. */
export const incarnationTables = `
  CREATE TABLE log_incarnations (
    -- From 2; the first needs no row.
    number        integer PRIMARY KEY,
    id            uuid NOT NULL,
    -- Where the log ended when it was begun: what others have of earlier ones behind that place is lost.
    kept_position bigint NOT NULL,
    -- The furthest event that was known then, in the form of an anchor.
    old_head      jsonb,
    proposed_by   text NOT NULL,
    accepted_by   text NOT NULL,
    reason        text NOT NULL,
    at            timestamptz NOT NULL DEFAULT date_trunc('milliseconds', clock_timestamp())
  );
  -- What one person has proposed, and another may confirm.
  CREATE TABLE log_loss_proposal (
    one_row     boolean PRIMARY KEY DEFAULT true CHECK (one_row),
    proposed_by text NOT NULL,
    reason      text NOT NULL,
    at          timestamptz NOT NULL DEFAULT date_trunc('milliseconds', clock_timestamp())
  );`;

/** Where the log ended when a loss was proposed: two persons give up the same. */
export const proposedEndColumns = `
  -- The last event of the log; 0 and '' of an empty one; null where a version before was told.
  ALTER TABLE log_loss_proposal ADD COLUMN kept_position bigint, ADD COLUMN kept_hash text;`;

/** What readers and rows came to by losses that were accepted: docs/decisions/0059-what-follows-from-a-loss.md. */
export const followedLossesTables = `
  -- Losses that this service has followed, of its own log and of those that it reads.
  CREATE TABLE losses_followed (
    source text NOT NULL,
    -- Of the incarnation that the loss began.
    number integer NOT NULL,
    at     timestamptz NOT NULL DEFAULT date_trunc('milliseconds', clock_timestamp()),
    PRIMARY KEY (source, number)
  );
  -- What they left for a person to look at; ids alone.
  CREATE TABLE loss_findings (
    source   text NOT NULL,
    number   integer NOT NULL,
    kind     text NOT NULL,
    subject  text NOT NULL,
    contract text,
    detail   text NOT NULL,
    at       timestamptz NOT NULL DEFAULT date_trunc('milliseconds', clock_timestamp()),
    PRIMARY KEY (source, number, kind, subject)
  );`;

/** Who knows of events that the log lacks: docs/decisions/0050-a-log-that-went-back.md. */
export const evidenceTables = `
  CREATE TABLE log_evidence (
    -- '<service>/<consumer>/<partition>', or 'checkpoint'
    reader text PRIMARY KEY,
    -- The event that the log lacks: {position, id, hash, stream, revision, incarnation}; null where a reader has none to show.
    known  jsonb,
    detail text NOT NULL,
    -- Where the log ended then, in the same form; null where it was empty.
    head   jsonb,
    at     timestamptz NOT NULL DEFAULT date_trunc('milliseconds', clock_timestamp())
  );`;
