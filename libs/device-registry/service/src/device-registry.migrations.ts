import type { Migration } from '@smartkey/runtime';

/** The registry's own tables, beside its log and its read model. */
export const deviceRegistryMigrations: readonly Migration[] = [
  {
    id: '0001-identities',
    sql: `
      -- Who an external id is: reserved before the account's first event, so that two registrations of one external id at
      -- the same time meet in one account. A reservation without an event means nothing.
      CREATE TABLE identities (
        contract text NOT NULL,
        digest text NOT NULL,
        account text NOT NULL UNIQUE,
        external_id text NOT NULL,
        PRIMARY KEY (contract, digest)
      );
      CREATE INDEX identities_by_contract ON identities (contract, account);
      -- The name given with a registration, by the id of its event; written before it, and read only through it.
      CREATE TABLE display_names (
        event uuid PRIMARY KEY,
        account text NOT NULL,
        display_name text NOT NULL
      );
      -- Whose a device or an enrolment is.
      CREATE TABLE owned_ids (
        id text PRIMARY KEY,
        account text NOT NULL,
        contract text NOT NULL
      );
    `,
  },
  {
    id: '0002-imports',
    sql: `
      CREATE TABLE imports (
        id text PRIMARY KEY,
        -- In the order in which they came: ids of one instant have none.
        number bigint GENERATED ALWAYS AS IDENTITY,
        contract text NOT NULL,
        -- The command that brought the file, once all of it is here: the same command again finds the same job.
        command text UNIQUE,
        file_digest text,
        dry_run boolean NOT NULL,
        actor jsonb NOT NULL,
        status text NOT NULL,
        total integer NOT NULL DEFAULT 0,
        done integer NOT NULL DEFAULT 0,
        registered integer NOT NULL DEFAULT 0,
        deregistered integer NOT NULL DEFAULT 0,
        suspended integer NOT NULL DEFAULT 0,
        resumed integer NOT NULL DEFAULT 0,
        unchanged integer NOT NULL DEFAULT 0,
        failed integer NOT NULL DEFAULT 0,
        created_at text NOT NULL,
        started_at text,
        finished_at text
      );
      CREATE INDEX imports_by_contract ON imports (contract, number);
      CREATE INDEX imports_at_work ON imports (number) WHERE status IN ('queued', 'running');
      CREATE TABLE import_rows (
        import text NOT NULL,
        row integer NOT NULL,
        external_id text NOT NULL,
        display_name text,
        action text NOT NULL,
        -- Why the row cannot be carried out at all.
        fault_code text,
        fault_detail text,
        PRIMARY KEY (import, row)
      );
      CREATE TABLE import_results (
        import text NOT NULL,
        row integer NOT NULL,
        outcome text NOT NULL,
        code text,
        detail text,
        PRIMARY KEY (import, row)
      );
    `,
  },
  {
    id: '0003-affected-months',
    sql: `
      -- The issued months that the import's facts lie in, with the numbers of their invoices.
      ALTER TABLE imports ADD COLUMN affects jsonb NOT NULL DEFAULT '[]';
    `,
  },
];
