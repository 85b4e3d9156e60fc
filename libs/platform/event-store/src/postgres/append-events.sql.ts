import { REFUSE_GONE_BACK } from '../went-back/refuse-gone-back.sql.ts';

/**
 * Appends to one stream, in the transaction that calls it. Events come as their canonical JSON, cut where the revision
 * stands; the hash is taken over the very text that verification makes again.
 *
 * `expected`: a revision, or -1 no stream, -2 any, -3 exists. `check_ids`: look for the ids first, also where the revision fits.
 * `outcome`: `appended`; `repeated` (`actual`: revision of the first of them); `duplicate`; `behind-fence`; `conflict`
 * (`actual`: the last revision, -1 for no stream).
 * @param stops fails with SKLWB while the log is known to have gone back.
 */
const appendEvents = (stops: boolean): string => `
  CREATE OR REPLACE FUNCTION append_events(
    stream text, expected integer, before_revision text[], after_revision text[], stamped_at timestamptz, check_ids boolean,
    OUT outcome text, OUT actual integer, OUT first_position bigint, OUT hashes text[], OUT duplicate uuid, OUT fence timestamptz
  ) LANGUAGE plpgsql AS $$
  #variable_conflict use_column
  DECLARE
    v_stream  CONSTANT text := stream;
    v_size    CONSTANT integer := cardinality(before_revision);
    v_base    bigint;
    v_fence   timestamptz;
    ${stops ? 'v_back    timestamptz;\n    ' : ''}v_last    bigint;
    v_hash    bytea;
    v_fits    boolean;
    v_text    text;
    v_event   jsonb;
    v_found   record;
    v_done    text;
    v_written boolean;
  BEGIN
    -- In this order, so that whoever holds a stream never waits for the fence. Appends to one stream queue here instead of
    -- failing at the unique key. (An assignment is no query of its own, as PERFORM would be.)
    v_done := pg_advisory_xact_lock_shared(event_log_lock());
    v_done := pg_advisory_xact_lock(hashtext(current_schema()), hashtext(v_stream));
    -- A statement sees what was committed when it starts: all that the locks have waited for.
    SELECT s.base, s.fence,${stops ? ' s.went_back_since,' : ''} l.revision, l.position, l.hash
      INTO v_base, v_fence,${stops ? ' v_back,' : ''} actual, v_last, v_hash
      FROM event_log_state s LEFT JOIN LATERAL (
        SELECT l.revision, l.position, l.hash FROM event_log l WHERE l.stream = v_stream ORDER BY l.revision DESC LIMIT 1
      ) l ON true;
    ${stops ? REFUSE_GONE_BACK : ''}
    actual := coalesce(actual, -1);
    v_fits := CASE expected WHEN -2 THEN true WHEN -3 THEN actual >= 0 ELSE actual = expected END;

    IF check_ids OR NOT v_fits OR stamped_at < v_fence THEN
      SELECT count(*) AS size, min(l.id::text)::uuid AS id, min(l.revision - e.n) AS before_first,
             bool_and(l.stream = v_stream) AND min(l.revision - e.n) = max(l.revision - e.n) AS in_order
        INTO v_found
        FROM unnest(before_revision, after_revision) WITH ORDINALITY e(before, after, n)
        -- One by one: a plain join, planned while the log was small, reads all of it ever after (PGlite never analyses).
        CROSS JOIN LATERAL (
          SELECT l.id, l.stream, l.revision FROM event_log l
          WHERE l.id = ((e.before || 0 || e.after)::jsonb ->> 'id')::uuid OFFSET 0
        ) l;
      IF v_found.size = v_size AND v_found.in_order AND (expected < -1 OR v_found.before_first = expected) THEN
        outcome := 'repeated';
        actual := v_found.before_first + 1;
        RETURN;
      ELSIF v_found.size > 0 THEN
        outcome := 'duplicate';
        duplicate := v_found.id;
        RETURN;
      ELSIF stamped_at < v_fence THEN
        outcome := 'behind-fence';
        fence := v_fence;
        RETURN;
      ELSIF NOT v_fits THEN
        outcome := 'conflict';
        RETURN;
      END IF;
    END IF;

    -- The transaction id is taken only now, after the head was read: so it is higher than the head's. Where the transaction had one before, it may have
    -- events in the log already.
    v_written := pg_current_xact_id_if_assigned() IS NOT NULL;
    first_position := (pg_current_xact_id()::text::bigint + v_base) << 20;
    IF v_written THEN
      SELECT coalesce(max(l.position) + 1, first_position) INTO first_position
        FROM event_log l WHERE l.position >= first_position AND l.position < first_position + (1 << 20);
    END IF;
    IF first_position <= v_last THEN
      -- Unless this transaction had written before: another one has overtaken it, and the stream would go backwards in the log.
      outcome := 'conflict';
      RETURN;
    END IF;
    IF (first_position + v_size - 1) >> 20 <> first_position >> 20 THEN
      RAISE EXCEPTION 'more than 1048576 events in one transaction';
    END IF;

    hashes := '{}';
    v_hash := coalesce(v_hash, decode(repeat('00', 32), 'hex'));
    FOR i IN 1 .. v_size LOOP
      v_text := before_revision[i] || (actual + i) || after_revision[i];
      v_event := v_text::jsonb;
      v_hash := sha256(v_hash || convert_to(v_text, 'UTF8'));
      hashes := hashes || encode(v_hash, 'hex');
      INSERT INTO event_log VALUES (
        first_position + i - 1, v_stream, actual + i, (v_event ->> 'id')::uuid, v_event ->> 'type', (v_event ->> 'version')::integer,
        v_event -> 'data', v_event -> 'metadata', (v_event ->> 'occurredAt')::timestamptz, (v_event ->> 'recordedAt')::timestamptz,
        v_hash);
    END LOOP;
    outcome := 'appended';
  END
  $$;`;

export const appendEventsFunction = appendEvents(true);

/** Of the version before logs were known to go back. */
export const secondAppendEventsFunction = appendEvents(false);
