import { REFUSE_GONE_BACK } from '../went-back/refuse-gone-back.sql.ts';

/**
 * Appends one event by a statement of its own, as nearly all appends are. Its columns come apart, so nothing is parsed twice; who wants to append several, or
 * within a transaction, calls `append_events`.
 *
 * `expected`: a revision, or -1 no stream, -2 any, -3 exists. `known_hash`: in hex, where the caller knows the hash before it; `''` where it is made here over
 * the canonical form, which is `head`, the revision and `tail`.
 *
 * @returns `<position> <revision> <hash>`, for a result costs by its fields; NULL where nothing was written: `append_events` says what is the matter. Fails with
 *   SKLWB while the log is known to have gone back.
 */
export const appendEventFunction = `
  CREATE FUNCTION append_event(
    stream text, expected integer, stamped_at timestamptz, id uuid, type text, version integer, data text, metadata text,
    occurred_at timestamptz, recorded_at timestamptz, known_hash text, head text, tail text
  ) RETURNS text LANGUAGE plpgsql AS $$
  #variable_conflict use_column
  DECLARE
    v_stream   CONSTANT text := stream;
    v_base     bigint;
    v_fence    timestamptz;
    v_back     timestamptz;
    v_revision integer;
    v_last     bigint;
    v_hash     bytea;
    v_fits     boolean;
    v_position bigint;
    v_done     text;
  BEGIN
    -- As in append_events: in this order, and the head is read by a statement behind both.
    v_done := pg_advisory_xact_lock_shared(event_log_lock());
    v_done := pg_advisory_xact_lock(hashtext(current_schema()), hashtext(v_stream));
    SELECT s.base, s.fence, s.went_back_since, l.revision, l.position, l.hash
      INTO v_base, v_fence, v_back, v_revision, v_last, v_hash
      FROM event_log_state s LEFT JOIN LATERAL (
        SELECT l.revision, l.position, l.hash FROM event_log l WHERE l.stream = v_stream ORDER BY l.revision DESC LIMIT 1
      ) l ON true;
    ${REFUSE_GONE_BACK}
    v_revision := coalesce(v_revision, -1);
    v_fits := CASE expected WHEN -2 THEN true WHEN -3 THEN v_revision >= 0 ELSE v_revision = expected END;
    IF NOT v_fits OR stamped_at < v_fence THEN
      RETURN NULL;
    END IF;
    -- Taken only now, after the head was read: so it is higher than the head's.
    v_position := first_position(pg_current_xact_id(), v_base);
    IF v_position <= v_last THEN
      RETURN NULL;
    END IF;
    v_revision := v_revision + 1;
    v_hash := CASE WHEN known_hash <> '' THEN decode(known_hash, 'hex')
      ELSE sha256(coalesce(v_hash, decode(repeat('00', 32), 'hex')) || convert_to(head || v_revision || tail, 'UTF8')) END;
    INSERT INTO event_log VALUES (
      v_position, v_stream, v_revision, id, type, version, data::jsonb, metadata::jsonb, occurred_at, recorded_at, v_hash);
    RETURN v_position || ' ' || v_revision || ' ' || encode(v_hash, 'hex');
  END
  $$;`;
