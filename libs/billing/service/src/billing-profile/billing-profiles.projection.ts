import { TableRows } from '@smartkey/database';
import type { Projection } from '@smartkey/projections';

const DDL = `
  -- Each profile as it was from a position of billing's log on, its address sealed as the log has it: documents are drawn up, and
  -- proved, by what held at their issue.
  create table billing_profile (
    contract text collate "C" not null,
    position bigint not null,
    profile jsonb not null,
    primary key (contract, position)
  );
`;

const PROFILES = new TableRows('billing_profile', { contract: 'text', position: 'bigint', profile: 'jsonb' });

/** What is agreed of contracts' documents, as it ever was. */
export const billingProfiles: Projection = {
  name: 'billing-profiles',
  version: 1,
  sources: ['billing'],
  ddl: DDL,
  types: new Set(['BillingProfileChanged']),

  async apply(tx, changed) {
    await PROFILES.insert(
      tx,
      changed.map(({ contract, position, data: profile }) => ({ contract, position, profile })),
    );
  },
};
