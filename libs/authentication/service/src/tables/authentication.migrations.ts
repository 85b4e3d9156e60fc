/**
 * The one statement that an answer about a code stands on: the attempt counted or the step used up, and the fact appended, or
 * nothing. `guarded`: whether the guard was still at the version that was decided on. Anything but an append fails the
 * statement with SK001 and what it was.
 *
 * All appends to an account's stream are made by whoever holds its guard, so the head read here is the one appended to; that
 * no id comes twice is for the key to say.
 */
const commitDecision = `
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
    guarded := FOUND;
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
    END IF;
    actual := v_append.actual;
    first_position := v_append.first_position;
    hashes := v_append.hashes;
  END
  $$;`;

/**
 * The service's own tables. `attempts` and `credentials` are written with every decision: their pages leave room, and no changing
 * column is indexed, so that an update stays on its page (HOT).
 */
export const authenticationMigrations: readonly { readonly id: string; readonly sql: string }[] = [
  {
    id: '0001-authentication',
    sql: `
      -- What the owners have said, newest revision; learned by the bus, told directly, or asked for.
      CREATE TABLE contracts (
        contract text PRIMARY KEY,
        revision bigint NOT NULL,
        facts    jsonb NOT NULL
      );
      CREATE TABLE accounts (
        account            text PRIMARY KEY,
        contract           text NOT NULL,
        external_id_digest text NOT NULL,
        revision           bigint NOT NULL,
        facts              jsonb NOT NULL,
        UNIQUE (contract, external_id_digest)
      );
      -- The guard of one account: whoever decides on a code changes the version it read, or decides again.
      CREATE TABLE attempts (
        account      text PRIMARY KEY,
        contract     text NOT NULL,
        version      bigint NOT NULL,
        failures     integer NOT NULL,
        locked_until timestamptz,
        hard_locked  boolean NOT NULL
      ) WITH (fillfactor = 70);
      CREATE TABLE credentials (
        device         text PRIMARY KEY,
        account        text NOT NULL,
        contract       text NOT NULL,
        enrolment      text NOT NULL UNIQUE,
        status         text NOT NULL CHECK (status IN ('pending', 'confirmed', 'active', 'suspended', 'ended')),
        announced_at   bigint NOT NULL,
        ended_cause    text,
        sealed         text,
        digits         smallint NOT NULL CHECK (digits IN (6, 8)),
        period         smallint NOT NULL CHECK (period IN (30, 60)),
        algorithm      text NOT NULL CHECK (algorithm IN ('SHA1', 'SHA256', 'SHA512')),
        last_step      bigint NOT NULL,
        confirmed_step bigint,
        expires_at     timestamptz NOT NULL,
        tries          smallint NOT NULL,
        CHECK ((status = 'ended') = (sealed IS NULL)),
        CHECK ((status = 'ended') = (ended_cause IS NOT NULL))
      ) WITH (fillfactor = 70);
      CREATE INDEX credentials_of_account ON credentials (account) WHERE status <> 'ended';
      CREATE INDEX credentials_not_taken_up ON credentials (expires_at) WHERE status IN ('pending', 'confirmed');`,
  },
  { id: '0002-commit-decision', sql: commitDecision },
  {
    id: '0003-one-key-of-accounts',
    sql: `
      -- The same facts come from several sides at once. A statement that takes in what is there already names one key; a second
      -- unique one would fail it. That a contract has one account for an external id is the registry's to say.
      ALTER TABLE accounts DROP CONSTRAINT accounts_contract_external_id_digest_key;
      CREATE INDEX accounts_by_digest ON accounts (contract, external_id_digest, account);`,
  },
];
