import type { Database } from '@smartkey/database';
import { newId, type Instant } from '@smartkey/kernel';
import { externalIdDigest } from '@smartkey/secrets';

/** An account as its external id and its contract name it. */
export interface Identity {
  readonly account: string;
  readonly contract: string;
  readonly digest: string;
  readonly externalId: string;
}

const COLUMNS = 'account, contract, digest, external_id AS "externalId"';

/** Which account an external id of a contract is. */
export class Identities {
  constructor(
    private readonly database: Database,
    private readonly lookupKey: Uint8Array,
  ) {}

  digestOf(contract: string, externalId: string): string {
    return externalIdDigest(this.lookupKey, contract, externalId);
  }

  /** The accounts of the external ids, made up where there are none yet; in their order, which must not repeat one. */
  async reserve(
    contract: string,
    externalIds: readonly string[],
    now: Instant,
  ): Promise<readonly Identity[]> {
    const wanted = externalIds.map((externalId) => ({
      externalId,
      digest: this.digestOf(contract, externalId),
    }));
    const ordered = [...wanted].sort((a, b) => (a.digest < b.digest ? -1 : 1));
    await this.database.execute(
      `INSERT INTO identities (contract, digest, account, external_id)
       SELECT $1, digest, account, external_id
       FROM unnest($2::text[], $3::text[], $4::text[]) AS wanted (digest, account, external_id)
       ON CONFLICT (contract, digest) DO NOTHING`,
      [
        contract,
        ordered.map(({ digest }) => digest),
        ordered.map(() => newId('rid', now)),
        ordered.map(({ externalId }) => externalId),
      ],
    );
    const found = await this.#byDigest(
      contract,
      wanted.map(({ digest }) => digest),
    );
    return wanted.map(({ digest }) => found.get(digest)!);
  }

  /** The accounts of those external ids that have one, by external id. */
  async find(contract: string, externalIds: readonly string[]): Promise<ReadonlyMap<string, Identity>> {
    const digests = externalIds.map((externalId) => this.digestOf(contract, externalId));
    const found = await this.#byDigest(contract, digests);
    return new Map([...found.values()].map((identity) => [identity.externalId, identity]));
  }

  /** The account of a contract that a digest stands for. */
  async accountByDigest(contract: string, digest: string): Promise<string | undefined> {
    const [found] = await this.database.query<{ account: string }>(
      'SELECT account FROM identities WHERE contract = $1 AND digest = $2',
      [contract, digest],
    );
    return found?.account;
  }

  /** Whether an account is the contract's. Another contract's and one that is nowhere are the same answer by the same work. */
  async belongsTo(contract: string, account: string): Promise<boolean> {
    const found = await this.database.query('SELECT 1 FROM identities WHERE account = $1 AND contract = $2', [
      account,
      contract,
    ]);
    return found.length > 0;
  }

  async byAccounts(accounts: readonly string[]): Promise<ReadonlyMap<string, Identity>> {
    const rows = await this.database.query<Identity>(
      `SELECT ${COLUMNS} FROM identities WHERE account = ANY($1::text[])`,
      [accounts],
    );
    return new Map(rows.map((identity) => [identity.account, identity]));
  }

  async #byDigest(contract: string, digests: readonly string[]): Promise<ReadonlyMap<string, Identity>> {
    const rows = await this.database.query<Identity>(
      `SELECT ${COLUMNS} FROM identities WHERE contract = $1 AND digest = ANY($2::text[])`,
      [contract, digests],
    );
    return new Map(rows.map((identity) => [identity.digest, identity]));
  }
}
