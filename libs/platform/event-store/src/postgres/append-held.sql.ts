import { REFUSE_GONE_BACK } from '../went-back/refuse-gone-back.sql.ts';

/**
 * Appends one event to each of many streams, each stream named once, behind whatever it holds: for a function that keeps all others off
 * these streams until its transaction ends, and calls this once in it. Events come as for `append_events`, and are hashed here.
 *
 * `wanted`: false for an event that is left out, so that all arrays go by one place. `outcomes`: `appended`, `left-out`, `behind-fence`, or
 * `conflict`, where another transaction with a later place in the log has written to the stream. `actuals`: of each stream the last
 * revision before. `first_position`: of the first event; the others follow by their places, those left out included. `hashes`: in
 * hex, with commas between. Fails with SKLWB while the log is known to have gone back; an id that is in the log fails by its key.
 */
export const appendHeldFunction = `
  CREATE FUNCTION append_held(
    streams text[], before_revision text[], after_revision text[], stamped_at timestamptz[], wanted boolean[],
    OUT outcomes text[], OUT actuals integer[], OUT first_position bigint, OUT hashes text
  ) LANGUAGE plpgsql AS $$
  #variable_conflict use_variable
  DECLARE
    v_base  bigint;
    v_fence timestamptz;
    v_back  timestamptz;
    v_done  text;
  BEGIN
    v_done := pg_advisory_xact_lock_shared(event_log_lock());
    SELECT s.base, s.fence, s.went_back_since INTO v_base, v_fence, v_back FROM event_log_state s;
    ${REFUSE_GONE_BACK}
    first_position := first_position(pg_current_xact_id(), v_base);
    WITH judged AS MATERIALIZED (
      SELECT u.n, u.stream, coalesce(h.revision, -1) AS actual, coalesce(h.hash, decode(repeat('00', 32), 'hex')) AS previous,
             u.before || (coalesce(h.revision, -1) + 1) || u.after AS text,
             CASE WHEN NOT u.wanted THEN 'left-out' WHEN u.stamped_at < v_fence THEN 'behind-fence'
                  WHEN h.position >= first_position THEN 'conflict' ELSE 'appended' END AS outcome
      FROM unnest(streams, before_revision, after_revision, stamped_at, wanted)
        WITH ORDINALITY u(stream, before, after, stamped_at, wanted, n)
      LEFT JOIN LATERAL (
        SELECT l.revision, l.position, l.hash FROM event_log l WHERE l.stream = u.stream ORDER BY l.revision DESC LIMIT 1
      ) h ON true
    ), made AS MATERIALIZED (
      SELECT j.*, j.text::jsonb AS event, sha256(j.previous || convert_to(j.text, 'UTF8')) AS hash
      FROM judged j WHERE j.outcome = 'appended'
    ), written AS (
      INSERT INTO event_log
      SELECT first_position + m.n - 1, m.stream, m.actual + 1, (m.event ->> 'id')::uuid, m.event ->> 'type',
             (m.event ->> 'version')::integer, m.event -> 'data', m.event -> 'metadata', (m.event ->> 'occurredAt')::timestamptz,
             (m.event ->> 'recordedAt')::timestamptz, m.hash
      FROM made m ORDER BY m.n
    )
    SELECT array_agg(j.outcome ORDER BY j.n), array_agg(j.actual ORDER BY j.n),
           string_agg(coalesce((SELECT encode(m.hash, 'hex') FROM made m WHERE m.n = j.n), ''), ',' ORDER BY j.n)
      INTO outcomes, actuals, hashes
      FROM judged j;
  END
  $$;`;
