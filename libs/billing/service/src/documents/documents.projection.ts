import { DOCUMENT_TYPES } from '@smartkey/billing-domain';
import { prepared, type Sql, TableRows } from '@smartkey/database';
import type { Message, ServiceName } from '@smartkey/event-bus';
import { idOfStream, searchable, type Instant } from '@smartkey/kernel';
import type { BillingMessages, InvoiceMessage } from '@smartkey/messages';
import type { Projection } from '@smartkey/projections';
import { EXPORT_DDL, takeInExports, tellsOfExports } from '../exports/export-tables.ts';
import { netByMonth } from './net-by-month.ts';

const DDL = `
  create table document (
    number text collate "C" primary key,
    -- Place in the log: the order in which documents were issued, over all series.
    position bigint not null unique,
    recorded_at timestamptz not null,
    contract text collate "C" not null,
    kind text not null,
    month text collate "C" not null,
    issued_on text collate "C" not null,
    party text not null,
    total bigint not null,
    -- How far contract's and the registry's logs had been read, on the partition that was behind the others.
    read_contract bigint not null,
    read_registry bigint not null,
    -- An invoice carries a fee that arose in a month before its own.
    late_fees boolean not null
  );
  create unique index document_ordinary on document (contract, month) where kind = 'invoice';
  create index document_of_contract on document (contract, position);
  create index document_of_month on document (month, position);
  create index document_issued on document (issued_on, position);
  -- The months that documents put right, or leave to a correction of their run.
  create table corrected_month (
    contract text collate "C" not null,
    month text collate "C" not null,
    number text collate "C" not null,
    primary key (contract, month, number)
  );
  -- What is billed of each month over all documents, tax-exclusive.
  create table month_net (
    contract text collate "C" not null,
    month text collate "C" not null,
    net bigint not null,
    primary key (contract, month)
  );
  create index month_below_zero on month_net (contract, month) where net < 0;
  create table invoiced_fee (
    contract text collate "C" not null,
    fee text not null,
    number text not null,
    primary key (contract, fee)
  );
  create table closed_month (
    contract text collate "C" not null,
    revision integer not null,
    month text collate "C" not null,
    outcome text not null,
    number text,
    primary key (contract, revision)
  );
  -- Closes that were asked for and have not ended.
  create table open_close (
    run text collate "C" primary key,
    month text not null,
    requested_at timestamptz not null
  );
  -- Where each close was asked for in the log: what it issued comes behind that.
  create table requested_close (
    run text collate "C" primary key,
    position bigint not null
  );
  ${EXPORT_DDL}
`;

interface Issued {
  readonly position: bigint;
  readonly recordedAt: Instant;
  readonly invoice: InvoiceMessage;
}

/** The books of billing's own log: what documents are looked for by (they themselves are read from their series), fees invoiced, months done, closes that go on, exports. */
export const documents: Projection = {
  name: 'documents',
  version: 6,
  sources: ['billing'],
  ddl: DDL,

  async apply(tx, messages) {
    const issued: Issued[] = [];
    const closed: Message[] = [];
    for (const message of messages) {
      if (DOCUMENT_TYPES.has(message.type))
        issued.push({
          position: message.position,
          recordedAt: message.recordedAt,
          invoice: message.data as InvoiceMessage,
        });
      else if (message.type === 'MonthClosed') closed.push(message);
      else if (message.type === 'CloseRequested') await openClose(tx, message);
      else if (message.type === 'CloseFinished') await endClose(tx, message);
    }
    if (issued.length > 0) await insertDocuments(tx, issued);
    if (closed.length > 0) await insertClosed(tx, closed);
    await takeInExports(tx, messages.filter(tellsOfExports));
  },
};

const DOCUMENTS = new TableRows(
  'document',
  {
    position: 'bigint',
    recorded_at: 'timestamptz',
    number: 'text',
    contract: 'text',
    kind: 'text',
    month: 'text',
    issued_on: 'text',
    party: 'text',
    total: 'bigint',
    read_contract: 'bigint',
    read_registry: 'bigint',
    late_fees: 'boolean',
  },
  { statement: 'books_insert_documents' },
);
const FEES = new TableRows('invoiced_fee', { contract: 'text', fee: 'text', number: 'text' });
const CLOSED = new TableRows(
  'closed_month',
  { contract: 'text', revision: 'integer', month: 'text', outcome: 'text', number: 'text' },
  { statement: 'books_insert_closed' },
);
const ADD_NETS = prepared(
  'books_add_nets',
  `insert into month_net (contract, month, net) select * from unnest($1::text[], $2::text[], $3::bigint[])
   on conflict (contract, month) do update set net = month_net.net + excluded.net`,
);

async function insertDocuments(tx: Sql, issued: readonly Issued[]): Promise<void> {
  await DOCUMENTS.insert(tx, issued.map(documentRow));
  await insertCorrected(tx, issued);
  await addNets(tx, issued);
  const fees = issued.flatMap(({ invoice }) =>
    invoice.lines.flatMap(({ fee }) =>
      fee === undefined ? [] : [{ fee, contract: invoice.contract, number: invoice.number }],
    ),
  );
  await FEES.insert(tx, fees);
}

function documentRow({ position, recordedAt, invoice }: Issued) {
  const { number, contract, kind, month, issuedOn, recipient, total } = invoice;
  return {
    position,
    recorded_at: recordedAt,
    number,
    contract,
    kind,
    month,
    issued_on: issuedOn,
    party: searchable(recipient.name),
    total: BigInt(total),
    read_contract: readByAll(invoice, 'contract'),
    read_registry: readByAll(invoice, 'device-registry'),
    late_fees: carriesLateFees(invoice),
  };
}

const carriesLateFees = ({ kind, month, lines }: InvoiceMessage): boolean =>
  kind === 'invoice' && lines.some(({ item, date }) => item === 'one-time-fee' && date.slice(0, 7) < month);

/** The position up to which every partition of a source had been read. */
function readByAll({ inputs }: InvoiceMessage, source: ServiceName): bigint {
  const own = Object.entries(inputs.positions).filter(([partition]) => partition.startsWith(`${source}/`));
  const positions = own.map(([, position]) => BigInt(position));
  return positions.reduce((a, b) => (a < b ? a : b), positions[0] ?? 0n);
}

async function insertCorrected(tx: Sql, issued: readonly Issued[]): Promise<void> {
  const rows = issued.flatMap(({ invoice: { number, lines, apart = [] } }) => {
    const corrected = new Set([...lines.flatMap(({ corrects }) => corrects?.number ?? []), ...apart]);
    return [...corrected].map((original) => ({ original, number }));
  });
  if (rows.length === 0) return;
  await tx.execute(
    `insert into corrected_month (contract, month, number)
     select original.contract, original.month, told.number
     from unnest($1::text[], $2::text[]) as told (original, number)
     join document as original on original.number = told.original`,
    [rows.map((row) => row.original), rows.map((row) => row.number)],
  );
}

async function addNets(tx: Sql, issued: readonly Issued[]): Promise<void> {
  const nets = netByMonth(issued.map(({ invoice }) => invoice));
  await tx.execute(ADD_NETS, [
    nets.map(({ contract }) => contract),
    nets.map(({ month }) => month),
    nets.map(({ net }) => BigInt(net)),
  ]);
}

async function insertClosed(tx: Sql, closed: readonly Message[]): Promise<void> {
  const rows = closed.map(({ data, stream, revision }) => {
    const { month, outcome, number } = data as BillingMessages['MonthClosed'];
    return { contract: idOfStream('ctr', stream), revision, month, outcome, number };
  });
  await CLOSED.insert(tx, rows);
}

async function openClose(tx: Sql, message: Message): Promise<void> {
  const { run, month } = message.data as BillingMessages['CloseRequested'];
  await tx.execute('insert into open_close (run, month, requested_at) values ($1, $2, $3::timestamptz)', [
    run,
    month,
    message.occurredAt,
  ]);
  await tx.execute('insert into requested_close (run, position) values ($1, $2::bigint)', [
    run,
    message.position,
  ]);
}

async function endClose(tx: Sql, message: Message): Promise<void> {
  const { run } = message.data as BillingMessages['CloseFinished'];
  await tx.execute('delete from open_close where run = $1', [run]);
}
