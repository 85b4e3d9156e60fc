import type { Database } from '@smartkey/database';
import { newId } from '@smartkey/identity';
import type { Instant, AccountId, ContractId } from '@smartkey/kernel';
import { Batcher } from '@smartkey/lifecycle';
import { openReadable, externalIdDigest, KEEP_SUBJECT_KEYS, type SubjectKeys } from '@smartkey/secrets';

/** An account as its external id and its contract name it. */
export interface Identity {
  readonly account: AccountId;
  readonly contract: ContractId;
  readonly digest: string;
  readonly externalId: string;
}

/** An external id that nobody is known by, and the name given with its registration, by the id of that event. */
export interface NewIdentity {
  readonly externalId: string;
  readonly named?: { readonly event: string; readonly displayName: string } | undefined;
}

type Digested = Omit<Identity, 'account'>;

/** An identity, and whether it was made just now: then its account has no history. */
export interface Reserved extends Identity {
  readonly made: boolean;
}

interface Wanted {
  readonly draft: Identity;
  readonly named: NewIdentity['named'];
}

const pairOf = ({ contract, digest }: Pick<Digested, 'contract' | 'digest'>): string =>
  `${contract}\n${digest}`;

/** Identities with their accounts' keys and names, by one statement: nothing of those that another reserved before. */
const RESERVE = `
  WITH told AS (
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::uuid[], $7::text[])
      AS t (contract, digest, account, sealed, wrapped, event, name)
  ), made AS (
    INSERT INTO identities (contract, digest, account, sealed)
    SELECT contract, digest, account, sealed FROM told ORDER BY contract, digest
    ON CONFLICT (contract, digest) DO NOTHING RETURNING contract, digest, account
  ), keys AS (
    ${KEEP_SUBJECT_KEYS} SELECT made.account, told.wrapped FROM made JOIN told USING (account)
  ), names AS (
    INSERT INTO display_names (event, account, sealed)
    SELECT told.event, made.account, told.name FROM made JOIN told USING (account) WHERE told.event IS NOT NULL
    ON CONFLICT (event) DO NOTHING
  )
  SELECT contract, digest, account FROM made`;

/**
 * Lets an external id find nobody any more: the account stays its contract's, and the digest goes where files of imports are still gone
 * through for it. Digests have no slash.
 */
const RELEASE = `
  WITH former AS (
    SELECT account, contract, digest FROM identities
    WHERE account = $1 AND digest <> 'erased/' || account FOR UPDATE
  ), left_to_do AS (
    INSERT INTO erasure_work (account, contract, digest, asked_at) SELECT account, contract, digest, $2 FROM former
    ON CONFLICT (account) DO NOTHING
  )
  UPDATE identities SET digest = 'erased/' || identities.account, sealed = NULL
  FROM former WHERE identities.account = former.account`;

/**
 * Which account an external id of a contract is. An external id is found by its digest; it lies here sealed under its account's key, for
 * people's eyes only.
 */
export class Identities {
  /** Registrations one by one, those that wait together: of one external id no two at once. */
  readonly #singles = new Batcher<Wanted, Reserved>((wanted) => this.#reserve(wanted), {
    keysOf: ({ draft }) => [pairOf(draft)],
  });

  constructor(
    private readonly database: Database,
    private readonly lookupKey: Uint8Array,
    private readonly subjectKeys: SubjectKeys,
  ) {}

  /**
   * Reserves accounts for many external ids that `find` did not know, in the same order. Names are kept with those that were made; where another registration
   * was faster, they are the caller's to keep. No external id may be given twice.
   */
  async reserveNew(
    contract: ContractId,
    wanted: readonly NewIdentity[],
    now: Instant,
  ): Promise<readonly Reserved[]> {
    if (wanted.length === 0) return [];
    const drafts = this.madeUp(
      contract,
      wanted.map(({ externalId }) => externalId),
      now,
    );
    return this.#reserve(drafts.map((draft, place) => ({ draft, named: wanted[place]!.named })));
  }

  /** As `reserveNew`, for one: those that wait together are reserved together. */
  reserveOne(contract: ContractId, { externalId, named }: NewIdentity, now: Instant): Promise<Reserved> {
    const [draft] = this.madeUp(contract, [externalId], now);
    return this.#singles.add({ draft: draft!, named });
  }

  async #reserve(wanted: readonly Wanted[]): Promise<readonly Reserved[]> {
    const seals = await this.subjectKeys.sealFirst(
      wanted.map(({ draft: { account, externalId }, named }) => ({
        subject: account,
        texts: named === undefined ? [externalId] : [externalId, named.displayName],
      })),
    );
    const rows = await this.database.query<{ contract: ContractId; digest: string; account: AccountId }>(
      RESERVE,
      [
        wanted.map(({ draft }) => draft.contract),
        wanted.map(({ draft }) => draft.digest),
        wanted.map(({ draft }) => draft.account),
        seals.sealed.map(([externalId]) => externalId!),
        seals.wrapped,
        wanted.map(({ named }) => named?.event ?? null),
        seals.sealed.map(([, name]) => name ?? null),
      ],
    );
    seals.kept(rows.map(({ account }) => account));
    const made = new Map(rows.map((row) => [pairOf(row), row.account]));
    const overtaken = wanted.filter(({ draft }) => !made.has(pairOf(draft))).map(({ draft }) => draft);
    const others = overtaken.length === 0 ? made : await this.#accountsOf(overtaken);
    return wanted.map(({ draft }) => {
      const pair = pairOf(draft);
      return { ...draft, account: made.get(pair) ?? others.get(pair)!, made: made.has(pair) };
    });
  }

  /** As they would be reserved, but nothing is kept: for a trial. */
  madeUp(contract: ContractId, externalIds: readonly string[], now: Instant): readonly Identity[] {
    return this.#digested(contract, externalIds).map((each) => ({ ...each, account: newId('rid', now) }));
  }

  /** What an external id of a contract is found by. */
  digestOf(contract: ContractId, externalId: string): string {
    return externalIdDigest(this.lookupKey, contract, externalId);
  }

  #digested(contract: ContractId, externalIds: readonly string[]): readonly Digested[] {
    return externalIds.map((externalId) => ({
      contract,
      externalId,
      digest: this.digestOf(contract, externalId),
    }));
  }

  /** The accounts of those external ids that have one, by external id. */
  async find(contract: ContractId, externalIds: readonly string[]): Promise<ReadonlyMap<string, Identity>> {
    const wanted = this.#digested(contract, externalIds);
    const accounts = await this.#accountsOf(wanted);
    return new Map(
      wanted.flatMap((each): [string, Identity][] => {
        const account = accounts.get(pairOf(each));
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

  /** What external ids are found by, by account; accounts that are not known, or whose data were erased, are missing. */
  async digestsOf(accounts: readonly AccountId[]): Promise<ReadonlyMap<AccountId, string>> {
    const rows = await this.database.query<{ account: AccountId; digest: string }>(
      `SELECT account, digest FROM identities WHERE account = ANY($1::text[]) AND digest <> 'erased/' || account`,
      [accounts],
    );
    return new Map(rows.map(({ account, digest }) => [account, digest]));
  }

  /** External ids by account; accounts that are not known, or whose data were erased, are missing. */
  async externalIdsOf(accounts: readonly AccountId[]): Promise<ReadonlyMap<string, string>> {
    const rows = await this.database.query<{ account: AccountId; sealed: string }>(
      'SELECT account, sealed FROM identities WHERE account = ANY($1::text[]) AND sealed IS NOT NULL',
      [accounts],
    );
    const opened = await openReadable(
      this.subjectKeys,
      rows.map(({ account, sealed }) => ({ subject: account, sealed: [sealed] })),
    );
    return new Map(
      rows.flatMap(({ account }, index): [string, string][] => {
        const [externalId] = opened[index]!;
        return externalId === undefined ? [] : [[account, externalId]];
      }),
    );
  }

  /** The external id of an account whose personal data are erased is free: whoever gets it is somebody else. Safe to repeat. */
  async release(account: AccountId, now: Instant): Promise<void> {
    await this.database.execute(RELEASE, [account, now]);
  }

  /** By contract and digest. */
  async #accountsOf(
    wanted: readonly Pick<Digested, 'contract' | 'digest'>[],
  ): Promise<ReadonlyMap<string, AccountId>> {
    const rows = await this.database.query<{ contract: ContractId; digest: string; account: AccountId }>(
      // One by one: a plain join, planned while the table was small, reads all of it ever after (PGlite never analyses).
      `SELECT asked.contract, asked.digest, found.account FROM unnest($1::text[], $2::text[]) AS asked (contract, digest)
       CROSS JOIN LATERAL (
         SELECT account FROM identities i WHERE i.contract = asked.contract AND i.digest = asked.digest OFFSET 0
       ) found`,
      [wanted.map(({ contract }) => contract), wanted.map(({ digest }) => digest)],
    );
    return new Map(rows.map((row) => [pairOf(row), row.account]));
  }
}
