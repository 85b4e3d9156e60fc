import { type Sql, TableRows } from '@smartkey/database';
import type { Message } from '@smartkey/event-bus';
import { contractOf, foldAccountFacts, noAccountFacts, type AccountFacts } from '@smartkey/facts';
import type { Instant, AccountId, ContractId } from '@smartkey/kernel';
import type { AccountStatus } from '@smartkey/messages';
import { factsProjection, type Projection } from '@smartkey/projections';
import { contractFolding } from '../contracts/contract-facts.ts';

/** An account as the directory keeps it. */
export interface DirectoryRow {
  readonly account: AccountId;
  readonly contract: ContractId;
  readonly status: AccountStatus;
  /** Id of the event that began the last spell; names the display name. */
  readonly registration: string;
  /** When each spell began and ended, by its number. */
  readonly times: Readonly<Record<number, SpellTimes>>;
  readonly facts: AccountFacts;
  /** When the personal data were erased, and since when a legal hold keeps them. */
  readonly erasedAt: Instant | null;
  readonly heldSince: Instant | null;
}

export interface SpellTimes {
  readonly registeredAt: Instant;
  readonly deregisteredAt?: Instant;
}

const ACCOUNTS = `
  create table accounts (
    account text primary key,
    contract text not null,
    status text not null,
    registration uuid not null,
    times jsonb not null,
    -- The enrolment that waits, and until when.
    enrolment text,
    expires_at text,
    facts jsonb not null,
    erased_at text,
    held_since text
  );
  create index on accounts (contract, account);
  create index on accounts (contract) where status <> 'deregistered';
  create index on accounts (expires_at) where enrolment is not null;
  create index on accounts (account) where status = 'deregistered' and erased_at is null and held_since is null`;

const ROWS = new TableRows(
  'accounts',
  {
    account: 'text',
    contract: 'text',
    status: 'text',
    registration: 'uuid',
    times: 'jsonb',
    enrolment: 'text',
    expires_at: 'text',
    facts: 'jsonb',
    erased_at: 'text',
    held_since: 'text',
  },
  { onConflict: ['account'] },
);

export const DIRECTORY_COLUMNS = `account, contract, status, registration::text as registration, times, facts,
  erased_at as "erasedAt", held_since as "heldSince"`;

/** The status stands in the facts until the row is written. */
type Row = Omit<DirectoryRow, 'status'>;

/** Every message of an account's stream names it; besides there is what the log says of itself. */
const isOfAccount = ({ source, stream }: Message): boolean =>
  source === 'device-registry' && stream.startsWith('account-');

const accountOf = ({ data }: Message): AccountId => (data as { readonly account: AccountId }).account;

const rowOf = (message: Message, account: AccountId): Row => ({
  account,
  contract: contractOf(message),
  registration: message.id,
  times: {},
  facts: noAccountFacts(account),
  erasedAt: null,
  heldSince: null,
});

function applied(before: Row, message: Message): Row {
  const row = { ...before, facts: foldAccountFacts(before.facts, message) };
  const { spell } = message.data as { readonly spell: number };
  switch (message.type) {
    case 'IdRegistered': {
      const times = { ...row.times, [spell]: { registeredAt: message.occurredAt } };
      return { ...row, registration: message.id, times };
    }
    case 'IdDeregistered': {
      const begun = row.times[spell];
      if (begun === undefined) return row;
      return { ...row, times: { ...row.times, [spell]: { ...begun, deregisteredAt: message.occurredAt } } };
    }
    case 'PersonalDataErased':
      return { ...row, erasedAt: row.erasedAt ?? message.occurredAt, heldSince: null };
    case 'LegalHoldSet':
      return { ...row, heldSince: message.occurredAt };
    case 'LegalHoldLifted':
      return { ...row, heldSince: null };
    default:
      return row;
  }
}

const written = ({ account, contract, registration, times, facts, erasedAt, heldSince }: Row) => ({
  account,
  contract,
  status: facts.status,
  registration,
  times,
  enrolment: facts.enrolment?.enrolment,
  expires_at: facts.enrolment?.expiresAt,
  facts,
  erased_at: erasedAt,
  held_since: heldSince,
});

async function applyAccounts(tx: Sql, messages: readonly Message[]): Promise<void> {
  const ids = [...new Set(messages.map(accountOf))];
  if (ids.length === 0) return;
  const known = await tx.query<DirectoryRow>(
    `select ${DIRECTORY_COLUMNS} from accounts where account = any($1::text[])`,
    [ids],
  );
  const rows = new Map<AccountId, Row>(known.map((row) => [row.account, row]));
  for (const message of messages) {
    const account = accountOf(message);
    rows.set(account, applied(rows.get(account) ?? rowOf(message, account), message));
  }
  await ROWS.insert(tx, [...rows.values()].map(written));
}

const contracts = factsProjection({ ...contractFolding, name: 'account-directory', version: 5 });

/**
 * Who is registered with each contract, whose enrolments wait, and the dated facts of the contracts themselves: the one place
 * in the registry that keeps a contract's last day (第6条), beside the accounts that leave with it.
 */
export const accountDirectoryProjection: Projection = {
  ...contracts,
  sources: ['device-registry', 'contract'],
  ddl: `${contracts.ddl};
    create index on facts ((facts->>'lastDay')) where facts->>'lastDay' is not null;
    ${ACCOUNTS}`,
  async apply(tx, messages) {
    await applyAccounts(tx, messages.filter(isOfAccount));
    await contracts.apply(
      tx,
      messages.filter(({ source }) => source === 'contract'),
    );
  },
};
