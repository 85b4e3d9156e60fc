/**
 * Decisions about several accounts in one transaction: each by `decide_attempt`, alone in its outcome. What is the matter with one
 * undoes nothing of the others. `p_attempts`: its arguments by name, with `n`; each account once.
 *
 * `outcome`: `appended`; `overtaken`, where its guard has moved; what `decide_attempt` fails with (SK001); `alone`, where a key was
 * violated: to be carried out by itself, to learn which.
 *
 * All guards are taken first, in the order of the accounts: no two such transactions wait for each other, and none waits for a guard
 * while it holds the fence of the log.
 */
export const decideTogetherFunction = `
  CREATE FUNCTION decide_attempts(p_attempts json)
    RETURNS TABLE (n integer, outcome text, actual integer, first_position bigint, hashes text[])
  LANGUAGE plpgsql AS $$
  #variable_conflict use_column
  DECLARE
    v_account text;
    v_each    record;
    v_made    record;
  BEGIN
    FOR v_account IN SELECT e ->> 'account' FROM json_array_elements(p_attempts) e ORDER BY 1 LOOP
      PERFORM FROM attempts WHERE account = v_account FOR UPDATE;
    END LOOP;
    FOR v_each IN
      SELECT * FROM json_to_recordset(p_attempts) AS given (
        n integer, account text, version bigint, failures integer, locked_until timestamptz, hard_locked boolean,
        attempt uuid, contract text, key text, result text, reason text, client_ref text,
        address text, address_digest bytea, network_digest bytea,
        device text, step bigint, stream text, before text[], after text[], stamped_at timestamptz)
    LOOP
      n := v_each.n;
      actual := NULL;
      first_position := NULL;
      hashes := NULL;
      BEGIN
        SELECT * INTO v_made FROM decide_attempt(
          v_each.account, v_each.version, v_each.failures, v_each.locked_until, v_each.hard_locked,
          v_each.attempt, v_each.contract, v_each.key, v_each.result, v_each.reason, v_each.client_ref,
          v_each.address, v_each.address_digest, v_each.network_digest,
          v_each.device, v_each.step, v_each.stream, v_each.before, v_each.after, v_each.stamped_at);
        outcome := CASE WHEN v_made.guarded THEN 'appended' ELSE 'overtaken' END;
        actual := v_made.actual;
        first_position := v_made.first_position;
        hashes := v_made.hashes;
      EXCEPTION
        WHEN SQLSTATE 'SK001' THEN
          outcome := SQLERRM;
        WHEN unique_violation THEN
          outcome := 'alone';
      END;
      RETURN NEXT;
    END LOOP;
  END
  $$;`;
