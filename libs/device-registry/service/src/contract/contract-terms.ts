import type { ContractTerms } from '@smartkey/device-registry-domain';
import type { Instant } from '@smartkey/kernel';
import { inForceAt, type ContractFacts } from '@smartkey/facts';
import type { FactsStore } from '@smartkey/projections';
import { PeerUnavailableError, type Peers } from '@smartkey/runtime';

export const termsOf = ({ accepted, acceptedOn, lastDay }: ContractFacts): ContractTerms => ({
  accepted,
  ...(acceptedOn === undefined ? {} : { acceptedOn }),
  ...(lastDay === undefined ? {} : { lastDay }),
});

/** The dated facts of contracts: what is held here, and the contract service's own word where that is not enough. */
export class ContractKnowledge {
  constructor(
    private readonly store: FactsStore<ContractFacts>,
    private readonly peers: Peers,
  ) {}

  /**
   * The terms to register by. Where what is held here would lead to a refusal (unknown, not accepted, ended), the contract
   * service is asked first. `undefined`: there is no such contract.
   * @throws PeerUnavailableError
   */
  async termsAt(contract: string, now: Instant): Promise<ContractTerms | undefined> {
    const held = await this.store.one(contract);
    if (held !== undefined && inForceAt(held, now)) return termsOf(held);
    const asked = await this.ask(contract);
    return asked === undefined ? undefined : termsOf(asked);
  }

  /** What is held here, without asking. */
  async held(contract: string): Promise<ContractTerms | undefined> {
    const facts = await this.facts(contract);
    return facts === undefined ? undefined : termsOf(facts);
  }

  /** The same as it is folded: plans by month too. */
  facts(contract: string): Promise<ContractFacts | undefined> {
    return this.store.one(contract);
  }

  /** The contract service's own word, which is kept. @throws PeerUnavailableError */
  async ask(contract: string): Promise<ContractFacts | undefined> {
    const path = `/internal/contracts/${encodeURIComponent(contract)}/facts`;
    const { status, body } = await this.peers.call('contract', { method: 'GET', path });
    if (status === 404) return undefined;
    if (status !== 200) throw new PeerUnavailableError('contract', `answered ${status} when asked for facts`);
    const facts = body as ContractFacts;
    await this.store.put(contract, facts);
    return facts;
  }
}
