/**
 * Decisions about several accounts in one transaction, each account once and each decision with one event: what `decide_attempt` does,
 * done for all by a few statements. Each is alone in its outcome: what is the matter with one undoes nothing of the others, for each is
 * looked at before anything is written. Parameters: those of `decide_attempt`, of each decision in its place; NULL for a
 * column that none has.
 *
 * `outcomes`: `appended`; `overtaken`, where its guard has moved; `step-not-free`; `behind-fence`; `conflict`. A key that is violated fails
 * all of them: they are carried out one by one, to learn which.
 *
 * All guards are taken first, in the order of the accounts: no two such transactions wait for each other, and none waits for a guard
 * while it holds the fence of the log. Whoever holds an account's guard holds its stream and its credentials.
 *
 * Rows are looked up one by one, whatever the tables were like when the plan was made: the embedded database never analyses them.
 *
 * `decide_attempts`, which it takes the place of, stays for instances of the version before, as long as they run.
 */
export const decideAtOnceFunction = `
  CREATE FUNCTION decide_attempts_at_once(
    p_account text[], p_version bigint[], p_failures integer[], p_locked_until timestamptz[], p_hard_locked boolean[],
    p_attempt uuid[], p_contract text[], p_key text[], p_result text[], p_reason text[], p_client_ref text[],
    p_address text[], p_address_digest bytea[], p_network_digest bytea[],
    p_device text[], p_step bigint[], p_stream text[], p_before text[], p_after text[], p_stamped_at timestamptz[],
    OUT outcomes text[], OUT actuals integer[], OUT first_position bigint, OUT hashes text
  ) LANGUAGE plpgsql SET enable_seqscan TO off SET enable_hashjoin TO off SET enable_mergejoin TO off AS $$
  #variable_conflict use_column
  DECLARE
    v_judged text[];
    v_append record;
  BEGIN
    PERFORM FROM (SELECT a.account FROM unnest(p_account) a(account) ORDER BY a.account OFFSET 0) a
      CROSS JOIN LATERAL (SELECT FROM attempts g WHERE g.account = a.account FOR UPDATE) g;
    -- A statement sees what was committed when it starts: all that the guards were waited for.
    SELECT array_agg(CASE WHEN g.version IS NULL THEN 'overtaken' WHEN u.device IS NOT NULL AND c.device IS NULL THEN 'step-not-free' END
                     ORDER BY u.n)
      INTO v_judged
      FROM unnest(p_account, p_version, p_device, p_step) WITH ORDINALITY u(account, version, device, step, n)
      LEFT JOIN LATERAL (
        SELECT g.version FROM attempts g WHERE g.account = u.account AND g.version = u.version OFFSET 0
      ) g ON true
      LEFT JOIN LATERAL (
        SELECT c.device FROM credentials c WHERE c.device = u.device AND c.status = 'active' AND c.last_step < u.step OFFSET 0
      ) c ON true;
    SELECT * INTO v_append FROM append_held(
      p_stream, p_before, p_after, p_stamped_at, (SELECT array_agg(j.what IS NULL ORDER BY j.n) FROM unnest(v_judged) WITH ORDINALITY j(what, n)));
    WITH made AS MATERIALIZED (
      SELECT u.*
      FROM unnest(p_account, p_failures, p_locked_until, p_hard_locked, p_attempt, p_contract, p_key, p_result, p_reason, p_client_ref,
                  p_address, p_address_digest, p_network_digest, p_device, p_step, p_stamped_at, v_append.outcomes)
        AS u(account, failures, locked_until, hard_locked, attempt, contract, key, result, reason, client_ref,
             address, address_digest, network_digest, device, step, stamped_at, outcome)
      WHERE u.outcome = 'appended'
    ), counted AS (
      UPDATE attempts g
        SET version = g.version + 1, failures = m.failures, locked_until = m.locked_until, hard_locked = m.hard_locked,
            last_success_at = CASE m.result WHEN 'success' THEN m.stamped_at ELSE g.last_success_at END,
            last_failure_at = CASE m.result WHEN 'denied' THEN m.stamped_at ELSE g.last_failure_at END
        FROM made m WHERE g.account = m.account
    ), used AS (
      UPDATE credentials c SET last_step = m.step FROM made m WHERE c.device = m.device
    )
    INSERT INTO attempt_log (at, id, contract, rid, device, key, result, reason, client_ref, address, address_digest, network_digest)
    SELECT m.stamped_at, m.attempt, m.contract, m.account, m.device, m.key, m.result, m.reason, m.client_ref,
           m.address, m.address_digest, m.network_digest
    FROM made m WHERE m.result IS NOT NULL;
    SELECT array_agg(coalesce(u.judged, u.outcome) ORDER BY u.n) INTO outcomes
      FROM unnest(v_judged, v_append.outcomes) WITH ORDINALITY u(judged, outcome, n);
    actuals := v_append.actuals;
    first_position := v_append.first_position;
    hashes := v_append.hashes;
  END
  $$;`;
