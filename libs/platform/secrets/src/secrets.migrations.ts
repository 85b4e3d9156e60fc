import type { Migration } from '@smartkey/database';

/** The tables of a service's keys, in the service's own schema. */
export const secretsMigrations: readonly Migration[] = [
  {
    id: '0001-keys',
    sql: `
      CREATE TABLE data_keys (
        version    integer PRIMARY KEY,
        wrapped    text NOT NULL,
        created_at timestamptz NOT NULL
      );
      CREATE TABLE subject_keys (
        subject   text PRIMARY KEY,
        wrapped   text,
        erased_at timestamptz,
        CHECK ((wrapped IS NULL) = (erased_at IS NOT NULL))
      );`,
  },
  {
    id: '0002-lookup-key',
    sql: `
      -- With which lookup key these data were made.
      CREATE TABLE lookup_key (
        one_row boolean PRIMARY KEY DEFAULT true CHECK (one_row),
        proof   text NOT NULL
      );`,
  },
];
