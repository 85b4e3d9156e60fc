import type { JstDay } from '@smartkey/calendar';
import type { ContractTerms } from '@smartkey/device-registry-domain';
import { inForceAt, withoutPricesAndPersons, type ContractFacts } from '@smartkey/facts';
import { defined, type Instant, type ContractId } from '@smartkey/kernel';
import type { FactsStore } from '@smartkey/projections';
import { Batcher } from '@smartkey/lifecycle';
import { PeerUnavailableError, type Peers } from '@smartkey/runtime';
import { isOver } from '@smartkey/terms';

const termsOf = ({ accepted, acceptedOn, lastDay }: ContractFacts): ContractTerms =>
  accepted && acceptedOn !== undefined
    ? { accepted, ...defined({ acceptedOn, lastDay }) }
    : { accepted: false };

/** Facts that the caller has read already, with something else. */
export interface HeldFacts {
  readonly facts: ContractFacts | undefined;
}

/** The dated facts of contracts: what is held here, and the contract service's own word where that is not enough. */
export class ContractKnowledge {
  /** Commands that wait together read theirs together. */
  readonly #held = new Batcher<ContractId, ContractFacts | undefined>(async (contracts) => {
    const found = await this.store.many([...new Set(contracts)]);
    return contracts.map((contract) => found.get(contract));
  });

  constructor(
    private readonly store: FactsStore<ContractFacts>,
    private readonly peers: Peers,
  ) {}

  /**
   * The terms to register by. Where what is held here would lead to a refusal (unknown, not accepted, ended), the contract
   * service is asked first. `undefined`: there is no such contract.
   * @throws PeerUnavailableError
   */
  async termsAt(contract: ContractId, now: Instant, read?: HeldFacts): Promise<ContractTerms | undefined> {
    const held = read === undefined ? await this.facts(contract) : read.facts;
    if (held !== undefined && inForceAt(held, now)) return termsOf(held);
    const asked = await this.#ask(contract);
    return asked === undefined ? undefined : termsOf(asked);
  }

  /**
   * The last day of a contract that has ended by an instant (第6条), `undefined` where it has not. An end cannot be undone, so where
   * what is held here tells of one, the contract service has to confirm the day.
   * @throws PeerUnavailableError
   */
  async endedBy(contract: ContractId, instant: Instant, read?: HeldFacts): Promise<JstDay | undefined> {
    const held = read === undefined ? await this.facts(contract) : read.facts;
    if (!isOver(held?.lastDay, instant)) return undefined;
    const lastDay = (await this.#ask(contract))?.lastDay;
    return isOver(lastDay, instant) ? lastDay : undefined;
  }

  /** What is held here, without asking. */
  facts(contract: ContractId): Promise<ContractFacts | undefined> {
    return this.#held.add(contract);
  }

  /** The contract service's own word, which is kept. @throws PeerUnavailableError */
  async #ask(contract: ContractId): Promise<ContractFacts | undefined> {
    const path = `/internal/contracts/${encodeURIComponent(contract)}/facts`;
    const { status, body } = await this.peers.call('contract', { method: 'GET', path });
    if (status === 404) return undefined;
    if (status !== 200) throw new PeerUnavailableError('contract', `answered ${status} when asked for facts`);
    const facts = withoutPricesAndPersons(body as ContractFacts);
    await this.store.put(contract, facts);
    return facts;
  }
}
