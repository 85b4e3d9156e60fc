/**
 * Every attempt to sign in, by service month. A success and a wrong code that counts are written by the statement that decides them
 * (`decideAttemptFunction`), all other denials soon after (`UncountedDenials`).
 */
export const attemptLogTable = `
  CREATE TABLE attempt_log (
    at             timestamptz NOT NULL,
    -- Of a success the id of its event.
    id             uuid NOT NULL,
    contract       text NOT NULL,
    -- Missing: the contract has no such ID; what was asked for is kept as its digest alone.
    rid            text,
    unknown_digest text,
    device         text,
    -- Who asked: a key (key_…) or a person (per_…).
    key            text NOT NULL,
    result         text NOT NULL CHECK (result IN ('success', 'denied')),
    reason         text,
    client_ref     text,
    -- Sealed under the key of the contract and the month; found by digests of the address and of its network.
    address         text,
    address_digest  bytea,
    network_digest  bytea,
    -- How many attempts the row stands for, where that is more than one.
    repeated       integer,
    PRIMARY KEY (contract, at, id),
    CHECK ((result = 'denied') = (reason IS NOT NULL))
  ) PARTITION BY RANGE (at);
  CREATE INDEX attempt_log_of_id ON attempt_log (contract, rid, at, id) WHERE rid IS NOT NULL;
  CREATE INDEX attempt_log_denials ON attempt_log (contract, reason, at, id) WHERE result = 'denied';
  CREATE INDEX attempt_log_networks ON attempt_log (contract, network_digest, at, id) WHERE network_digest IS NOT NULL;
  -- Of each account's guard, which every success and every counted failure writes anyway.
  ALTER TABLE attempts ADD COLUMN last_success_at timestamptz, ADD COLUMN last_failure_at timestamptz;`;
