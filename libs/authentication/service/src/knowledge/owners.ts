import type { AccountFacts, ContractFacts } from '@smartkey/messages';
import type { ServiceName } from '@smartkey/event-bus';
import { PeerUnavailableError, type Peers } from '@smartkey/runtime';

/** Asks the owners of the facts that this service holds copies of. */
export class Owners {
  constructor(private readonly peers: Peers) {}

  /** `undefined`: there is no such contract. @throws PeerUnavailableError */
  contract(contract: string): Promise<ContractFacts | undefined> {
    return this.#ask('contract', `/internal/contracts/${encodeURIComponent(contract)}/facts`);
  }

  /** `undefined`: there is no such account. @throws PeerUnavailableError */
  account(account: string): Promise<AccountFacts | undefined> {
    return this.#ask('device-registry', `/internal/accounts/${encodeURIComponent(account)}/facts`);
  }

  /** `undefined`: the contract never had an account with this external id. @throws PeerUnavailableError */
  accountByDigest(contract: string, digest: string): Promise<AccountFacts | undefined> {
    const path = `/internal/contracts/${encodeURIComponent(contract)}/accounts/by-digest/${encodeURIComponent(digest)}/facts`;
    return this.#ask('device-registry', path);
  }

  async #ask<T>(service: ServiceName, path: string): Promise<T | undefined> {
    const { status, body } = await this.peers.call(service, { method: 'GET', path });
    if (status === 404) return undefined;
    if (status !== 200) throw new PeerUnavailableError(service, `answered ${status} when asked for facts`);
    return body as T;
  }
}
