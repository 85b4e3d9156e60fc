import type { Migration } from '@smartkey/database';

export const contractMigrations: readonly Migration[] = [
  {
    id: '0001-iij-id-contracts',
    sql: `create table iij_id_contract (id text primary key, active boolean not null, changed_at timestamptz not null)`,
  },
];
