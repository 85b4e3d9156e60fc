import type { BillingMessages } from '@smartkey/messages';
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

/** What is agreed of contracts' documents, as it ever was. */
export const billingProfiles: Projection = {
  name: 'billing-profiles',
  version: 1,
  sources: ['billing'],
  ddl: DDL,
  types: new Set(['BillingProfileChanged']),

  async apply(tx, changed) {
    await tx.execute(
      `insert into billing_profile (contract, position, profile)
       select contract, position, profile::jsonb
       from unnest($1::text[], $2::bigint[], $3::text[]) as told (contract, position, profile)`,
      [
        changed.map(({ contract }) => contract),
        changed.map(({ position }) => position),
        changed.map(({ data }) => JSON.stringify(data as BillingMessages['BillingProfileChanged'])),
      ],
    );
  },
};
