import { scrubTables } from '@smartkey/database';
import type { Migration, MigrationKeys } from '@smartkey/runtime';
import { sealClearRows } from '@smartkey/secrets';
import { importFiles, importResults, importRows, ImportSeals } from './imports/import-seals.ts';

/** The registry's own tables, beside its log and its read model. */
export const deviceRegistryMigrations: readonly Migration<MigrationKeys>[] = [
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
  {
    id: '0004-sealed-names',
    sql: `
      ALTER TABLE identities ADD COLUMN sealed text, ALTER COLUMN external_id DROP NOT NULL;
      ALTER TABLE display_names ADD COLUMN sealed text, ALTER COLUMN display_name DROP NOT NULL;
      ALTER TABLE import_rows ADD COLUMN sealed text, ALTER COLUMN external_id DROP NOT NULL;
      ALTER TABLE import_results ADD COLUMN sealed text;
      ALTER TABLE imports ADD COLUMN sealed_digest text,
        -- When the rows and results were forgotten.
        ADD COLUMN purged_at text;
      CREATE INDEX imports_to_purge ON imports (finished_at) WHERE status = 'completed' AND purged_at IS NULL;
      CREATE INDEX imports_arriving ON imports (created_at) WHERE status = 'receiving';
    `,
  },
  {
    id: '0005-nothing-in-the-clear',
    before: async (database, { secretBox, subjectKeys }) => {
      const bySubject = (account: string, table: string, clear: string, key: string) =>
        sealClearRows(
          database,
          { table, clear, type: 'text', column: 'sealed', key: [key], needs: [account] },
          async (rows) => {
            const sealed = await subjectKeys.sealMany(
              rows.map((row) => ({
                subject: row[account]!,
                texts: [Buffer.from(row.bytes).toString('utf8')],
              })),
            );
            return sealed.map(([text]) => text!);
          },
        );
      await bySubject('account', 'identities', 'external_id', 'digest');
      await bySubject('account', 'display_names', 'display_name', 'event');
      const seals = new ImportSeals(secretBox);
      const inOrder = async <T>(rows: readonly T[], seal: (row: T) => Promise<string | null>) => {
        const sealed: string[] = [];
        for (const row of rows) sealed.push((await seal(row))!);
        return sealed;
      };
      await sealClearRows(
        database,
        {
          ...importRows,
          clear: 'external_id',
          type: 'text',
          needs: ['display_name', 'action', 'fault_code', 'fault_detail'],
        },
        (rows) =>
          inOrder(rows, (row) =>
            seals.sealRow(row['import']!, {
              row: Number(row['row']),
              externalId: Buffer.from(row.bytes).toString('utf8'),
              displayName: row['display_name'] ?? null,
              action: row['action']!,
              faultCode: row['fault_code'] ?? null,
              faultDetail: row['fault_detail'] ?? null,
            }),
          ),
      );
      await sealClearRows(
        database,
        { ...importResults, clear: 'code', type: 'text', needs: ['detail'] },
        (rows) =>
          inOrder(rows, (row) =>
            seals.sealResult(row['import']!, {
              row: Number(row['row']),
              outcome: 'failed',
              code: Buffer.from(row.bytes).toString('utf8'),
              ...(row['detail'] === null ? {} : { detail: row['detail']! }),
            }),
          ),
      );
      await sealClearRows(database, { ...importFiles, clear: 'file_digest', type: 'text' }, (rows) =>
        inOrder(rows, (row) => seals.sealDigest(row['id']!, Buffer.from(row.bytes).toString('utf8'))),
      );
    },
    sql: `
      ALTER TABLE identities DROP COLUMN external_id, ALTER COLUMN sealed SET NOT NULL;
      ALTER TABLE display_names DROP COLUMN display_name, ALTER COLUMN sealed SET NOT NULL;
      ALTER TABLE import_rows DROP COLUMN external_id, DROP COLUMN display_name, DROP COLUMN action,
        DROP COLUMN fault_code, DROP COLUMN fault_detail, ALTER COLUMN sealed SET NOT NULL;
      ALTER TABLE import_results DROP COLUMN code, DROP COLUMN detail;
      ALTER TABLE imports DROP COLUMN file_digest;
    `,
  },
  {
    id: '0006-files-without-clear-text',
    before: (database) =>
      scrubTables(database, ['identities', 'display_names', 'import_rows', 'import_results', 'imports']),
    sql: 'SELECT 1',
  },
  {
    id: '0007-contracts-in-the-directory',
    // What is known of contracts lies in the account directory; nobody builds or reads the projection it lay in. Its marks would
    // stand still for ever, and marks that stand still forbid another number of partitions.
    sql: `
      DO $$
      DECLARE former text;
      BEGIN
        IF to_regclass('projection_generation') IS NULL THEN RETURN; END IF;
        FOR former IN SELECT generation FROM projection_generation WHERE projection = 'contract-facts' LOOP
          EXECUTE format('DROP SCHEMA IF EXISTS %I CASCADE', former);
          DELETE FROM projection_parked WHERE consumer = former;
          DELETE FROM projection_mark WHERE consumer = former;
          DELETE FROM projection_generation WHERE generation = former;
        END LOOP;
      END $$`,
  },
  {
    id: '0008-erasures',
    sql: `
      -- Of an account whose personal data are erased.
      ALTER TABLE identities ALTER COLUMN sealed DROP NOT NULL;
      CREATE INDEX display_names_of_account ON display_names (account);
      -- Erasures that files of imports are still to be gone through for, by the digest of the external id that rows name.
      CREATE TABLE erasure_work (
        account text PRIMARY KEY,
        contract text NOT NULL,
        digest text NOT NULL,
        asked_at text NOT NULL
      );
      CREATE INDEX erasure_work_of_contract ON erasure_work (contract, asked_at, account);`,
  },
];
