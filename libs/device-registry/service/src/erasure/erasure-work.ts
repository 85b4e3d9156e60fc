import type { Database } from '@smartkey/database';
import type { AccountId, ContractId, Instant } from '@smartkey/kernel';

/** An erasure that files of imports are still to be gone through for. */
export interface OpenErasure {
  readonly account: AccountId;
  readonly contract: ContractId;
  /** What the external id was found by: rows of files are known by it, and it goes with them. */
  readonly digest: string;
  /** Business time. */
  readonly askedAt: Instant;
}

/** What is left to be done of erasures, in a table of the registry. */
export class ErasureWork {
  constructor(private readonly database: Database) {}

  /** Of one contract, the one that has waited longest; at most so many at once. */
  async next(skipped: readonly ContractId[], limit: number): Promise<readonly OpenErasure[]> {
    return this.database.query<OpenErasure>(
      `SELECT account, contract, digest, asked_at AS "askedAt" FROM erasure_work
       WHERE contract = (SELECT contract FROM erasure_work WHERE contract <> ALL($1::text[]) ORDER BY asked_at, account LIMIT 1)
       ORDER BY asked_at, account LIMIT $2`,
      [skipped, limit],
    );
  }

  /** Whether there is any. */
  async isOpen(): Promise<boolean> {
    return (await this.database.query('SELECT 1 FROM erasure_work LIMIT 1')).length > 0;
  }

  async done(accounts: readonly AccountId[]): Promise<void> {
    await this.database.execute('DELETE FROM erasure_work WHERE account = ANY($1::text[])', [accounts]);
  }
}
