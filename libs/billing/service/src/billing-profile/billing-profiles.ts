import type { ContractId } from '@smartkey/kernel';
import {
  billingProfile,
  type BillingProfile,
  type BillingProfileChanged,
  type ChangeBillingProfile,
} from '@smartkey/billing-domain';
import { CommandHandler, EventCodec, type CommandContext, type Handled } from '@smartkey/event-store';
import { orThrow } from '@smartkey/http';
import type { ServiceParts } from '@smartkey/runtime';
import type { SharedSeal } from '@smartkey/secrets';
import { storedProfiles } from '../log/stored-events.ts';

type ProfileParts = Pick<ServiceParts, 'store' | 'clock' | 'subjectKeys'>;

/** What is agreed of contracts' documents, each profile a stream of billing's log. */
export class BillingProfiles {
  readonly #handler: CommandHandler<BillingProfile, ChangeBillingProfile, BillingProfileChanged>;

  constructor({ store, clock, subjectKeys }: ProfileParts, parties: SharedSeal) {
    const codec = new EventCodec<BillingProfileChanged>(storedProfiles, subjectKeys, parties);
    this.#handler = new CommandHandler({ store, clock, codec, decider: billingProfile, category: 'profile' });
  }

  async of(contract: ContractId): Promise<BillingProfile> {
    return (await this.#handler.load(contract))?.state ?? billingProfile.initial;
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
