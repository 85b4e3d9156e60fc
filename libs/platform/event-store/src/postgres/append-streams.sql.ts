import { REFUSE_GONE_BACK } from '../went-back/refuse-gone-back.sql.ts';

/**
 * Appends to many streams at once, set by set, each stream named once: those whose expectation (a revision, or -1 for no
 * stream) holds and that are not behind the fence. All others are answered `alone`: `append_events` says what is the matter.
 * A stream that another transaction writes to at the same time fails the whole call by its unique key.
 * @param stops fails with SKLWB while the log is known to have gone back.
 */
const appendStreams = (stops: boolean): string => `
  CREATE OR REPLACE FUNCTION append_streams(
    streams text[], expected integer[], sizes integer[], stamped_at timestamptz[], before_revision text[], after_revision text[]
  ) RETURNS TABLE (outcome text, actual integer, first_position bigint, hashes text[]) LANGUAGE plpgsql AS $$
  #variable_conflict use_column
  DECLARE
    v_base     bigint;
    v_fence    timestamptz;
    ${stops ? 'v_back     timestamptz;' : ''}
    v_actual   integer[];
    v_accepted boolean[];
    v_previous bytea[];
    v_first    bigint;
    v_done     text;
  BEGIN
    v_done := pg_advisory_xact_lock_shared(event_log_lock());
    SELECT s.base, s.fence${stops ? ', s.went_back_since' : ''} INTO v_base, v_fence${stops ? ', v_back' : ''} FROM event_log_state s;
    ${stops ? REFUSE_GONE_BACK : ''}
    SELECT array_agg(h.revision ORDER BY a.n),
           array_agg(a.expected = h.revision AND NOT coalesce(a.stamped_at < v_fence, false) ORDER BY a.n),
           array_agg(h.hash ORDER BY a.n)
      INTO v_actual, v_accepted, v_previous
      FROM unnest(streams, expected, stamped_at) WITH ORDINALITY a(stream, expected, stamped_at, n)
      CROSS JOIN LATERAL (
        SELECT coalesce(max(l.revision), -1) AS revision, coalesce(max(l.hash), decode(repeat('00', 32), 'hex')) AS hash
        FROM (SELECT l.revision, l.hash FROM event_log l WHERE l.stream = a.stream ORDER BY l.revision DESC LIMIT 1) l
      ) h;
    -- After the heads were read, so that it is higher than theirs.
    v_first := first_position(pg_current_xact_id(), v_base);

    -- The first events of all streams, then the second ones: each hash needs the one before it.
    FOR v_level IN 1 .. (SELECT max(size) FROM unnest(sizes) size) LOOP
      WITH a AS (
        SELECT u.*, sum(u.size) OVER (ORDER BY u.n) - u.size AS skipped
        FROM unnest(streams, sizes, v_actual, v_accepted, v_previous) WITH ORDINALITY u(stream, size, actual, accepted, previous, n)
      ), e AS MATERIALIZED (
        SELECT a.n, v_first + t.n - 1 AS position, a.stream, a.actual + v_level AS revision, a.previous,
               t.before || (a.actual + v_level) || t.after AS text
        FROM a JOIN unnest(before_revision, after_revision) WITH ORDINALITY t(before, after, n) ON t.n = a.skipped + v_level
        WHERE a.accepted AND a.size >= v_level
      ), j AS MATERIALIZED (
        SELECT e.*, e.text::jsonb AS event, sha256(e.previous || convert_to(e.text, 'UTF8')) AS hash FROM e
      ), written AS (
        INSERT INTO event_log
        SELECT j.position, j.stream, j.revision, (event ->> 'id')::uuid, event ->> 'type', (event ->> 'version')::integer,
               event -> 'data', event -> 'metadata', (event ->> 'occurredAt')::timestamptz, (event ->> 'recordedAt')::timestamptz,
               j.hash
        FROM j ORDER BY j.position
      )
      SELECT array_agg(coalesce(j.hash, p.hash) ORDER BY p.n) INTO v_previous
        FROM unnest(v_previous) WITH ORDINALITY p(hash, n) LEFT JOIN j ON j.n = p.n;
    END LOOP;

    RETURN QUERY
      WITH a AS (
        SELECT u.*, v_first + sum(u.size) OVER (ORDER BY u.n) - u.size AS first
        FROM unnest(sizes, v_actual, v_accepted, v_previous) WITH ORDINALITY u(size, actual, accepted, last, n)
      )
      SELECT CASE WHEN a.accepted THEN 'appended' ELSE 'alone' END, a.actual, a.first,
             CASE WHEN a.accepted THEN CASE WHEN a.size = 1 THEN ARRAY[encode(a.last, 'hex')] ELSE (
               SELECT array_agg(encode(l.hash, 'hex') ORDER BY l.position) FROM event_log l
               WHERE l.position >= a.first AND l.position < a.first + a.size
             ) END END
      FROM a ORDER BY a.n;
  END
  $$;`;

export const appendStreamsFunction = appendStreams(true);

/** Of the version before logs were known to go back. */
export const secondAppendStreamsFunction = appendStreams(false);
