import { Body, Controller } from '@nestjs/common';
import { heldIn, type Policies } from '@smartkey/billing-domain';
import type { ServiceMonth } from '@smartkey/calendar';
import {
  ApiTags,
  Command,
  orNotFound,
  Route,
  written,
  type CommandContext,
  type Written,
} from '@smartkey/http';
import { SettingsChanges } from '../settings/change-settings.ts';
import { SettingsLog } from '../settings/settings-log.ts';
import { BillingReads } from '../shared/billing-reads.ts';
import { MonthParam } from '../shared/service-month.param.ts';
import { PolicyForm } from './policy.forms.ts';
import { policyView, type PolicyView } from './policy-view.ts';

/** What billing goes by where the terms are silent, by service month. */
@ApiTags('Billing')
@Controller('v1/billing/policies')
export class PoliciesController {
  constructor(
    private readonly log: SettingsLog,
    private readonly changes: SettingsChanges,
    private readonly reads: BillingReads,
  ) {}

  @Route('PUT :fromMonth', {
    summary: 'Sets the policy that holds from a service month on, until the next one',
    description:
      'What the body does not name is as in the month before. Can be said until a document of a month that it would hold for is issued.',
    roles: ['operator', 'finance'],
    body: PolicyForm,
    write: true,
    errors: {
      409: 'A document of a month that it would hold for is issued; the answer names both.',
      422: 'A field is broken, or the month lies before the terms (附則) or more than 12 months ahead.',
    },
  })
  async set(
    @MonthParam('fromMonth') from: ServiceMonth,
    @Body() { yenRounding, taxRounding, paymentTerm, reason }: PolicyForm,
    @Command() context: CommandContext,
  ): Promise<Written<PolicyView>> {
    this.reads.asked(from, '/fromMonth');
    const term = paymentTerm && { ...paymentTerm };
    const { state, revision, position } = await this.changes.from(from, (first) =>
      this.log.tellPolicies(
        { type: 'SetPolicy', from, yenRounding, taxRounding, paymentTerm: term, reason, first },
        context,
      ),
    );
    return written(viewIn(state, from), { revision, position, source: 'billing' });
  }

  @Route('GET :fromMonth', {
    summary: 'Shows the policy that holds in a service month',
    roles: ['operator', 'finance'],
    errors: {
      404: 'The month lies before the terms (附則).',
      422: 'No month, or one more than 12 months ahead.',
    },
  })
  async show(@MonthParam('fromMonth') month: ServiceMonth): Promise<PolicyView> {
    this.reads.asked(month, '/fromMonth');
    return viewIn(await this.log.policies(), month);
  }
}

function viewIn(policies: Policies, month: ServiceMonth): PolicyView {
  const held = orNotFound(heldIn(policies, month));
  return policyView(policies, held);
}
