/** Who knows of events that the log lacks: docs/decisions/0052-a-log-that-went-back.md. */
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
