import type { ContractId } from '@smartkey/kernel';
import {
  billingProfile,
  type BillingProfile,
  type BillingProfileChanged,
  type ChangeBillingProfile,
} from '@smartkey/billing-domain';
import type { CommandContext, Handled } from '@smartkey/event-store';
import { orThrow } from '@smartkey/http';
import type { SharedSeal } from '@smartkey/secrets';
import { handlerOf, type LogParts } from '../log/handler-of.ts';
import { storedProfiles } from '../log/stored-events.ts';

/** What is agreed of contracts' documents, each profile a stream of billing's log. */
export class BillingProfiles {
  readonly #handler;

  constructor(parts: LogParts, parties: SharedSeal) {
    this.#handler = handlerOf(parts, 'profile', billingProfile, storedProfiles, parties);
  }

  of(contract: ContractId): Promise<BillingProfile> {
    return this.#handler.state(contract);
  }

  /** Those of many contracts, with one look into the log. */
  async ofMany(contracts: readonly ContractId[]): Promise<ReadonlyMap<ContractId, BillingProfile>> {
    const loaded = await this.#handler.loadMany(contracts);
    return new Map(
      contracts.map((contract) => [contract, loaded.get(contract)?.state ?? billingProfile.initial]),
    );
  }

  /** @throws ProblemException where it is refused. */
  async change(
    change: ChangeBillingProfile,
    context: CommandContext,
  ): Promise<Handled<BillingProfile, BillingProfileChanged>> {
    return orThrow(await this.#handler.handle(change.contract, context, () => change));
  }
}
