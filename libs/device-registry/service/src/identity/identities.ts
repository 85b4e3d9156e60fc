import type { Database } from '@smartkey/database';
import { newId } from '@smartkey/identity';
import type { Instant, AccountId, ContractId } from '@smartkey/kernel';
import { externalIdDigest, type SubjectKeys } from '@smartkey/secrets';

/** An account as its external id and its contract name it. */
export interface Identity {
  readonly account: AccountId;
  readonly contract: ContractId;
  readonly digest: string;
  readonly externalId: string;
}

type Digested = Omit<Identity, 'account'>;

const withNewAccounts = (wanted: readonly Digested[], now: Instant): readonly Identity[] =>
  wanted.map((each) => ({ ...each, account: newId('rid', now) }));

/**
 * Which account an external id of a contract is. An external id is found by its digest; it lies here sealed under its account's key, for
 * people's eyes only.
 */
export class Identities {
  constructor(
    private readonly database: Database,
    private readonly lookupKey: Uint8Array,
    private readonly subjectKeys: SubjectKeys,
  ) {}

  /** The accounts of the external ids, reserved where there are none yet, in the same order. No external id may be given twice. */
  async reserve(
    contract: ContractId,
    externalIds: readonly string[],
    now: Instant,
  ): Promise<readonly Identity[]> {
    const wanted = this.#digested(contract, externalIds);
    const digests = wanted.map(({ digest }) => digest);
    let accounts = await this.#accountsByDigest(contract, digests);
    const missing = wanted.filter(({ digest }) => !accounts.has(digest));
    if (missing.length > 0) {
      await this.#add(missing, now);
      // Another registration may have been faster.
      accounts = await this.#accountsByDigest(contract, digests);
    }
    return wanted.map((each) => ({ ...each, account: accounts.get(each.digest)! }));
  }

  /** As they would be reserved, but nothing is kept: for a trial. */
  madeUp(contract: ContractId, externalIds: readonly string[], now: Instant): readonly Identity[] {
    return withNewAccounts(this.#digested(contract, externalIds), now);
  }

  #digested(contract: ContractId, externalIds: readonly string[]): readonly Digested[] {
    return externalIds.map((externalId) => ({
      contract,
      externalId,
      digest: externalIdDigest(this.lookupKey, contract, externalId),
    }));
  }

  async #add(missing: readonly Digested[], now: Instant): Promise<void> {
    const made = withNewAccounts(
      [...missing].sort((a, b) => (a.digest < b.digest ? -1 : 1)),
      now,
    );
    const sealed = await this.subjectKeys.sealMany(
      made.map(({ account, externalId }) => ({ subject: account, texts: [externalId] })),
    );
    await this.database.execute(
      `INSERT INTO identities (contract, digest, account, sealed)
       SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[])
       ON CONFLICT (contract, digest) DO NOTHING`,
      [
        made.map(({ contract }) => contract),
        made.map(({ digest }) => digest),
        made.map(({ account }) => account),
        sealed.map(([text]) => text!),
      ],
    );
  }

  /** The accounts of those external ids that have one, by external id. */
  async find(contract: ContractId, externalIds: readonly string[]): Promise<ReadonlyMap<string, Identity>> {
    const wanted = this.#digested(contract, externalIds);
    const accounts = await this.#accountsByDigest(
      contract,
      wanted.map(({ digest }) => digest),
    );
    return new Map(
      wanted.flatMap((each): [string, Identity][] => {
        const account = accounts.get(each.digest);
        return account === undefined ? [] : [[each.externalId, { ...each, account }]];
      }),
    );
  }

  /** The account of a contract that a digest stands for. */
  async accountByDigest(contract: ContractId, digest: string): Promise<AccountId | undefined> {
    const [found] = await this.database.query<{ account: AccountId }>(
      'SELECT account FROM identities WHERE contract = $1 AND digest = $2',
      [contract, digest],
    );
    return found?.account;
  }

  /** Whether an account is the contract's. Another contract's and one that is nowhere are the same answer by the same work. */
  async belongsTo(contract: ContractId, account: AccountId): Promise<boolean> {
    const found = await this.database.query('SELECT 1 FROM identities WHERE account = $1 AND contract = $2', [
      account,
      contract,
    ]);
    return found.length > 0;
  }

  /** External ids by account; accounts that are not known, or whose data were erased, are missing. */
  async externalIdsOf(accounts: readonly AccountId[]): Promise<ReadonlyMap<string, string>> {
    const rows = await this.database.query<{ account: AccountId; sealed: string }>(
      'SELECT account, sealed FROM identities WHERE account = ANY($1::text[])',
      [accounts],
    );
    const opened = await this.subjectKeys.openMany(
      rows.map(({ account, sealed }) => ({ subject: account, sealed: [sealed] })),
    );
    return new Map(
      rows.flatMap(({ account }, index): [string, string][] => {
        const [externalId] = opened[index]!;
        return externalId === undefined ? [] : [[account, externalId]];
      }),
    );
  }

  async #accountsByDigest(
    contract: ContractId,
    digests: readonly string[],
  ): Promise<ReadonlyMap<string, AccountId>> {
    const rows = await this.database.query<{ digest: string; account: AccountId }>(
      'SELECT digest, account FROM identities WHERE contract = $1 AND digest = ANY($2::text[])',
      [contract, digests],
    );
    return new Map(rows.map(({ digest, account }) => [digest, account]));
  }
}
