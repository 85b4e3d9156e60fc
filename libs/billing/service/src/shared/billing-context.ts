import type { ServiceMonth } from '@smartkey/calendar';
import { notFoundProblem, unavailable } from '@smartkey/http';
import type { Clock } from '@smartkey/kernel';
import type { ProjectionReader } from '@smartkey/projections';
import type { Peers } from '@smartkey/runtime';
import type { SharedSeal } from '@smartkey/secrets';
import { setTimeout as pause } from 'node:timers/promises';
import { contractFactsOf } from '../ledger/contract-facts.query.ts';
import type { BillingSettings } from '../settings/billing-settings.ts';
import { withinHorizon } from './month-horizon.ts';

/** How long a read waits for the ledger to take in a contract that its owner knows (system time). */
const PATIENCE_MILLIS = 3_000;
const LOOK_MILLIS = 20;

/** What most of billing's routes read. */
export class BillingContext {
  constructor(
    readonly ledger: ProjectionReader,
    readonly documents: ProjectionReader,
    readonly clock: Clock,
    readonly settings: BillingSettings,
    private readonly peers: Peers,
    /** Opens department and address of recipients. */
    readonly parties: SharedSeal,
  ) {}

  /** A month that somebody asks about. @throws ProblemException 422 for one more than 12 months ahead. */
  asked<Month extends ServiceMonth | undefined>(month: Month): Month {
    return withinHorizon(this.clock, month);
  }

  /**
   * Waits for the ledger to know a contract. Before it is said not to be there, its owner is asked.
   * @throws ProblemException 404 where there is none, 503 where the ledger is behind.
   * @throws PeerUnavailableError
   */
  async awaitContract(contract: string): Promise<void> {
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

  async #isKnown(contract: string): Promise<boolean> {
    return (await contractFactsOf(this.ledger.sql, contract)) !== undefined;
  }
}
