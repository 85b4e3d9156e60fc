import type { ContractId } from '@smartkey/kernel';
import type { ContractFacts } from '@smartkey/facts';
import { notFoundProblem, unavailable } from '@smartkey/http';
import { lookUntil } from '@smartkey/lifecycle';
import type { ProjectionReader } from '@smartkey/projections';
import type { Peers } from '@smartkey/runtime';
import { contractFactsOf } from './contract-facts.query.ts';

/** How long a read waits for the ledger to take in a contract that its owner knows (system time). */
const PATIENCE_MILLIS = 3_000;
const LOOK_MILLIS = 20;

/** The contracts that the ledger knows, or is about to know. */
export class AwaitedContracts {
  constructor(
    private readonly ledger: ProjectionReader,
    private readonly peers: Peers,
  ) {}

  /**
   * Waits for the ledger to know a contract. Before it is said not to be there, its owner is asked.
   * @throws ProblemException 404 where there is none, 503 where the ledger is behind.
   * @throws PeerUnavailableError
   */
  async awaited(contract: ContractId): Promise<void> {
    if ((await this.#known(contract)) !== undefined) return;
    const path = `/internal/contracts/${encodeURIComponent(contract)}/facts`;
    const { status } = await this.peers.call('contract', { method: 'GET', path });
    if (status === 404) throw notFoundProblem();
    const known = await lookUntil(() => this.#known(contract), {
      atMostMillis: PATIENCE_MILLIS,
      everyMillis: LOOK_MILLIS,
    });
    if (known === undefined) throw unavailable('The ledger has not taken in this contract yet.');
  }

  #known(contract: ContractId): Promise<ContractFacts | undefined> {
    return contractFactsOf(this.ledger.sql, contract);
  }
}
