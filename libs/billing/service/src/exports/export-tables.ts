import type { Claim } from '@smartkey/billing-domain';
import type { JstDay, ServiceMonth } from '@smartkey/calendar';
import { TableRows, type Sql } from '@smartkey/database';
import type { Message } from '@smartkey/event-bus';
import type { BillingMessages } from '@smartkey/messages';
import { placesTold } from './selected-documents.query.ts';

/** The part of the books that tells of exports. */
export const EXPORT_DDL = `
  create table export (
    id text collate "C" primary key,
    series text not null,
    number integer not null,
    format text not null,
    state text not null,
    requested_at timestamptz not null,
    ended_at timestamptz,
    content jsonb not null,
    -- Which documents it holds, by their places in the log; of a finished one.
    month text,
    since text,
    behind bigint not null default 0,
    up_to bigint not null default 0,
    except_claims jsonb not null default '[]'
  );
  create index export_running on export (number) where state = 'running';
  create table export_acknowledged (
    export text collate "C" primary key,
    on_day text not null,
    external_id text
  );
  create table export_acknowledged_document (
    export text collate "C" not null,
    number text collate "C" not null,
    on_day text not null,
    external_id text not null,
    primary key (export, number)
  );
`;

const ACKNOWLEDGED = new TableRows(
  'export_acknowledged_document',
  { export: 'text', number: 'text', on_day: 'text', external_id: 'text' },
  { onConflict: 'skip' },
);

const EXPORT_TYPES: ReadonlySet<string> = new Set([
  'ExportRequested',
  'InvoiceExported',
  'ExportRefused',
  'ExportAcknowledged',
]);

export const tellsOfExports = ({ type }: Message): boolean => EXPORT_TYPES.has(type);

/** Takes in what is told of exports, after the documents that came before it. */
export async function takeInExports(tx: Sql, messages: readonly Message[]): Promise<void> {
  for (const message of messages)
    if (message.type === 'ExportRequested') await insertRequested(tx, message);
    else if (message.type === 'InvoiceExported') await finish(tx, message);
    else if (message.type === 'ExportRefused') await refuse(tx, message);
    else await acknowledge(tx, message);
}

const seriesOf = ({ stream }: Message): string => stream.slice('exports-'.length);

async function insertRequested(tx: Sql, message: Message): Promise<void> {
  const content = message.data as BillingMessages['ExportRequested'];
  await tx.execute(
    `insert into export (id, series, number, format, state, requested_at, content)
     values ($1, $2, $3, $4, 'running', $5::timestamptz, $6::text::jsonb)`,
    [
      content.export,
      seriesOf(message),
      content.number,
      content.format,
      message.occurredAt,
      JSON.stringify(content),
    ],
  );
}

/** Up to version 1 a finished export was told of without a request before it. */
async function finish(tx: Sql, message: Message): Promise<void> {
  const content = message.data as BillingMessages['InvoiceExported'];
  const { month, since, behind, upTo, claims } = await placesTold(tx, content);
  await tx.execute(
    `insert into export (id, series, number, format, state, requested_at, ended_at, content, month, since, behind, up_to,
       except_claims)
     values ($1, $2, $3, $4, 'finished', $5::timestamptz, $5::timestamptz, $6::text::jsonb, $7, $8, $9::bigint, $10::bigint,
       $11::text::jsonb)
     on conflict (id) do update set state = excluded.state, ended_at = excluded.ended_at, content = excluded.content,
       month = excluded.month, since = excluded.since, behind = excluded.behind, up_to = excluded.up_to,
       except_claims = excluded.except_claims`,
    [
      content.export,
      seriesOf(message),
      content.number,
      content.format,
      message.occurredAt,
      JSON.stringify(content),
      month,
      since,
      behind,
      upTo,
      claims,
    ],
  );
}

async function refuse(tx: Sql, message: Message): Promise<void> {
  const { export: id, faults, errors } = message.data as BillingMessages['ExportRefused'];
  await tx.execute(
    `update export set state = 'refused', ended_at = $2::timestamptz, content = content || $3::text::jsonb where id = $1`,
    [id, message.occurredAt, JSON.stringify({ faults, errors })],
  );
}

async function acknowledge(tx: Sql, message: Message): Promise<void> {
  const { export: id, on, file, externalId, items } = message.data as BillingMessages['ExportAcknowledged'];
  if (file)
    await tx.execute(
      `insert into export_acknowledged (export, on_day, external_id) values ($1, $2, $3)
       on conflict (export) do nothing`,
      [id, on, externalId ?? null],
    );
  await ACKNOWLEDGED.insert(
    tx,
    items.map(({ number, externalId: slip }) => ({ export: id, number, on_day: on, external_id: slip })),
  );
}

/** What finished exports of a format have taken that are told of in the streams of other series. */
export async function takenElsewhere(sql: Sql, series: string, format: string): Promise<readonly Claim[]> {
  const rows = await sql.query<{ month: ServiceMonth | null; since: JstDay | null; last: string }>(
    `select month, since, content->>'last' as last from export
     where series <> $1 and format = $2 and state = 'finished' and content ? 'last' order by number`,
    [series, format],
  );
  return rows.map(({ month, since, last }) => ({
    ...(month !== null && { month }),
    ...(since !== null && { since }),
    last,
  }));
}
