import type { Database, Sql } from '@smartkey/database';
import type { Caller } from '@smartkey/http';
import { newId } from '@smartkey/identity';
import {
  instantOf,
  type Instant,
  type Right,
  type Role,
  type ContractId,
  type PersonId,
  type SessionId,
} from '@smartkey/kernel';
import type { OfficeRole } from '@smartkey/people-domain';
import { type BearerRow, BearerRows } from '../keys/bearer-rows.ts';
import { makeBearer } from '../keys/bearer-text.ts';

const MINUTE = 60_000;
/** A session ends when nothing was asked by it for so long. */
export const IDLE_MILLIS = 60 * MINUTE;
/** And at most so long after the sign-in. */
const LONGEST_MILLIS = 24 * 60 * MINUTE;
/** For so long after somebody showed who it is, acts that need it may be done. */
const VERIFIED_MILLIS = 5 * MINUTE;
/** Not every request writes: a session's last use is known to within this, which it ends the earlier. */
const SEEN_MILLIS = MINUTE;

export type SignInMethod = 'key' | 'invitation' | 'passkey' | 'oidc' | 'recovery';

/** Who a session is for: a person, or who signed in with an access key and has yet to say who that is. */
export type SessionHolder =
  | { readonly person: PersonId }
  | { readonly key: string; readonly role: 'operator' | 'contractor'; readonly contract?: ContractId };

/** A session that began just now. */
export interface MadeSession {
  readonly id: SessionId;
  readonly token: string;
  readonly expiresAt: Instant;
}

/** A session as its person and the operator see it: never its secret. */
export interface SessionRow {
  readonly id: SessionId;
  readonly method: SignInMethod;
  readonly createdAt: Instant;
  readonly seenAt: Instant;
  readonly expiresAt: Instant;
  readonly agent: string | null;
}

/** What a newcomer signed in with. */
export interface Newcomer {
  readonly key: string;
  readonly role: 'operator' | 'contractor';
  readonly contract: ContractId | null;
}

interface FoundSession extends BearerRow {
  readonly id: SessionId;
  readonly keyRole: Role | null;
  readonly keyContract: ContractId | null;
  readonly seenAt: Instant;
  readonly expiresAt: Instant;
  readonly verifiedAt: Instant | null;
  readonly person: PersonId | null;
  readonly status: string | null;
  readonly revision: number | null;
  readonly contract: ContractId | null;
  readonly roles: readonly OfficeRole[] | null;
  readonly rights: readonly Right[] | null;
  readonly agent: string | null;
}

/** Sessions, by the system's clock: a sandbox clock that jumps ends no session. */
export class SessionStore {
  private readonly rows = new BearerRows<FoundSession>('ses', (prefixes) => this.withPrefixes(prefixes));

  constructor(
    private readonly database: Database,
    private readonly now: () => number = () => Date.now(),
  ) {}

  /**
   * Who is behind a session that lasts. Asked anew for each request, with person and rights: what was taken away holds at once.
   * @param suspect asked for by an address that sends many unknown ones.
   * @param agent what it is used by now.
   */
  async identify(token: string, suspect = false, agent?: string): Promise<Caller | undefined> {
    const row = await this.rows.find(token, suspect);
    if (row === undefined) return undefined;
    const now = this.now();
    if (row.expiresAt <= instantOf(now) || row.seenAt <= instantOf(now - IDLE_MILLIS)) return undefined;
    const caller = callerOf(row, now);
    const another = agent !== undefined && agent !== row.agent;
    if (caller !== undefined && (another || row.seenAt <= instantOf(now - SEEN_MILLIS)))
      await this.database.execute(
        'UPDATE sessions SET seen_at = greatest(seen_at, $2), agent = coalesce($3, agent) WHERE id = $1',
        [row.id, instantOf(now), agent ?? null],
      );
    return caller;
  }

  private withPrefixes(prefixes: readonly string[]): Promise<readonly FoundSession[]> {
    return this.database.query<FoundSession>(
      `SELECT session.id, session.prefix, session.hash, session.key_role AS "keyRole", session.contract AS "keyContract",
         session.seen_at AS "seenAt", session.expires_at AS "expiresAt", session.verified_at AS "verifiedAt", session.agent,
         session.person, person.status, person.revision, person.contract, person.roles, person.rights
       FROM sessions AS session LEFT JOIN people AS person ON person.id = session.person
       WHERE session.prefix = ANY ($1::text[])`,
      [prefixes],
    );
  }

  /**
   * Begins a session.
   * @param verified the person showed who it is by a way that acts of weight may rest on.
   */
  async begin(
    sql: Sql,
    holder: SessionHolder,
    method: SignInMethod,
    { verified = false }: { readonly verified?: boolean } = {},
  ): Promise<MadeSession> {
    const now = this.now();
    const made = makeBearer('ses');
    const id = newId('ses', instantOf(now));
    const expiresAt = instantOf(now + LONGEST_MILLIS);
    const ofKey = 'key' in holder ? holder : undefined;
    await sql.execute(
      `INSERT INTO sessions (id, prefix, hash, person, key, key_role, contract, method, created_at, seen_at, expires_at, verified_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10, $11)`,
      [
        id,
        made.prefix,
        made.hash,
        'person' in holder ? holder.person : null,
        ofKey?.key ?? null,
        ofKey?.role ?? null,
        ofKey?.contract ?? null,
        method,
        instantOf(now),
        expiresAt,
        verified ? instantOf(now) : null,
      ],
    );
    return { id, token: made.text, expiresAt };
  }

  /**
   * Gives a session another secret, under which it goes on: who knew the former knows nothing any more. Its end stays.
   * @returns undefined where it has ended.
   */
  async renew(
    sql: Sql,
    id: SessionId,
    { verified }: { readonly verified: boolean },
  ): Promise<MadeSession | undefined> {
    const now = instantOf(this.now());
    const made = makeBearer('ses');
    const [row] = await sql.query<{ expiresAt: Instant }>(
      `UPDATE sessions SET prefix = $2, hash = $3, seen_at = $4, verified_at = CASE WHEN $5 THEN $4 ELSE verified_at END
       WHERE id = $1 AND expires_at > $4 RETURNING expires_at AS "expiresAt"`,
      [id, made.prefix, made.hash, now, verified],
    );
    return row && { id, token: made.text, expiresAt: row.expiresAt };
  }

  /** Makes the session of a newcomer that of the person who that is, under another secret. */
  async adopt(sql: Sql, id: SessionId, person: PersonId): Promise<MadeSession | undefined> {
    const adopted = await sql.execute(
      'UPDATE sessions SET person = $2, key = NULL, key_role = NULL, contract = NULL WHERE id = $1 AND key IS NOT NULL',
      [id, person],
    );
    return adopted === 1 ? this.renew(sql, id, { verified: false }) : undefined;
  }

  /** What a session without a person was begun with. */
  async newcomer(sql: Sql, id: SessionId): Promise<Newcomer | undefined> {
    const [row] = await sql.query<Newcomer>(
      'SELECT key, key_role AS role, contract FROM sessions WHERE id = $1 AND key IS NOT NULL',
      [id],
    );
    return row;
  }

  /** Those of a person that last, the newest first. */
  list(person: PersonId): Promise<SessionRow[]> {
    const now = this.now();
    return this.database.query<SessionRow>(
      `SELECT id, method, created_at AS "createdAt", seen_at AS "seenAt", expires_at AS "expiresAt", agent FROM sessions
       WHERE person = $1 AND expires_at > $2 AND seen_at > $3 ORDER BY created_at DESC, id DESC`,
      [person, instantOf(now), instantOf(now - IDLE_MILLIS)],
    );
  }

  /** @returns undefined where there is no such session; its person is null for a newcomer's. */
  async find(
    id: SessionId,
  ): Promise<{ readonly person: PersonId | null; readonly contract: ContractId | null } | undefined> {
    const [row] = await this.database.query<{ person: PersonId | null; contract: ContractId | null }>(
      `SELECT session.person, person.contract FROM sessions AS session LEFT JOIN people AS person ON person.id = session.person
       WHERE session.id = $1`,
      [id],
    );
    return row;
  }

  /** Whether its person showed of late who that is. */
  async isVerified(id: SessionId): Promise<boolean> {
    const [row] = await this.database.query('SELECT 1 FROM sessions WHERE id = $1 AND verified_at > $2', [
      id,
      instantOf(this.now() - VERIFIED_MILLIS),
    ]);
    return row !== undefined;
  }

  async end(sql: Sql, id: SessionId): Promise<void> {
    await sql.execute('DELETE FROM sessions WHERE id = $1', [id]);
  }

  /** Drops what is over. */
  async purge(): Promise<void> {
    const now = this.now();
    await this.database.execute('DELETE FROM sessions WHERE expires_at <= $1 OR seen_at <= $2', [
      instantOf(now),
      instantOf(now - IDLE_MILLIS),
    ]);
  }
}

function callerOf(row: FoundSession, now: number): Caller | undefined {
  if (row.person === null)
    return row.keyRole === null
      ? undefined
      : { role: 'newcomer', key: row.id, ...(row.keyContract !== null && { contract: row.keyContract }) };
  if (row.status !== 'active' || row.revision === null) return undefined;
  const verified = row.verifiedAt !== null && row.verifiedAt > instantOf(now - VERIFIED_MILLIS);
  const common = { key: row.id, person: { id: row.person, revision: row.revision }, verified };
  if (row.contract !== null)
    return { role: 'contractor', contract: row.contract, rights: row.rights ?? [], ...common };
  const [role] = row.roles ?? [];
  return role === undefined ? undefined : { role, roles: row.roles ?? [], ...common };
}
