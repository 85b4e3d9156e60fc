import { REFUSE_GONE_BACK } from '../went-back/refuse-gone-back.sql.ts';

/**
 * Appends to many streams at once, each stream named once: those whose expectation (a revision, or -1 for no stream) holds and that
 * are not behind the fence; `whole`: all of them, or none. Stream and fence are looked at once, and all events go into the log by one
 * statement. A stream that another transaction writes to at the same time, and an id that is in the log, fail the whole call by their
 * key; with SKLWB it fails while the log is known to have gone back.
 *
 * `event_stream`, `event_offset`: of each event the number of its stream, from 1, and its place among those of its stream, from 1;
 * both empty where each stream has one event. `hashes`: in hex, of events whose caller knows the hash before them; `''` of others,
 * which are hashed here over the canonical form made of `head`, the revision and `tail`. `recorded_at` is of them all.
 *
 * `first_position`: of the first event; the others follow in their order, those left out included. NULL: nothing was written.
 * `actuals`: of each stream the revision before. `made`: of each event its hash, where it was hashed here.
 */
export const appendBatchFunction = `
  CREATE OR REPLACE FUNCTION append_batch(
    streams text[], expected integer[], stamped_at timestamptz[], whole boolean, event_stream integer[], event_offset integer[],
    ids uuid[], types text[], versions integer[], data text[], metadata text[], occurred_at timestamptz[], recorded_at timestamptz,
    hashes text[], head text[], tail text[],
    OUT first_position bigint, OUT actuals integer[], OUT accepted boolean[], OUT made text
  ) LANGUAGE plpgsql AS $$
  #variable_conflict use_variable
  DECLARE
    v_base     bigint;
    v_fence    timestamptz;
    v_back     timestamptz;
    v_previous bytea[];
    v_all      boolean;
    v_hashes   bytea[];
    v_hash     bytea;
    v_event    record;
    v_done     text;
  BEGIN
    v_done := pg_advisory_xact_lock_shared(event_log_lock());
    SELECT s.base, s.fence, s.went_back_since INTO v_base, v_fence, v_back FROM event_log_state s;
    ${REFUSE_GONE_BACK}
    SELECT array_agg(a.actual ORDER BY a.n), array_agg(a.fits ORDER BY a.n), array_agg(a.hash ORDER BY a.n), bool_and(a.fits)
      INTO actuals, accepted, v_previous, v_all
      FROM (
        SELECT u.n, coalesce(h.revision, -1) AS actual, coalesce(h.hash, decode(repeat('00', 32), 'hex')) AS hash,
               u.expected = coalesce(h.revision, -1) AND NOT coalesce(u.stamped_at < v_fence, false) AS fits
        FROM unnest(streams, expected, stamped_at) WITH ORDINALITY u(stream, expected, stamped_at, n)
        LEFT JOIN LATERAL (
          SELECT l.revision, l.hash FROM event_log l WHERE l.stream = u.stream ORDER BY l.revision DESC LIMIT 1
        ) h ON true
      ) a;
    IF whole AND NOT v_all THEN
      RETURN;
    END IF;
    -- After the heads were read, so that it is higher than theirs.
    first_position := first_position(pg_current_xact_id(), v_base);
    IF cardinality(ids) > 1 << 20 THEN
      RAISE EXCEPTION 'more than 1048576 events in one transaction';
    END IF;

    IF cardinality(event_stream) = 0 THEN
      IF '' = ANY (hashes) THEN
        SELECT array_agg(j.hash ORDER BY j.n), string_agg(CASE WHEN j.known = '' THEN encode(j.hash, 'hex') ELSE '' END, ',' ORDER BY j.n)
          INTO v_hashes, made
          FROM (
            SELECT u.n, u.known, CASE WHEN u.known <> '' THEN decode(u.known, 'hex')
                     ELSE sha256(u.previous || convert_to(u.head || (u.actual + 1) || u.tail, 'UTF8')) END AS hash
            FROM unnest(hashes, v_previous, actuals, head, tail) WITH ORDINALITY u(known, previous, actual, head, tail, n)
          ) j;
      ELSE
        SELECT array_agg(decode(u.known, 'hex') ORDER BY u.n) INTO v_hashes FROM unnest(hashes) WITH ORDINALITY u(known, n);
      END IF;
      INSERT INTO event_log
      SELECT first_position + u.n - 1, u.stream, u.actual + 1, u.id, u.type, u.version, u.data::jsonb, u.metadata::jsonb,
             u.occurred_at, recorded_at, u.hash
      FROM unnest(streams, actuals, accepted, ids, types, versions, data, metadata, occurred_at, v_hashes)
        WITH ORDINALITY u(stream, actual, accepted, id, type, version, data, metadata, occurred_at, hash, n)
      WHERE u.accepted;
    ELSE
      -- Each hash needs the one before it in its stream.
      made := '';
      FOR v_event IN
        SELECT e.place, e.known, e.head || (s.actual + e.place) || e.tail AS text, s.previous
        FROM unnest(event_stream, event_offset, hashes, head, tail) WITH ORDINALITY e(s, place, known, head, tail, n)
        JOIN unnest(actuals, v_previous) WITH ORDINALITY s(actual, previous, n) ON s.n = e.s
        ORDER BY e.n
      LOOP
        IF v_event.known <> '' THEN
          v_hash := decode(v_event.known, 'hex');
          made := made || ',';
        ELSE
          v_hash := sha256(CASE WHEN v_event.place = 1 THEN v_event.previous ELSE v_hash END || convert_to(v_event.text, 'UTF8'));
          made := made || encode(v_hash, 'hex') || ',';
        END IF;
        v_hashes := array_append(v_hashes, v_hash);
      END LOOP;
      INSERT INTO event_log
      SELECT first_position + e.n - 1, s.stream, s.actual + e.place, e.id, e.type, e.version, e.data::jsonb, e.metadata::jsonb,
             e.occurred_at, recorded_at, e.hash
      FROM unnest(event_stream, event_offset, ids, types, versions, data, metadata, occurred_at, v_hashes)
        WITH ORDINALITY e(s, place, id, type, version, data, metadata, occurred_at, hash, n)
      JOIN unnest(streams, actuals, accepted) WITH ORDINALITY s(stream, actual, accepted, n) ON s.n = e.s
      WHERE s.accepted
      ORDER BY e.n;
    END IF;
  END
  $$;`;
