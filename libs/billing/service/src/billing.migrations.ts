import { mailOutboxMigration } from '@smartkey/mail';
import type { Migration } from '@smartkey/runtime';

/** Billing's own tables, beside its log and its read models. */
export const billingMigrations: readonly Migration[] = [
  {
    id: '0001-close-runs',
    sql: `
      -- How far the runs are. That a run was asked for and how it ended are events (stream close-<month>).
      create table close_run (
        run text collate "C" primary key,
        -- In the order of the requests, which a clock that stands still does not tell.
        seq integer generated always as identity unique,
        month text not null,
        state text not null check (state in ('waiting', 'running', 'completed', 'partial')),
        waiting_for jsonb not null default '[]',
        total integer not null default 0,
        issued integer not null default 0,
        nothing_due integer not null default 0,
        parked jsonb not null default '[]',
        requested_at timestamptz not null,
        updated_at timestamptz not null
      );
      create index close_run_open on close_run (month, seq) where state in ('waiting', 'running');
    `,
  },
  {
    id: '0002-export-files',
    sql: `
      -- The very bytes of each export; its event has their hash. A file without an event was never handed out.
      create table export_file (
        id text collate "C" primary key,
        bytes bytea not null
      );
    `,
  },
  {
    id: '0003-parked-contracts',
    sql: `
      -- The contracts that a run left to a person: as many as there are customers, so a row each.
      create table close_run_parked (
        run text collate "C" not null references close_run,
        contract text collate "C" not null,
        code text not null,
        reason text not null,
        primary key (run, contract)
      );
      insert into close_run_parked (run, contract, code, reason)
      select run, told->>'contract', told->>'code', told->>'reason'
      from close_run, jsonb_array_elements(parked) as told
      on conflict do nothing;
      alter table close_run add column parked_contracts integer not null default 0;
      update close_run set parked_contracts = jsonb_array_length(parked);
      alter table close_run drop column parked;
    `,
  },
  {
    id: '0004-parts-of-export-files',
    sql: `
      -- A file grows with the customers: it lies in parts, in their order. What was written before is a file of one part.
      alter table export_file add column part integer not null default 0;
      alter table export_file drop constraint export_file_pkey;
      alter table export_file add primary key (id, part);
    `,
  },
  {
    id: '0005-corrections-of-runs',
    sql: `
      -- What a run came to besides: corrections, documents, and what still waits.
      alter table close_run
        add column corrected integer not null default 0,
        add column invoices integer not null default 0,
        add column overtaken integer not null default 0,
        add column corrections integer not null default 0,
        add column waiting_contracts integer not null default 0,
        add column waiting_net text not null default '0';
    `,
  },
  {
    id: '0006-months-below-zero-of-runs',
    sql: `
      -- How many months were billed below 0 when a run ended.
      alter table close_run add column below_zero integer not null default 0;
    `,
  },
  {
    id: '0007-files-of-documents',
    sql: `
      -- Files of documents, by the hash of their bytes, in parts, sealed: they show addresses. That a document has become a file is an
      -- event (stream rendition-<number>); bytes without an event were never shown.
      create table stored_file (
        sha256 text collate "C" not null,
        part integer not null,
        sealed text not null,
        primary key (sha256, part)
      );
      -- Up to which position of the log every document has been looked at: each of its files is there, or refused.
      create table rendering (
        only_row boolean primary key default true check (only_row),
        position bigint not null
      );
      insert into rendering (position) values (0);
      -- What a document lacks for a file. A file that is there again has no row.
      create table refused_file (
        number text collate "C" not null,
        kind text not null,
        contract text collate "C" not null,
        document_kind text not null,
        -- Of the document in the log.
        position bigint not null,
        errors jsonb not null,
        -- What refused it: another program may be able to.
        program text not null,
        -- Something came that it may have waited for.
        again boolean not null default false,
        primary key (number, kind)
      );
      create index refused_file_of_contract on refused_file (contract);
      create index refused_file_again on refused_file (position) where again;
      -- The accounts behind a document's usage, each sealed under its own key; many in a part, in their order. Which statement is a
      -- document's says its event: rows without one were never shown.
      create table statement_part (
        statement text collate "C" not null,
        part integer not null,
        rows jsonb not null,
        primary key (statement, part)
      );
    `,
  },
  mailOutboxMigration('0008-mails'),
  {
    id: '0009-export-progress',
    sql: `
      -- How far exports are that are being written; that they were asked for is in the log.
      create table export_progress (
        id text collate "C" primary key,
        documents integer not null,
        of_documents integer not null
      );
    `,
  },
  {
    id: '0010-sealed-export-files',
    sql: `
      -- E-invoices show addresses: parts of files are sealed. Those that were written before show none and stay as they are.
      alter table export_file alter column bytes drop not null, add column sealed text;
    `,
  },
  {
    id: '0012-deliveries',
    sql: `
      -- Deliveries to be carried out. That they were requested, and what became of them, are events (stream delivery-<number>).
      create table delivery_due (
        number text collate "C" not null,
        delivery integer not null,
        -- How often its file was not there.
        tries integer not null default 0,
        -- Of the system's clock.
        next_at timestamptz not null default now(),
        primary key (number, delivery)
      );
      create index delivery_due_next on delivery_due (next_at);
      -- Where the log stood when documents first went out by themselves.
      create table delivery_start (
        only_row boolean primary key default true check (only_row),
        position bigint not null
      );
    `,
  },
  {
    id: '0013-statements-under-way',
    sql: `
      -- Statements whose rows are being written, or were when a process ended: which of them counts says the log (stream rendition-<number>).
      create table statement_under_way (
        statement text collate "C" primary key,
        -- Of the document.
        number text collate "C" not null,
        -- Of the system's clock.
        begun_at timestamptz not null default now()
      );
      create index statement_under_way_begun on statement_under_way (begun_at);
    `,
  },
  {
    id: '0014-tries-of-exports',
    sql: `
      -- How often an export was begun that did not come to its end, for a fault of ours: not counted while something is away, or for a stop.
      alter table export_progress add column tries integer not null default 0;
    `,
  },
  {
    id: '0015-proofs-behind-their-answer',
    sql: `
      -- Proofs of documents with many inputs, written behind the answer: what they show is fixed when they are asked for.
      create table proof_job (
        id text collate "C" primary key,
        number text collate "C" not null,
        contract text collate "C" not null,
        -- Sizes that the reader holds, as it was asked for.
        since text not null,
        -- Of each log: its checkpoints, and the sizes whose roots are shown.
        logs jsonb not null,
        state text not null check (state in ('running', 'finished', 'failed')),
        events integer not null,
        done integer not null default 0,
        -- Where it goes on; null where nothing is written yet.
        place jsonb,
        parts integer not null default 0,
        bytes bigint not null default 0,
        tries integer not null default 0,
        -- Of the system's clock.
        begun_at timestamptz not null default now(),
        ended_at timestamptz
      );
      create index proof_job_state on proof_job (state, begun_at);
      create table proof_job_part (
        id text collate "C" not null references proof_job on delete cascade,
        part integer not null,
        sealed text not null,
        primary key (id, part)
      );
    `,
  },
  {
    id: '0016-lost-documents',
    sql: `
      -- Losses of the log after which documents may be missing, by the incarnation that each began, and the series that goes on.
      create table document_loss (
        number integer primary key,
        -- Of the settings when somebody decided; null until then.
        configured text collate "C",
        series text collate "C",
        decided_by text,
        reason text,
        decided_at timestamptz,
        check ((series is null) = (configured is null) and (series is null) = (decided_by is null))
      );
    `,
  },
];
