import type { ContractId } from '@smartkey/kernel';
import { Body, Controller } from '@nestjs/common';
import type { BillingProfile } from '@smartkey/billing-domain';
import {
  ApiTags,
  Command,
  orNotFound,
  Route,
  written,
  type CommandContext,
  type Written,
  IdParam,
} from '@smartkey/http';
import { contractFactsOf } from '../ledger/contract-facts.query.ts';
import { AwaitedContracts } from '../ledger/awaited-contracts.ts';
import { recipientIn } from '../rating/measure-contracts.ts';
import { BillingReads } from '../shared/billing-reads.ts';
import { BillingProfileForm } from './billing-profile.forms.ts';
import { billingProfileView, type BillingProfileView } from './billing-profile-view.ts';
import { BillingProfiles } from './billing-profiles.ts';

/** What is agreed of a contract's documents. */
@ApiTags('Billing')
@Controller('v1/contracts/:id/billing-profile')
export class BillingProfileController {
  constructor(
    private readonly profiles: BillingProfiles,
    private readonly contracts: AwaitedContracts,
    private readonly reads: BillingReads,
  ) {}

  @Route('GET', {
    summary:
      'Shows whom the next document of a contract is made out to, and what else is agreed of its documents',
    roles: ['operator', 'finance', 'contractor'],
    right: 'read',
    contract: 'id',
    errors: { 404: 'No such contract.' },
  })
  async show(@IdParam('id', 'ctr') contract: ContractId): Promise<BillingProfileView> {
    await this.contracts.awaited(contract);
    return this.#viewOf(contract, await this.profiles.of(contract));
  }

  @Route('PATCH', {
    summary: 'Changes what is agreed of a contract’s documents; documents issued later use it',
    description:
      'null takes a value away; a missing one stays. A billTo with a name stands for itself, one without adds to the party to the contract. A contractor changes contact, mail address and purchase-order number.',
    roles: ['operator', 'finance', 'contractor'],
    right: 'billing',
    contract: 'id',
    body: BillingProfileForm,
    write: true,
    errors: {
      403: 'A contractor changes contact, mail address and purchase-order number alone.',
      404: 'No such contract.',
    },
  })
  async change(
    @IdParam('id', 'ctr') contract: ContractId,
    @Body() { billTo, endpoint, paymentTerm, ...form }: BillingProfileForm,
    @Command() context: CommandContext,
  ): Promise<Written<BillingProfileView>> {
    await this.contracts.awaited(contract);
    const { state, revision, position } = await this.profiles.change(
      {
        ...form,
        contract,
        role: context.actor.role,
        billTo,
        endpoint: endpoint && { ...endpoint },
        paymentTerm: paymentTerm && { ...paymentTerm },
      },
      context,
    );
    return written(await this.#viewOf(contract, state), { revision, position, source: 'billing' });
  }

  async #viewOf(contract: ContractId, profile: BillingProfile): Promise<BillingProfileView> {
    const facts = orNotFound(await contractFactsOf(this.reads.ledger.sql, contract));
    return billingProfileView(profile, recipientIn(facts, profile, this.reads.parties));
  }
}
