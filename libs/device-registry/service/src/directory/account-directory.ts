import { encodeCursor, decodeCursor, pageOf, type Page } from '@smartkey/http';
import { ERASED } from '@smartkey/event-store';
import type { Instant } from '@smartkey/kernel';
import type { AccountStatus } from '@smartkey/messages';
import type { ProjectionReader } from '@smartkey/runtime';
import { countDevices, spellsShown, type AccountView, type KnownSpell } from '../account/account-view.ts';
import { DisplayNames } from '../identity/display-names.ts';
import { Identities } from '../identity/identities.ts';
import { DIRECTORY_COLUMNS, type DirectoryRow } from './account-directory.projection.ts';

export interface DirectoryQuery {
  readonly status?: AccountStatus;
  readonly externalId?: string;
  readonly limit: number;
  readonly cursor?: string;
}

/** A contract that has ended, or is to. */
export interface ContractEnd {
  readonly contract: string;
  readonly endsAt: Instant;
}

/** An enrolment that waits. */
export interface WaitingEnrolment {
  readonly account: string;
  readonly enrolment: string;
  readonly expiresAt: Instant;
}

/** Reads the `account-directory`. */
export class AccountDirectory {
  constructor(
    readonly reader: ProjectionReader,
    private readonly identities: Identities,
    private readonly names: DisplayNames,
  ) {}

  /** A page of a contract's IDs, in the order of their ids; what was just written is in it. */
  async page(
    contract: string,
    { status, externalId, limit, cursor }: DirectoryQuery,
  ): Promise<Page<AccountView>> {
    const after = cursor === undefined ? '' : decodeCursor(cursor, 'string')[0];
    const wanted =
      externalId === undefined
        ? undefined
        : (await this.identities.find(contract, [externalId])).get(externalId);
    if (externalId !== undefined && wanted === undefined) return { items: [], nextCursor: null };
    await this.reader.current();
    const rows = await this.reader.sql.query<DirectoryRow>(
      `select ${DIRECTORY_COLUMNS} from accounts
       where contract = $1 and account > $2 and ($3::text is null or status = $3) and ($4::text is null or account = $4)
       order by account limit $5`,
      [contract, after, status ?? null, wanted?.account ?? null, limit + 1],
    );
    const [externalIds, names] = await Promise.all([
      this.identities.externalIdsOf(rows.map(({ account }) => account)),
      this.names.of(rows.map(({ registration }) => registration)),
    ]);
    return pageOf(
      rows,
      limit,
      (last) => encodeCursor(last.account),
      (row) => shown(row, externalIds.get(row.account) ?? ERASED, names.get(row.registration)),
    );
  }

  /** Contracts with IDs still registered that end at or before the instant, the earliest first. */
  async ended(upTo: Instant): Promise<readonly ContractEnd[]> {
    return this.reader.sql.query<ContractEnd>(
      `select e.contract, e.ends_at as "endsAt" from contract_ends e
       where e.ends_at <= $1
         and exists (select 1 from accounts a where a.contract = e.contract and a.status <> 'deregistered')
       order by e.ends_at, e.contract`,
      [upTo],
    );
  }

  /** IDs of a contract that are registered (or suspended), a page at a time. */
  async registeredIn(contract: string, after: string, limit: number): Promise<readonly DirectoryRow[]> {
    return this.reader.sql.query<DirectoryRow>(
      `select ${DIRECTORY_COLUMNS} from accounts
       where contract = $1 and status <> 'deregistered' and account > $2 order by account limit $3`,
      [contract, after, limit],
    );
  }

  /** Enrolments that wait beyond their time. */
  async expiredEnrolments(upTo: Instant): Promise<readonly WaitingEnrolment[]> {
    return this.reader.sql.query<WaitingEnrolment>(
      `select account, enrolment, expires_at as "expiresAt" from accounts where enrolment is not null and expires_at <= $1 order by expires_at`,
      [upTo],
    );
  }

  /** The next instant at which a contract with registered IDs ends or an enrolment expires. */
  async nextDue(): Promise<Instant | undefined> {
    const [due] = await this.reader.sql.query<{ at: Instant | null }>(
      `select least(
         (select min(ends_at) from contract_ends e
          where exists (select 1 from accounts a where a.contract = e.contract and a.status <> 'deregistered')),
         (select min(expires_at) from accounts where enrolment is not null)
       ) as at`,
    );
    return due?.at ?? undefined;
  }
}

function shown(row: DirectoryRow, externalId: string, displayName: string | undefined): AccountView {
  const { facts } = row;
  const spells = facts.spells.map((spell): KnownSpell => ({ ...spell, ...row.times[spell.spell]! }));
  return {
    id: row.account,
    contract: row.contract,
    externalId,
    ...(displayName === undefined ? {} : { displayName }),
    status: facts.status!,
    ...spellsShown(row.account, spells),
    devices: countDevices(Object.values(facts.devices)),
  };
}
