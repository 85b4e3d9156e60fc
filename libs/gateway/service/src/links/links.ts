import { createHash, randomBytes } from 'node:crypto';
import type { Database, Sql } from '@smartkey/database';
import { ProblemException } from '@smartkey/http';
import { instantOf, type Instant, type PersonId } from '@smartkey/kernel';

const DAY = 24 * 3_600_000;

export type LinkKind = 'invitation' | 'recovery' | 'address';
type LinkChannel = 'mail' | 'shown';

/** A link that was made just now: 256 random bits, of which only the hash is stored. */
export interface MadeLink {
  readonly token: string;
  readonly channel: LinkChannel;
  readonly expiresAt: Instant;
}

interface FoundLink {
  readonly person: PersonId;
  readonly channel: LinkChannel;
  readonly sealedEmail: string | null;
}

/** Unknown, used, replaced and expired are one answer. */
export const linkOver = (): ProblemException =>
  new ProblemException(410, 'link-over', 'This link is over or was used. Ask for another one.');

/** 256 random bits, of which only the hash is stored: what works once has such a token. */
export const makeToken = (): string => randomBytes(32).toString('base64url');

/** What is stored of a token. */
export const hashOfToken = (token: string): Buffer => createHash('sha256').update(token).digest();

/** Links that let somebody in once, within 24 hours of the system's clock. */
export class Links {
  constructor(
    private readonly database: Database,
    private readonly now: () => number = () => Date.now(),
  ) {}

  make(channel: LinkChannel): MadeLink {
    return {
      token: makeToken(),
      channel,
      expiresAt: instantOf(this.now() + DAY),
    };
  }

  async keep(
    sql: Sql,
    { token, channel, expiresAt }: MadeLink,
    person: PersonId,
    kind: LinkKind,
    /** Of an address: which, sealed under the person's key. */
    sealedEmail: string | null = null,
  ): Promise<void> {
    await sql.execute(
      'INSERT INTO links (hash, person, kind, channel, expires_at, sealed_email) VALUES ($1, $2, $3, $4, $5, $6)',
      [hashOfToken(token), person, kind, channel, expiresAt, sealedEmail],
    );
  }

  /** Whose link it is; it is not taken by that. @throws ProblemException 410 */
  async find(token: string, kind: LinkKind): Promise<FoundLink> {
    const [row] = await this.database.query<FoundLink>(
      'SELECT person, channel, sealed_email AS "sealedEmail" FROM links WHERE hash = $1 AND kind = $2 AND used_at IS NULL AND expires_at > $3',
      [hashOfToken(token), kind, instantOf(this.now())],
    );
    if (row === undefined) throw linkOver();
    return row;
  }

  /** Of many who try, one takes it. @throws ProblemException 410 */
  async take(sql: Sql, token: string, kind: LinkKind): Promise<void> {
    const now = instantOf(this.now());
    const taken = await sql.execute(
      'UPDATE links SET used_at = $3 WHERE hash = $1 AND kind = $2 AND used_at IS NULL AND expires_at > $3',
      [hashOfToken(token), kind, now],
    );
    if (taken !== 1) throw linkOver();
  }

  async purge(): Promise<void> {
    await this.database.execute('DELETE FROM links WHERE expires_at <= $1', [instantOf(this.now())]);
  }
}
