/**
 * Of both functions that decide about a code: whether the guard was still at the version, the step used up once and the fact appended. Stands where the
 * guard was just updated; what was appended is in `v_append`.
 */
export const appendDecision = `guarded := FOUND;
    IF NOT guarded THEN
      RETURN;
    END IF;
    IF p_device IS NOT NULL THEN
      UPDATE credentials SET last_step = p_step WHERE device = p_device AND status = 'active' AND last_step < p_step;
      IF NOT FOUND THEN
        RAISE EXCEPTION 'step-not-free' USING ERRCODE = 'SK001';
      END IF;
    END IF;
    SELECT * INTO v_append FROM append_events(
      p_stream,
      coalesce((SELECT l.revision FROM event_log l WHERE l.stream = p_stream ORDER BY l.revision DESC LIMIT 1), -1),
      p_before, p_after, p_stamped_at, false);
    IF v_append.outcome <> 'appended' THEN
      RAISE EXCEPTION USING ERRCODE = 'SK001', MESSAGE = v_append.outcome;
    END IF;`;
