import { appendDecision } from './append-decision.sql.ts';

/**
 * The one statement that an answer about a code stands on: the attempt counted or the step used up, and the fact appended, or
 * nothing. `guarded`: whether the guard was still at the version that was decided on. Anything but an append fails the
 * statement with SK001 and what it was.
 *
 * Whoever appends to an account's stream holds the account's guard to the end of the transaction: this function by its first
 * UPDATE, all others by `AccountLog.takeGuard` or, at an issue, by the row that they write. So the head read here is the one
 * appended to. That no id comes twice is for the key to say.
 */
export const commitDecisionFunction = `
  CREATE FUNCTION commit_decision(
    p_account text, p_version bigint, p_failures integer, p_locked_until timestamptz, p_hard_locked boolean,
    p_device text, p_step bigint, p_stream text, p_before text[], p_after text[], p_stamped_at timestamptz,
    OUT guarded boolean, OUT actual integer, OUT first_position bigint, OUT hashes text[]
  ) LANGUAGE plpgsql AS $$
  #variable_conflict use_column
  DECLARE
    v_append record;
  BEGIN
    UPDATE attempts
      SET version = version + 1, failures = p_failures, locked_until = p_locked_until, hard_locked = p_hard_locked
      WHERE account = p_account AND version = p_version;
    ${appendDecision}
    actual := v_append.actual;
    first_position := v_append.first_position;
    hashes := v_append.hashes;
  END
  $$;`;
