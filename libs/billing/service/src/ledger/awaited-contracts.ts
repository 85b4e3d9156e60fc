import type { ContractId } from '@smartkey/kernel';
import { notFoundProblem, unavailable } from '@smartkey/http';
import type { ProjectionReader } from '@smartkey/projections';
import type { Peers } from '@smartkey/runtime';
import { setTimeout as pause } from 'node:timers/promises';
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
    if (await this.#isKnown(contract)) return;
    const path = `/internal/contracts/${encodeURIComponent(contract)}/facts`;
    const { status } = await this.peers.call('contract', { method: 'GET', path });
    if (status === 404) throw notFoundProblem();
    const until = performance.now() + PATIENCE_MILLIS;
    while (!(await this.#isKnown(contract))) {
      if (performance.now() > until) throw unavailable('The ledger has not taken in this contract yet.');
      await pause(LOOK_MILLIS);
    }
  }

  async #isKnown(contract: ContractId): Promise<boolean> {
    return (await contractFactsOf(this.ledger.sql, contract)) !== undefined;
  }
}
