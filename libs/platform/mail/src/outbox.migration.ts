import type { Migration } from '@smartkey/database';

/** The table of a service's mails, as a migration of its own: in its place among the service's. */
export const mailOutboxMigration = (id: string): Migration => ({
  id,
  sql: `
    -- Mails that wait and those that went. Content goes when they do; the recipient stays sealed.
    create table mail_outbox (
      id text collate "C" primary key,
      -- What the mail is the only one of. The Message-ID derives from it.
      identity text not null unique,
      kind text not null,
      contract text,
      -- What it tells of, for whoever queued it.
      reference text,
      sealed_to text not null,
      sealed_content text,
      state text not null check (state in ('waiting', 'sent', 'refused')),
      reason text,
      attempts integer not null default 0,
      -- Business time.
      queued_at timestamptz not null,
      ended_at timestamptz,
      -- Of the system's clock: when it is tried next; of one that has ended, when that was.
      next_at timestamptz not null default now(),
      -- Of the system's clock: after this it is of no use.
      send_by timestamptz,
      told boolean not null default false,
      check ((state = 'waiting') = (sealed_content is not null))
    );
    create index mail_outbox_due on mail_outbox (next_at) where state = 'waiting';
    create index mail_outbox_untold on mail_outbox (id) where state <> 'waiting' and not told;
    create index mail_outbox_ended on mail_outbox (next_at) where state <> 'waiting' and told;
    create index mail_outbox_of_contract on mail_outbox (contract, id);
  `,
});
