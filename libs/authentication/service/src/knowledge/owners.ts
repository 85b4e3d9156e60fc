import type { AccountId, ContractId } from '@smartkey/kernel';
import type { ContractFacts, FoundAccount, LookupDigests, NewerFacts } from '@smartkey/facts';
import type { ServiceName } from '@smartkey/event-bus';
import { PeerUnavailableError, type Peers } from '@smartkey/runtime';

/** An account of a contract, by its id or by the digest of its external id. */
export type AccountNamed = { readonly account: AccountId } | { readonly digest: string };

/** Accounts that the registry is asked about with one call. */
const AT_ONCE = 1_000;

/** Asks the owners of the facts that this service holds copies of. */
export class Owners {
  constructor(private readonly peers: Peers) {}

  /** `undefined`: there is no such contract. @throws PeerUnavailableError */
  contract(contract: ContractId): Promise<ContractFacts | undefined> {
    return this.#ask('contract', `/internal/contracts/${encodeURIComponent(contract)}/facts`);
  }

  /**
   * What the registry knows of an account of the contract that is newer than a revision known here (-1: nothing is).
   * `undefined`: nothing, or the contract has no such account. @throws PeerUnavailableError
   */
  async account(contract: ContractId, who: AccountNamed, known: number): Promise<FoundAccount | undefined> {
    const name =
      'account' in who ? encodeURIComponent(who.account) : `by-digest/${encodeURIComponent(who.digest)}`;
    const path = `/internal/contracts/${encodeURIComponent(contract)}/accounts/${name}/facts?known=${known}`;
    return (await this.#ask<NewerFacts>('device-registry', path))?.newer ?? undefined;
  }

  /** External ids by account, for people's eyes; those whose data were erased are missing. @throws PeerUnavailableError */
  async externalIds(accounts: readonly AccountId[]): Promise<Readonly<Record<AccountId, string>>> {
    const answers = await this.#askOf<{ readonly externalIds: Readonly<Record<AccountId, string>> }>(
      accounts,
      'external-ids',
    );
    return Object.assign({}, ...answers.map(({ externalIds }) => externalIds)) as Record<AccountId, string>;
  }

  /** What external ids are found by, by account; those whose data were erased are missing. @throws PeerUnavailableError */
  async lookupDigests(accounts: readonly AccountId[]): Promise<ReadonlyMap<AccountId, string>> {
    const answers = await this.#askOf<LookupDigests>(accounts, 'lookup-digests');
    return new Map(answers.flatMap(({ digests }) => Object.entries(digests) as [AccountId, string][]));
  }

  async #askOf<T>(accounts: readonly AccountId[], what: string): Promise<readonly T[]> {
    const answers: T[] = [];
    for (let n = 0; n < accounts.length; n += AT_ONCE) {
      const { status, body } = await this.peers.call('device-registry', {
        method: 'POST',
        path: `/internal/accounts/${what}`,
        body: { accounts: accounts.slice(n, n + AT_ONCE) },
      });
      if (status !== 200)
        throw new PeerUnavailableError('device-registry', `answered ${status} when asked for ${what}`);
      answers.push(body as T);
    }
    return answers;
  }

  async #ask<T>(service: ServiceName, path: string): Promise<T | undefined> {
    const { status, body } = await this.peers.call(service, { method: 'GET', path });
    if (status === 404) return undefined;
    if (status !== 200) throw new PeerUnavailableError(service, `answered ${status} when asked for facts`);
    return body as T;
  }
}
