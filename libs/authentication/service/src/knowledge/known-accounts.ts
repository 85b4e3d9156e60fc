import type { AccountId, ContractId } from '@smartkey/kernel';
import {
  contractOf,
  factsAfter,
  foldAccountFacts,
  noAccountFacts,
  type AccountMessage,
  type FoundAccount,
} from '@smartkey/facts';
import { continuing, type CarriesTrace } from '@smartkey/tracing';
import type { ErasedId } from '../attempt-log/erase-attempts.ts';
import type { AccountLog } from '../log/account-log.ts';
import {
  followFacts,
  isKnown,
  KEEP_FACTS,
  keepParameters,
  lacksDigest,
  type KnownAccountFacts,
} from './follow-facts.ts';
import type { AccountNamed, Owners } from './owners.ts';

/** The log of attempts, as far as an erasure needs it. */
export interface ErasableAttempts {
  /** Writes what waits. */
  flush(): Promise<void>;
  erase(id: ErasedId): Promise<void>;
}

type HeardMessage = AccountMessage & CarriesTrace & { readonly stream: string };

/**
 * What is known here of accounts. Facts and what follows from them for the account's credentials (suspended, erased) are one
 * transaction, which also moves the version of the account's guard: a decision on older facts cannot be committed after it.
 */
export class KnownAccounts {
  constructor(
    private readonly log: AccountLog,
    private readonly owners: Owners,
    private readonly attempts: ErasableAttempts,
  ) {}

  /** Whether an account is the contract's; the registry is asked where that is not known. @throws PeerUnavailableError */
  async belongsTo(contract: ContractId, account: AccountId): Promise<boolean> {
    const isKnownAs = async (): Promise<boolean> => {
      const rows = await this.log.database.query(
        'SELECT 1 FROM accounts WHERE account = $1 AND contract = $2',
        [account, contract],
      );
      return rows.length > 0;
    };
    if (await isKnownAs()) return true;
    await this.ask(contract, { account }, -1);
    return isKnownAs();
  }

  /**
   * Asks the registry for what is newer than the revision known here (-1: nothing is), and learns only that: for an account that
   * is unknown, foreign, or known as it is, the work is the same. @throws PeerUnavailableError
   */
  async ask(contract: ContractId, who: AccountNamed, known: number): Promise<void> {
    const facts = await this.owners.account(contract, who, known);
    if (facts !== undefined) await this.learn([facts]);
  }

  /**
   * Takes in messages of accounts' streams, by the bus or told directly. Where messages before them are missing, the account
   * is asked for whole.
   * @throws PeerUnavailableError
   */
  async hear(messages: ReadonlyMap<AccountId, readonly HeardMessage[]>): Promise<void> {
    if (messages.size === 0) return;
    const known = await this.#known([...messages.keys()]);
    const changed: FoundAccount[] = [];
    const gaps: { readonly account: AccountId; readonly contract: ContractId; readonly known: number }[] = [];
    for (const [account, heard] of messages) {
      const before: FoundAccount = known.get(account) ?? noAccountFacts(account);
      const facts = factsAfter(before, heard, foldAccountFacts);
      if (facts === undefined)
        gaps.push({ account, contract: contractOf(heard[0]!), known: before.revision });
      else if (facts.revision > before.revision)
        changed.push({ ...facts, externalIdDigest: before.externalIdDigest });
    }
    await this.learn(changed, (account) => messages.get(account)?.at(-1));
    for (const { account, contract, known: revision } of gaps)
      await this.ask(contract, { account }, revision);
  }

  /**
   * Keeps facts that are newer than those at hand, and lets the credentials follow. What external ids are found by is asked for where it is not known.
   * @throws PeerUnavailableError
   * @param causeOf whose trace it is that an account's facts go on with.
   */
  async learn(
    facts: readonly FoundAccount[],
    causeOf: (account: AccountId) => CarriesTrace | undefined = () => undefined,
  ): Promise<void> {
    const known = await this.#withDigests(facts.filter(isKnown));
    if (known.length === 0) return;
    // Before the digest goes, by which some of them are found.
    await this.#eraseAttempts(known.filter(({ erased }) => erased === true));
    const guarded = await this.#guarded(known.map(({ account }) => account));
    await this.#keep(known.filter(({ account }) => !guarded.has(account)));
    for (const one of known.filter(({ account }) => guarded.has(account)))
      await continuing(causeOf(one.account) ?? {}, () =>
        this.log.change((tx, now) => followFacts(this.log, tx, one, now)),
      );
  }

  /** No event tells them: an erasure could not take them back. */
  async #withDigests(facts: readonly KnownAccountFacts[]): Promise<readonly KnownAccountFacts[]> {
    const lacking = facts.filter(lacksDigest);
    if (lacking.length === 0) return facts;
    const digests = await this.owners.lookupDigests(lacking.map(({ account }) => account));
    return facts.map((one) =>
      lacksDigest(one) ? { ...one, externalIdDigest: digests.get(one.account) } : one,
    );
  }

  async #eraseAttempts(erased: readonly KnownAccountFacts[]): Promise<void> {
    if (erased.length === 0) return;
    const rows = await this.log.database.query<{ account: AccountId; digest: string | null }>(
      'SELECT account, external_id_digest AS digest FROM accounts WHERE account = ANY($1::text[])',
      [erased.map(({ account }) => account)],
    );
    const digests = new Map(rows.map(({ account, digest }) => [account, digest ?? undefined]));
    // What waits to be written may be of them.
    await this.attempts.flush();
    for (const { account, contract } of erased)
      await this.attempts.erase({ account, contract, digest: digests.get(account) });
  }

  /** Accounts that never had a credential: nothing follows for them, so a whole import is one statement. */
  async #keep(facts: readonly KnownAccountFacts[]): Promise<void> {
    if (facts.length > 0) await this.log.database.execute(KEEP_FACTS, keepParameters(facts));
  }

  async #guarded(accounts: readonly AccountId[]): Promise<ReadonlySet<AccountId>> {
    const rows = await this.log.database.query<{ account: AccountId }>(
      'SELECT account FROM attempts WHERE account = ANY($1::text[])',
      [accounts],
    );
    return new Set(rows.map(({ account }) => account));
  }

  async #known(accounts: readonly AccountId[]): Promise<ReadonlyMap<AccountId, FoundAccount>> {
    const rows = await this.log.database.query<{
      account: AccountId;
      digest: string | null;
      facts: FoundAccount;
    }>('SELECT account, external_id_digest AS digest, facts FROM accounts WHERE account = ANY($1::text[])', [
      accounts,
    ]);
    return new Map(
      rows.map(({ account, digest, facts }) => [
        account,
        { ...facts, externalIdDigest: digest ?? undefined },
      ]),
    );
  }
}
