import { scrubTables } from '@smartkey/database';
import { mailOutboxMigration } from '@smartkey/mail';
import type { Migration } from '@smartkey/runtime';
import { sealClearColumn, type SecretBox } from '@smartkey/secrets';
import { keptAnswers, keyNames } from './gateway-sealed-columns.ts';

/** What the migrations work with, besides the database. */
export interface GatewayKeys {
  readonly secretBox: SecretBox;
}

/** The gateway's own tables. Its log, which is of people alone, brings its own. */
export const gatewayMigrations: readonly Migration<GatewayKeys>[] = [
  {
    id: 'gateway-0001-keys',
    sql: `
      CREATE TABLE keys (
        id         text PRIMARY KEY,
        prefix     text NOT NULL UNIQUE,
        hash       bytea NOT NULL,
        role       text NOT NULL,
        contract   text,
        name       text,
        created_at timestamptz NOT NULL,
        created_by text NOT NULL,
        expires_at timestamptz,
        revoked_at timestamptz,
        revoked_by text,
        command_id text NOT NULL UNIQUE,
        issued_at  timestamptz NOT NULL,
        CHECK ((contract IS NOT NULL) = (role IN ('contractor', 'service-provider')))
      );
      CREATE INDEX keys_of_contract ON keys (contract, id);`,
  },
  {
    id: 'gateway-0002-idempotency',
    sql: `
      CREATE TABLE idempotency (
        scope        bytea PRIMARY KEY,
        fingerprint  bytea,
        owner        text NOT NULL,
        lease_until  timestamptz NOT NULL,
        expires_at   timestamptz NOT NULL,
        status       integer,
        headers      jsonb,
        body         bytea,
        sealed       text,
        secret_until timestamptz
      );
      CREATE INDEX idempotency_expiry ON idempotency (expires_at);
      CREATE INDEX idempotency_secrets ON idempotency (secret_until) WHERE sealed IS NOT NULL;`,
  },
  {
    id: 'gateway-0003-restrictions',
    sql: `
      CREATE TABLE restriction_changes (
        name       text NOT NULL,
        revision   integer NOT NULL,
        active     boolean NOT NULL,
        detail     text,
        changed_at timestamptz NOT NULL,
        changed_by text NOT NULL,
        PRIMARY KEY (name, revision)
      );`,
  },
  {
    id: 'gateway-0004-settings',
    sql: `CREATE TABLE settings (name text PRIMARY KEY, sealed text NOT NULL);`,
  },
  {
    // Keys of a maker that ends later than this are capped as they would be when made now. Whose maker ended before stays as
    // it is: nobody is to be locked out by an upgrade.
    id: 'gateway-0005-key-descent',
    sql: `
      CREATE INDEX keys_by_maker ON keys (created_by);
      WITH RECURSIVE ends (id, at) AS (
        SELECT id, expires_at FROM keys WHERE expires_at > now() AND revoked_at IS NULL
        UNION
        SELECT made.id, least(made.expires_at, ends.at) FROM keys AS made JOIN ends ON made.created_by = ends.id
      )
      UPDATE keys SET expires_at = ends_first.at
      FROM (SELECT id, min(at) AS at FROM ends GROUP BY id) AS ends_first
      WHERE keys.id = ends_first.id AND (keys.expires_at IS NULL OR keys.expires_at > ends_first.at);`,
  },
  {
    id: 'gateway-0006-sealed-names',
    sql: 'ALTER TABLE keys ADD COLUMN sealed_name text',
  },
  {
    id: 'gateway-0007-nothing-in-the-clear',
    before: async (database, { secretBox }) => {
      await sealClearColumn(database, secretBox, { ...keyNames, clear: 'name', type: 'text' });
      await sealClearColumn(database, secretBox, { ...keptAnswers, clear: 'body', type: 'bytea' });
    },
    sql: 'ALTER TABLE keys DROP COLUMN name; ALTER TABLE idempotency DROP COLUMN body',
  },
  {
    id: 'gateway-0008-files-without-clear-text',
    before: (database) => scrubTables(database, ['keys', 'idempotency']),
    sql: 'SELECT 1',
  },
  {
    // What every request must know of a person, changed in the transaction of the event. Name and address are sealed under the
    // person's own key.
    id: 'gateway-0009-people',
    sql: `
      CREATE TABLE people (
        id              text PRIMARY KEY,
        contract        text,
        status          text NOT NULL CHECK (status IN ('invited', 'active', 'suspended', 'left')),
        roles           text[] NOT NULL,
        rights          text[] NOT NULL,
        revision        integer NOT NULL,
        sealed_name     text NOT NULL,
        sealed_email    text NOT NULL,
        email_digest    text NOT NULL,
        email_confirmed boolean NOT NULL,
        created_at      timestamptz NOT NULL,
        CHECK ((contract IS NULL) = (rights = '{}'))
      );
      CREATE INDEX people_of_contract ON people (contract, id);
      CREATE INDEX people_by_email ON people (email_digest);

      CREATE TABLE sessions (
        id          text PRIMARY KEY,
        prefix      text NOT NULL UNIQUE,
        hash        bytea NOT NULL,
        -- Who signed in; none yet where an access key did, whose role and contract then stand here.
        person      text REFERENCES people (id),
        key         text,
        key_role    text,
        contract    text,
        method      text NOT NULL,
        created_at  timestamptz NOT NULL,
        seen_at     timestamptz NOT NULL,
        expires_at  timestamptz NOT NULL,
        verified_at timestamptz,
        CHECK ((person IS NULL) = (key IS NOT NULL)),
        CHECK ((key IS NULL) = (key_role IS NULL))
      );
      CREATE INDEX sessions_of_person ON sessions (person);
      CREATE INDEX sessions_expiry ON sessions (expires_at);

      CREATE TABLE passkeys (
        id            text PRIMARY KEY,
        person        text NOT NULL REFERENCES people (id),
        credential_id text NOT NULL UNIQUE,
        public_key    bytea NOT NULL,
        counter       bigint NOT NULL,
        transports    text[] NOT NULL,
        sealed_name   text NOT NULL,
        created_at    timestamptz NOT NULL,
        used_at       timestamptz
      );
      CREATE INDEX passkeys_of_person ON passkeys (person, id);

      CREATE TABLE sign_in_attempts (
        address  text NOT NULL,
        minute   timestamptz NOT NULL,
        attempts integer NOT NULL,
        PRIMARY KEY (address, minute)
      );
      CREATE INDEX sign_in_attempts_age ON sign_in_attempts (minute);`,
  },
  {
    // Links and challenges by the hash of what their holder has; each is taken by one conditional statement.
    id: 'gateway-0010-ways-in',
    sql: `
      CREATE TABLE links (
        hash       bytea PRIMARY KEY,
        person     text NOT NULL REFERENCES people (id),
        kind       text NOT NULL CHECK (kind IN ('invitation', 'recovery')),
        channel    text NOT NULL CHECK (channel IN ('mail', 'shown')),
        expires_at timestamptz NOT NULL,
        used_at    timestamptz
      );
      CREATE INDEX links_of_person ON links (person);
      CREATE INDEX links_expiry ON links (expires_at);

      CREATE TABLE challenges (
        hash       bytea PRIMARY KEY,
        kind       text NOT NULL,
        -- For whom, where that is known beforehand.
        person     text REFERENCES people (id),
        session    text,
        provider   text,
        expires_at timestamptz NOT NULL
      );
      CREATE INDEX challenges_expiry ON challenges (expires_at);

      CREATE TABLE recovery_codes (
        person    text PRIMARY KEY REFERENCES people (id),
        hash      bytea NOT NULL,
        issued_at timestamptz NOT NULL
      );

      CREATE TABLE provider_accounts (
        digest   text PRIMARY KEY,
        person   text NOT NULL REFERENCES people (id),
        issuer   text NOT NULL,
        bound_at timestamptz NOT NULL,
        UNIQUE (person, issuer)
      );`,
  },
  mailOutboxMigration('gateway-0011-mails'),
  {
    // Who asked that a contract's sole administrator be let in again: another operator must ask too.
    id: 'gateway-0012-recovery-requests',
    sql: `
      CREATE TABLE recovery_requests (
        person   text PRIMARY KEY REFERENCES people (id),
        asked_by text NOT NULL,
        asked_at timestamptz NOT NULL
      );`,
  },
  {
    // Users' links by the hash of their token, and the browsers in which they were opened. No name and no address: those stand sealed in the
    // registry's log.
    id: 'gateway-0013-end-users',
    sql: `
      CREATE TABLE user_links (
        hash       bytea PRIMARY KEY,
        purpose    text NOT NULL CHECK (purpose IN ('enrolment', 'own-page', 'report')),
        contract   text NOT NULL,
        account    text NOT NULL,
        -- Of an enrolment: whose life stands in the registry's log.
        link       text UNIQUE,
        device     text,
        expires_at timestamptz NOT NULL,
        used_at    timestamptz,
        CHECK ((purpose = 'enrolment') = (link IS NOT NULL)),
        CHECK ((purpose = 'report') = (device IS NOT NULL))
      );
      CREATE INDEX user_links_of_account ON user_links (account, purpose);
      CREATE INDEX user_links_expiry ON user_links (expires_at);

      CREATE TABLE user_sessions (
        id         text PRIMARY KEY,
        prefix     text NOT NULL UNIQUE,
        hash       bytea NOT NULL,
        purpose    text NOT NULL,
        contract   text NOT NULL,
        account    text NOT NULL,
        link       text,
        device     text,
        created_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        proven_at  timestamptz,
        tries      integer NOT NULL
      );
      CREATE INDEX user_sessions_of_account ON user_sessions (account);
      CREATE INDEX user_sessions_of_link ON user_sessions (link);
      CREATE INDEX user_sessions_expiry ON user_sessions (expires_at);`,
  },
  {
    // Up to where in the registry's log users were told of their new devices.
    id: 'gateway-0014-user-notices',
    sql: `
      CREATE TABLE user_notices (
        one      boolean PRIMARY KEY DEFAULT true CHECK (one),
        position bigint NOT NULL
      );`,
  },
  {
    // How far mails about contracts have told what the logs say.
    id: 'gateway-0015-notice-places',
    sql: `
      CREATE TABLE notice_places (
        source   text PRIMARY KEY,
        position bigint NOT NULL
      );`,
  },
  {
    // Who of the operator's side opened which contract in which sign-in; why, the person's stream says at that revision.
    id: 'gateway-0016-contract-openings',
    sql: `
      CREATE TABLE contract_openings (
        session   text NOT NULL,
        contract  text NOT NULL,
        person    text NOT NULL REFERENCES people (id),
        revision  int NOT NULL,
        opened_at timestamptz NOT NULL,
        PRIMARY KEY (session, contract)
      );
      CREATE INDEX contract_openings_of_contract ON contract_openings (contract, opened_at DESC, session);`,
  },
  {
    // From where a key is taken (none named: from everywhere), and about when it was last.
    id: 'gateway-0017-key-networks',
    sql: `
      ALTER TABLE keys ADD COLUMN allowed_networks text[] NOT NULL DEFAULT '{}', ADD COLUMN last_used_at timestamptz;`,
  },
  {
    // By what a session was last used, as its agent names itself: browser and operating system, without their versions.
    id: 'gateway-0018-session-agents',
    sql: 'ALTER TABLE sessions ADD COLUMN agent text',
  },
  {
    // A link that shows an address to be its owner's: the address lies sealed under the person's key until then.
    id: 'gateway-0019-address-links',
    sql: `
      ALTER TABLE links DROP CONSTRAINT links_kind_check;
      ALTER TABLE links ADD CONSTRAINT links_kind_check CHECK (kind IN ('invitation', 'recovery', 'address'));
      ALTER TABLE links ADD COLUMN sealed_email text, ADD CHECK ((kind = 'address') = (sealed_email IS NOT NULL));`,
  },
];
