import { appendDecision } from './append-decision.sql.ts';

/**
 * The one statement that an answer about a code stands on: the attempt counted or the step used up, the fact appended and the
 * attempt in the log of attempts, or nothing. `guarded`: whether the guard was still at the version that was decided on. Anything
 * but an append fails the statement with SK001 and what it was. `p_result` is null where there was no attempt: an unlock.
 *
 * Whoever appends to an account's stream holds the account's guard to the end of the transaction: this function by its first
 * UPDATE, all others by `AccountLog.takeGuard` or, at an issue, by the row that they write. So the head read here is the one
 * appended to. That no id comes twice is for the key to say.
 *
 * `commit_decision`, which it takes the place of, stays for instances of the version before, as long as they run.
 */
export const decideAttemptFunction = `
  CREATE FUNCTION decide_attempt(
    p_account text, p_version bigint, p_failures integer, p_locked_until timestamptz, p_hard_locked boolean,
    p_attempt uuid, p_contract text, p_key text, p_result text, p_reason text, p_client_ref text,
    p_address text, p_address_digest bytea, p_network_digest bytea,
    p_device text, p_step bigint, p_stream text, p_before text[], p_after text[], p_stamped_at timestamptz,
    OUT guarded boolean, OUT actual integer, OUT first_position bigint, OUT hashes text[]
  ) LANGUAGE plpgsql AS $$
  #variable_conflict use_column
  DECLARE
    v_append record;
  BEGIN
    UPDATE attempts
      SET version = version + 1, failures = p_failures, locked_until = p_locked_until, hard_locked = p_hard_locked,
          last_success_at = CASE p_result WHEN 'success' THEN p_stamped_at ELSE last_success_at END,
          last_failure_at = CASE p_result WHEN 'denied' THEN p_stamped_at ELSE last_failure_at END
      WHERE account = p_account AND version = p_version;
    ${appendDecision}
    IF p_result IS NOT NULL THEN
      INSERT INTO attempt_log (at, id, contract, rid, device, key, result, reason, client_ref, address, address_digest, network_digest)
      VALUES (p_stamped_at, p_attempt, p_contract, p_account, p_device, p_key, p_result, p_reason, p_client_ref,
              p_address, p_address_digest, p_network_digest);
    END IF;
    actual := v_append.actual;
    first_position := v_append.first_position;
    hashes := v_append.hashes;
  END
  $$;`;
