import type { ContractId } from '@smartkey/kernel';
import type { EventStore } from '@smartkey/event-store';
import { foldContractFacts, noContractFacts, type ContractFacts } from '@smartkey/facts';
import { publishContractEvent } from '../log/publish.ts';

/** The dated facts of a contract, as its published messages tell them, up to now: for services that must be sure. */
export class ContractFactsReader {
  constructor(private readonly store: EventStore) {}

  /** `undefined`: there is no such contract. */
  async of(contract: ContractId): Promise<ContractFacts | undefined> {
    const events = await this.store.readStream(`contract-${contract}`);
    if (events.length === 0) return undefined;
    return events.reduce(
      (facts, event) =>
        foldContractFacts(facts, { ...publishContractEvent(event), revision: event.revision }),
      noContractFacts(contract),
    );
  }
}
