import { attemptLogTable } from './attempt-log/attempt-log.sql.ts';
import { decideAttemptFunction } from './authentications/decide-attempt.sql.ts';
import { commitDecisionFunction } from './authentications/commit-decision.sql.ts';
import { decideAtOnceFunction } from './authentications/decide-at-once.sql.ts';
import { decideTogetherFunction } from './authentications/decide-together.sql.ts';

/**
 * The service's own tables. A wrong code writes `attempts`, a success `attempts` and `credentials`; any other denial writes neither.
 * Their pages leave room, and no column that these writes change is indexed, so that such an update stays on its page (HOT).
 *
 * `attempts` is the guard of its account. Its version moves with every wrong code that is counted, every success and unlock, and
 * with every change of the account's credentials or facts; a decision about a code is committed only at the version that it read.
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
  { id: '0002-commit-decision', sql: commitDecisionFunction },
  {
    id: '0003-one-key-of-accounts',
    sql: `
      -- The same facts come from several sides at once. A statement that takes in what is there already names one key; a second
      -- unique one would fail it. That a contract has one account for an external id is the registry's to say.
      ALTER TABLE accounts DROP CONSTRAINT accounts_contract_external_id_digest_key;
      CREATE INDEX accounts_by_digest ON accounts (contract, external_id_digest, account);`,
  },
  { id: '0004-attempt-log', sql: attemptLogTable + decideAttemptFunction },
  { id: '0005-decisions-together', sql: decideTogetherFunction },
  {
    id: '0006-erased-accounts',
    sql: `
      -- Missing: the personal data were erased, and no external id finds the account.
      ALTER TABLE accounts ALTER COLUMN external_id_digest DROP NOT NULL;`,
  },
  {
    id: '0007-facts-without-digests',
    sql: `
      -- What an external id is found by stands in its own column alone.
      UPDATE accounts SET facts = facts - 'externalIdDigest' WHERE facts ? 'externalIdDigest';`,
  },
  { id: '0008-decisions-at-once', sql: decideAtOnceFunction },
];
