import { DOCUMENT_TYPES, hasJpPint, hasStatement, type InvoiceBasis } from '@smartkey/billing-domain';
import type { ServiceMonth } from '@smartkey/calendar';
import { prepared, type Sql } from '@smartkey/database';
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
    await insertDocuments(
      tx,
      messages.filter(({ type }) => DOCUMENT_TYPES.has(type)),
    );
    await insertFiles(
      tx,
      messages.filter(({ type }) => type === 'DocumentRendered' || type === 'StatementMade'),
    );
    for (const message of messages) {
      if (message.type === 'CloseRequested') await insertRun(tx, message);
      else if (message.type === 'CloseFinished') await endRun(tx, message);
    }
  },
};

const INSERT_DOCUMENTS = prepared(
  'files_insert_documents',
  `insert into document (number, position, contract, kind, jp_pint, statement)
   select * from unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::boolean[], $6::boolean[])`,
);

async function insertDocuments(tx: Sql, messages: readonly Message[]): Promise<void> {
  if (messages.length === 0) return;
  const documents = messages.map(({ position, data }) => ({ position, document: data as InvoiceMessage }));
  await tx.execute(INSERT_DOCUMENTS, [
    documents.map(({ document }) => document.number),
    documents.map(({ position }) => position),
    documents.map(({ document }) => document.contract),
    documents.map(({ document }) => document.kind),
    documents.map(({ document }) => hasJpPint(document.month as ServiceMonth)),
    documents.map(({ document }) => hasStatement(document.basis as InvoiceBasis)),
  ]);
}

async function insertFiles(tx: Sql, messages: readonly Message[]): Promise<void> {
  if (messages.length === 0) return;
  const files = messages.map(({ type, occurredAt, data }) => {
    const { number, ...content } = data as
      BillingMessages['DocumentRendered'] | BillingMessages['StatementMade'];
    const kind = type === 'StatementMade' ? 'statement' : (content as { kind: string }).kind;
    return { number, kind, renderedAt: occurredAt, content };
  });
  await tx.execute(
    `insert into document_file (number, kind, rendered_at, content)
     select number, kind, rendered_at, content::jsonb
     from unnest($1::text[], $2::text[], $3::timestamptz[], $4::text[]) as told (number, kind, rendered_at, content)`,
    [
      files.map(({ number }) => number),
      files.map(({ kind }) => kind),
      files.map(({ renderedAt }) => renderedAt),
      files.map(({ content }) => JSON.stringify(content)),
    ],
  );
}

async function insertRun(tx: Sql, { data, position }: Message): Promise<void> {
  const { run } = data as BillingMessages['CloseRequested'];
  await tx.execute('insert into close_run_span (run, requested) values ($1, $2::bigint)', [run, position]);
}

async function endRun(tx: Sql, { data, position }: Message): Promise<void> {
  const { run } = data as BillingMessages['CloseFinished'];
  await tx.execute('update close_run_span set finished = $2::bigint where run = $1', [run, position]);
}
