import type { Database, Sql } from '@smartkey/database';
import {
  instantOf,
  type AccountId,
  type ContractId,
  type DeviceId,
  type EnrolmentLinkId,
  type Instant,
} from '@smartkey/kernel';
import { hashOfToken, linkOver } from '../links/links.ts';

/** What a user's link is for: to enrol, to see the own page, to say that a device is not theirs. */
export type UserLinkPurpose = 'enrolment' | 'own-page' | 'report';

/** Which ID a link is for, and what it may be used for. */
export interface UserLinkTarget {
  readonly purpose: UserLinkPurpose;
  readonly contract: ContractId;
  readonly account: AccountId;
  /** Of an enrolment: whose life stands in the registry's log. */
  readonly link?: EnrolmentLinkId;
  /** Of a report: the device that it is about. */
  readonly device?: DeviceId;
}

interface LinkRow {
  readonly purpose: UserLinkPurpose;
  readonly contract: ContractId;
  readonly account: AccountId;
  readonly link: EnrolmentLinkId | null;
  readonly device: DeviceId | null;
}

export const userTargetOf = ({ purpose, contract, account, link, device }: LinkRow): UserLinkTarget => ({
  purpose,
  contract,
  account,
  ...(link !== null && { link }),
  ...(device !== null && { device }),
});

/** Links of users, by the system's clock: each opens once, of many who try for one. */
export class UserLinks {
  constructor(
    private readonly database: Database,
    private readonly now: () => number = () => Date.now(),
  ) {}

  /** The system's time, so many milliseconds on. */
  after(millis: number): Instant {
    return instantOf(this.now() + millis);
  }

  /** Keeps the hash of a link's token. A link of an enrolment has one token: the one that was made last, while it is not used. */
  async keep(sql: Sql, token: string, target: UserLinkTarget, expiresAt: Instant): Promise<void> {
    const { purpose, contract, account, link, device } = target;
    await sql.execute(
      `INSERT INTO user_links (hash, purpose, contract, account, link, device, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT (link) DO UPDATE SET hash = excluded.hash WHERE user_links.used_at IS NULL`,
      [hashOfToken(token), purpose, contract, account, link ?? null, device ?? null, expiresAt],
    );
  }

  /** Takes away what else lets an ID's user in for that purpose. */
  async drop(sql: Sql, account: AccountId, purpose: UserLinkPurpose): Promise<void> {
    await sql.execute('DELETE FROM user_links WHERE account = $1 AND purpose = $2', [account, purpose]);
  }

  /** Nobody is let in for the ID any more. */
  async dropAll(sql: Sql, account: AccountId): Promise<void> {
    await sql.execute('DELETE FROM user_links WHERE account = $1', [account]);
  }

  async dropLink(sql: Sql, link: EnrolmentLinkId): Promise<void> {
    await sql.execute('DELETE FROM user_links WHERE link = $1', [link]);
  }

  async isKept(sql: Sql, link: EnrolmentLinkId): Promise<boolean> {
    return (await sql.query('SELECT 1 FROM user_links WHERE link = $1', [link])).length > 0;
  }

  /** Of many who try, one takes it. @throws ProblemException 410: unknown, used, replaced and expired are one answer. */
  async take(sql: Sql, token: string): Promise<UserLinkTarget> {
    const [row] = await sql.query<LinkRow>(
      `UPDATE user_links SET used_at = $2 WHERE hash = $1 AND used_at IS NULL AND expires_at > $2
       RETURNING purpose, contract, account, link, device`,
      [hashOfToken(token), this.after(0)],
    );
    if (row === undefined) throw linkOver();
    return userTargetOf(row);
  }

  /** What was taken could not be opened for want of another service: it may be tried again. */
  async release(sql: Sql, token: string): Promise<void> {
    await sql.execute('UPDATE user_links SET used_at = NULL WHERE hash = $1', [hashOfToken(token)]);
  }

  async purge(): Promise<void> {
    await this.database.execute('DELETE FROM user_links WHERE expires_at <= $1', [this.after(0)]);
  }
}
