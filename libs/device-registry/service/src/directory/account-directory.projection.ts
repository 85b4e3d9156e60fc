import { endOfDay, type JstDay } from '@smartkey/calendar';
import type { Sql } from '@smartkey/database';
import type { Instant } from '@smartkey/kernel';
import type { Message } from '@smartkey/event-bus';
import { foldAccountFacts, noAccountFacts, type AccountFacts } from '@smartkey/facts';
import type { ContractMessages } from '@smartkey/messages';
import type { Projection } from '@smartkey/projections';

/** An account as the directory keeps it. */
export interface DirectoryRow {
  readonly account: string;
  readonly contract: string;
  /** Id of the event that began the last spell; names the display name. */
  readonly registration: string;
  /** When each spell began and ended, by its number. */
  readonly times: Readonly<Record<number, SpellTimes>>;
  readonly facts: AccountFacts;
}

export interface SpellTimes {
  readonly registeredAt: Instant;
  readonly deregisteredAt?: Instant;
}

const DDL = `
  create table accounts (
    account text primary key,
    contract text not null,
    status text not null,
    registration uuid not null,
    times jsonb not null,
    -- The enrolment that waits, and until when.
    enrolment text,
    expires_at text,
    facts jsonb not null
  );
  create index on accounts (contract, account);
  create index on accounts (contract) where status <> 'deregistered';
  create index on accounts (expires_at) where enrolment is not null;
  -- The last day of contracts that are to end or have ended, and the instant of their end.
  create table contract_ends (contract text primary key, last_day text not null, ends_at text not null)`;

const UPSERT = `
  insert into accounts
  select account, contract, status, registration, times::jsonb, enrolment, expires_at, facts::jsonb
  from unnest($1::text[], $2::text[], $3::text[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[])
    as told (account, contract, status, registration, times, enrolment, expires_at, facts)
  on conflict (account) do update set
    status = excluded.status, registration = excluded.registration, times = excluded.times,
    enrolment = excluded.enrolment, expires_at = excluded.expires_at, facts = excluded.facts`;

export const DIRECTORY_COLUMNS = `account, contract, registration::text as registration, times, facts`;

type Row = { -readonly [Key in keyof DirectoryRow]: DirectoryRow[Key] };

function applied(before: Row | undefined, message: Message): Row {
  const account = (message.data as { readonly account: string }).account;
  const row: Row = before ?? {
    account,
    contract: message.contract ?? '',
    registration: message.id,
    times: {},
    facts: noAccountFacts(account),
  };
  const facts = foldAccountFacts(row.facts, message);
  const { spell } = message.data as { readonly spell: number };
  if (message.type === 'IdRegistered') {
    const times = { ...row.times, [spell]: { registeredAt: message.occurredAt } };
    return { ...row, facts, registration: message.id, times };
  }
  if (message.type === 'IdDeregistered') {
    const times = { ...row.times, [spell]: { ...row.times[spell]!, deregisteredAt: message.occurredAt } };
    return { ...row, facts, times };
  }
  return { ...row, facts };
}

async function applyAccounts(tx: Sql, messages: readonly Message[]): Promise<void> {
  const ids = [...new Set(messages.map(({ data }) => (data as { readonly account: string }).account))];
  if (ids.length === 0) return;
  const rows = new Map<string, Row>();
  for (const row of await tx.query<Row>(
    `select ${DIRECTORY_COLUMNS} from accounts where account = any($1::text[])`,
    [ids],
  ))
    rows.set(row.account, row);
  for (const message of messages) {
    const { account } = message.data as { readonly account: string };
    rows.set(account, applied(rows.get(account), message));
  }
  const told = [...rows.values()];
  await tx.execute(UPSERT, [
    told.map((row) => row.account),
    told.map((row) => row.contract),
    told.map((row) => row.facts.status),
    told.map((row) => row.registration),
    told.map((row) => JSON.stringify(row.times)),
    told.map((row) => row.facts.enrolment?.enrolment ?? null),
    told.map((row) => row.facts.enrolment?.expiresAt ?? null),
    told.map((row) => JSON.stringify(row.facts)),
  ]);
}

/** The last day that a contract's message sets; `null` where it takes it away, `undefined` where it says nothing of it. */
function lastDayBy({ type, data }: Message): JstDay | null | undefined {
  switch (type) {
    case 'CancellationNotified':
    case 'CancellationCorrected':
      return (data as ContractMessages['CancellationNotified' | 'CancellationCorrected']).effectiveDay;
    case 'ContractTerminated':
      return (data as ContractMessages['ContractTerminated']).lastDay;
    case 'CancellationVoided':
      return null;
    default:
      return undefined;
  }
}

async function applyContracts(tx: Sql, messages: readonly Message[]): Promise<void> {
  const ends = new Map<string, JstDay | null>();
  for (const message of messages) {
    const lastDay = lastDayBy(message);
    if (lastDay !== undefined && message.contract !== undefined) ends.set(message.contract, lastDay);
  }
  if (ends.size === 0) return;
  await tx.execute('delete from contract_ends where contract = any($1::text[])', [[...ends.keys()]]);
  const standing = [...ends].filter((end): end is [string, JstDay] => end[1] !== null);
  await tx.execute('insert into contract_ends select * from unnest($1::text[], $2::text[], $3::text[])', [
    standing.map(([contract]) => contract),
    standing.map(([, day]) => day),
    standing.map(([, day]) => endOfDay(day)),
  ]);
}

/** Who is registered with each contract, whose enrolments wait, and when contracts end (第6条). */
export const accountDirectoryProjection: Projection = {
  name: 'account-directory',
  version: 2,
  sources: ['device-registry', 'contract'],
  ddl: DDL,
  async apply(tx, messages) {
    await applyAccounts(
      tx,
      messages.filter(({ source }) => source === 'device-registry'),
    );
    await applyContracts(
      tx,
      messages.filter(({ source }) => source === 'contract'),
    );
  },
};
