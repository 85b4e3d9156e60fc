import { DOCUMENT_TYPES, hasJpPint, hasStatement, type InvoiceBasis } from '@smartkey/billing-domain';
import type { ServiceMonth } from '@smartkey/calendar';
import { TableRows, type Sql } from '@smartkey/database';
import type { Message } from '@smartkey/event-bus';
import type { BillingMessages, InvoiceMessage } from '@smartkey/messages';
import type { Projection } from '@smartkey/projections';

const DDL = `
  -- Every document with the files that it is to have.
  create table document (
    number text collate "C" primary key,
    -- Place in the log: the order of issue.
    position bigint not null unique,
    contract text collate "C" not null,
    kind text not null,
    jp_pint boolean not null,
    statement boolean not null
  );
  -- The files that are there; a document and its files may come on partitions of their own, in any order.
  create table document_file (
    number text collate "C" not null,
    kind text not null,
    rendered_at timestamptz not null,
    content jsonb not null,
    primary key (number, kind)
  );
  -- Where runs were asked for and where they ended: one is carried out at a time, and what lies between is its own.
  create table close_run_span (
    run text collate "C" primary key,
    requested bigint not null,
    finished bigint
  );
  create index close_run_finished on close_run_span (finished);
`;

/** Which files documents are to have, and which are there. */
export const documentFiles: Projection = {
  name: 'document-files',
  version: 1,
  sources: ['billing'],
  ddl: DDL,

  async apply(tx, messages) {
    await DOCUMENTS.insert(tx, messages.filter(({ type }) => DOCUMENT_TYPES.has(type)).map(documentRow));
    const rendered = messages.filter(({ type }) => type === 'DocumentRendered' || type === 'StatementMade');
    await FILES.insert(tx, rendered.map(fileRow));
    for (const message of messages) {
      if (message.type === 'CloseRequested') await insertRun(tx, message);
      else if (message.type === 'CloseFinished') await endRun(tx, message);
    }
  },
};

const DOCUMENTS = new TableRows(
  'document',
  {
    number: 'text',
    position: 'bigint',
    contract: 'text',
    kind: 'text',
    jp_pint: 'boolean',
    statement: 'boolean',
  },
  { statement: 'files_insert_documents' },
);
const FILES = new TableRows('document_file', {
  number: 'text',
  kind: 'text',
  rendered_at: 'timestamptz',
  content: 'jsonb',
});

function documentRow({ position, data }: Message) {
  const { number, contract, kind, month, basis } = data as InvoiceMessage;
  const statement = hasStatement(basis as InvoiceBasis);
  return { number, position, contract, kind, jp_pint: hasJpPint(month as ServiceMonth), statement };
}

function fileRow({ type, occurredAt, data }: Message) {
  const { number, ...content } = data as
    BillingMessages['DocumentRendered'] | BillingMessages['StatementMade'];
  const kind = type === 'StatementMade' ? 'statement' : (content as { kind: string }).kind;
  return { number, kind, rendered_at: occurredAt, content };
}

async function insertRun(tx: Sql, { data, position }: Message): Promise<void> {
  const { run } = data as BillingMessages['CloseRequested'];
  await tx.execute('insert into close_run_span (run, requested) values ($1, $2::bigint)', [run, position]);
}

async function endRun(tx: Sql, { data, position }: Message): Promise<void> {
  const { run } = data as BillingMessages['CloseFinished'];
  await tx.execute('update close_run_span set finished = $2::bigint where run = $1', [run, position]);
}
