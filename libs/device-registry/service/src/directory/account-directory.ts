import { endOfDay, jstDayOf, type JstDay } from '@smartkey/calendar';
import { ERASED, type EventStore } from '@smartkey/event-store';
import { decodeCursor, encodeCursor, pageOf, type Page } from '@smartkey/http';
import { defined, type Instant, type AccountId, type ContractId, type EnrolmentId } from '@smartkey/kernel';
import { TransientError } from '@smartkey/lifecycle';
import type { AccountStatus } from '@smartkey/messages';
import { shownToTheEnd } from '@smartkey/projections';
import type { ProjectionReader } from '@smartkey/runtime';
import { countDevices, spellsShown, type AccountView, type KnownSpell } from '../accounts/account-view.ts';
import { DisplayNames } from '../identity/display-names.ts';
import { Identities } from '../identity/identities.ts';
import { DIRECTORY_COLUMNS, type DirectoryRow } from './account-directory.projection.ts';

export interface DirectoryQuery {
  readonly status?: AccountStatus;
  readonly externalId?: string;
  /** These alone, with commas between. */
  readonly ids?: string;
  readonly limit: number;
  readonly cursor?: string;
}

/** A contract that has ended, or is to. */
export interface ContractEnd {
  readonly contract: ContractId;
  readonly endsAt: Instant;
}

/** An enrolment that waits. */
export interface WaitingEnrolment {
  readonly account: AccountId;
  readonly enrolment: EnrolmentId;
  readonly expiresAt: Instant;
}

/** An account that is registered, and the number of the spell that lasts. */
export interface RegisteredId {
  readonly account: AccountId;
  readonly spell: number;
}

/** The directory is behind: nothing was decided, the same work comes again. */
class DirectoryBehindError extends TransientError {
  override readonly name = 'DirectoryBehindError';
}

/** How long the directory may take to catch up before work is put off, in milliseconds. */
const PATIENCE = 30_000;

/** Those that somebody is registered with. */
const WITH_IDS = `exists (select 1 from accounts where contract = id and status <> 'deregistered')`;

/** Reads the `account-directory`. */
export class AccountDirectory {
  constructor(
    readonly reader: ProjectionReader,
    private readonly store: EventStore,
    private readonly identities: Identities,
    private readonly names: DisplayNames,
  ) {}

  /** Waits until it knows everything that is in the log now. @throws DirectoryBehindError */
  async caughtUp(): Promise<void> {
    if ((await shownToTheEnd(this.reader, 'device-registry', this.store, PATIENCE)) === undefined)
      throw new DirectoryBehindError('the account directory is behind its own log');
  }

  /** A page of a contract's IDs, in the order of their ids; what was just written is in it. */
  async page(
    contract: ContractId,
    { status, externalId, ids, limit, cursor }: DirectoryQuery,
  ): Promise<Page<AccountView>> {
    const after = cursor === undefined ? '' : decodeCursor(cursor, 'rid')[0];
    const wanted =
      externalId === undefined
        ? undefined
        : (await this.identities.find(contract, [externalId])).get(externalId);
    if (externalId !== undefined && wanted === undefined) return { items: [], nextCursor: null };
    await this.reader.current();
    const rows = await this.reader.sql.query<DirectoryRow>(
      `select ${DIRECTORY_COLUMNS} from accounts
       where contract = $1 and account > $2 and ($3::text is null or status = $3) and ($4::text is null or account = $4)
         and ($5::text[] is null or account = any($5))
       order by account limit $6`,
      [contract, after, status ?? null, wanted?.account ?? null, ids?.split(',') ?? null, limit + 1],
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
    const rows = await this.reader.sql.query<{ contract: ContractId; lastDay: JstDay }>(
      `select id as contract, facts->>'lastDay' as "lastDay" from facts
       where facts->>'lastDay' < $1 and ${WITH_IDS}
       order by facts->>'lastDay', id`,
      [jstDayOf(upTo)],
    );
    return rows.map(({ contract, lastDay }) => ({ contract, endsAt: endOfDay(lastDay) }));
  }

  /** IDs of a contract that are registered (or suspended), a page at a time. */
  async registeredIn(contract: ContractId, after: string, limit: number): Promise<readonly RegisteredId[]> {
    return this.reader.sql.query<RegisteredId>(
      `select account, (facts#>>'{spells,-1,spell}')::integer as spell from accounts
       where contract = $1 and status <> 'deregistered' and account > $2 order by account limit $3`,
      [contract, after, limit],
    );
  }

  /** IDs whose days all lie before the one given, and whose personal data are there and not held. A page at a time. */
  async erasable(
    endedBefore: JstDay,
    after: string,
    limit: number,
  ): Promise<readonly { readonly account: AccountId; readonly contract: ContractId }[]> {
    return this.reader.sql.query(
      `select account, contract from accounts
       where status = 'deregistered' and erased_at is null and held_since is null and account > $2
         and coalesce((select max(spell->>'to') from jsonb_array_elements(facts->'spells') as spell),
               (select max(told.value->>'registeredAt') from jsonb_each(times) as told)) < $1
       order by account limit $3`,
      [endedBefore, after, limit],
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
    const [due] = await this.reader.sql.query<{ lastDay: JstDay | null; expiresAt: Instant | null }>(
      `select
         (select min(facts->>'lastDay') from facts where facts->>'lastDay' is not null and ${WITH_IDS}) as "lastDay",
         (select min(expires_at) from accounts where enrolment is not null) as "expiresAt"`,
    );
    const ends = due?.lastDay ? [endOfDay(due.lastDay)] : [];
    const expires = due?.expiresAt ? [due.expiresAt] : [];
    return [...ends, ...expires].sort()[0];
  }
}

function shown(row: DirectoryRow, externalId: string, displayName: string | undefined): AccountView {
  const { account, contract, status, times, facts, erasedAt, heldSince } = row;
  const spells = facts.spells.flatMap((spell): KnownSpell[] => {
    const told = times[spell.spell];
    return told === undefined ? [] : [{ ...spell, ...told }];
  });
  return {
    ...defined({ id: account, contract, externalId, displayName, status }),
    ...defined({ erasedAt: erasedAt ?? undefined, heldSince: heldSince ?? undefined }),
    ...spellsShown(account, spells),
    devices: countDevices(Object.values(facts.devices)),
  };
}
