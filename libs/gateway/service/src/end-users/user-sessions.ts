import type { Database, Sql } from '@smartkey/database';
import type { Caller } from '@smartkey/http';
import { newId } from '@smartkey/identity';
import {
  instantOf,
  type AccountId,
  type ContractId,
  type DeviceId,
  type EnrolmentLinkId,
  type Instant,
  type SessionId,
} from '@smartkey/kernel';
import { type BearerRow, BearerRows } from '../keys/bearer-rows.ts';
import { makeBearer } from '../keys/bearer-text.ts';
import { userTargetOf, type UserLinkPurpose, type UserLinkTarget } from './user-links.ts';

const MINUTE = 60_000;
/** For so long a link's browser is let in. An enrolment shows three QR codes of ten minutes each. */
const LASTS: Readonly<Record<UserLinkPurpose, number>> = {
  enrolment: 60 * MINUTE,
  'own-page': 30 * MINUTE,
  report: 10 * MINUTE,
};
/** So many codes may be tried by one session. */
const MOST_TRIES = 5;

/** A session that began just now. */
export interface MadeUserSession {
  readonly id: SessionId;
  readonly token: string;
  readonly expiresAt: Instant;
}

interface FoundSession extends BearerRow {
  readonly id: SessionId;
  readonly purpose: UserLinkPurpose;
  readonly contract: ContractId;
  readonly account: AccountId;
  readonly link: EnrolmentLinkId | null;
  readonly device: DeviceId | null;
  readonly expiresAt: Instant;
  readonly provenAt: Instant | null;
}

/** The browsers that users' links were opened in, by the system's clock. They know one ID each. */
export class UserSessions {
  private readonly rows = new BearerRows<FoundSession>('usr', (prefixes) => this.withPrefixes(prefixes));

  constructor(
    private readonly database: Database,
    private readonly now: () => number = () => Date.now(),
  ) {}

  /** @param suspect asked for by an address that sends many unknown ones. */
  async identify(token: string, suspect: boolean): Promise<Caller | undefined> {
    const row = await this.rows.find(token, suspect);
    if (row === undefined) return undefined;
    if (row.expiresAt <= instantOf(this.now())) return undefined;
    const { contract, account, link, device } = userTargetOf(row);
    return {
      role: 'end-user',
      key: row.id,
      contract,
      endUser: {
        account,
        proven: row.provenAt !== null,
        ...(link !== undefined && { link }),
        ...(device !== undefined && { reports: device }),
      },
    };
  }

  private withPrefixes(prefixes: readonly string[]): Promise<readonly FoundSession[]> {
    return this.database.query<FoundSession>(
      `SELECT id, prefix, hash, purpose, contract, account, link, device, expires_at AS "expiresAt", proven_at AS "provenAt"
       FROM user_sessions WHERE prefix = ANY ($1::text[])`,
      [prefixes],
    );
  }

  async begin(
    sql: Sql,
    { purpose, contract, account, link, device }: UserLinkTarget,
  ): Promise<MadeUserSession> {
    const now = this.now();
    const made = makeBearer('usr');
    const id = newId('ses', instantOf(now));
    const expiresAt = instantOf(now + LASTS[purpose]);
    await sql.execute(
      `INSERT INTO user_sessions (id, prefix, hash, purpose, contract, account, link, device, created_at, expires_at, tries)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0)`,
      [
        id,
        made.prefix,
        made.hash,
        purpose,
        contract,
        account,
        link ?? null,
        device ?? null,
        instantOf(now),
        expiresAt,
      ],
    );
    return { id, token: made.text, expiresAt };
  }

  /** Counts a code before it is looked at. @returns false where the session has had its tries: it is over with that. */
  async countTry(id: SessionId): Promise<boolean> {
    const counted = await this.database.execute(
      'UPDATE user_sessions SET tries = tries + 1 WHERE id = $1 AND tries < $2',
      [id, MOST_TRIES],
    );
    if (counted === 0) await this.end(this.database, id);
    return counted === 1;
  }

  /** It was shown whose the session is. The secret changes with what it may do. */
  async prove(id: SessionId): Promise<MadeUserSession | undefined> {
    const made = makeBearer('usr');
    const now = instantOf(this.now());
    const [row] = await this.database.query<{ expiresAt: Instant }>(
      `UPDATE user_sessions SET prefix = $2, hash = $3, proven_at = $4 WHERE id = $1 AND expires_at > $4
       RETURNING expires_at AS "expiresAt"`,
      [id, made.prefix, made.hash, now],
    );
    return row && { id, token: made.text, expiresAt: row.expiresAt };
  }

  async end(sql: Sql, id: SessionId): Promise<void> {
    await sql.execute('DELETE FROM user_sessions WHERE id = $1', [id]);
  }

  /** What a link let in is let out. */
  async endOfLink(sql: Sql, link: EnrolmentLinkId): Promise<void> {
    await sql.execute('DELETE FROM user_sessions WHERE link = $1', [link]);
  }

  /** Every browser of an ID, but the one that asks. */
  async endOfAccount(sql: Sql, account: AccountId): Promise<void> {
    await sql.execute('DELETE FROM user_sessions WHERE account = $1', [account]);
  }

  async purge(): Promise<void> {
    await this.database.execute('DELETE FROM user_sessions WHERE expires_at <= $1', [instantOf(this.now())]);
  }
}
