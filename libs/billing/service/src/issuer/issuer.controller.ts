import { Body, Controller, Query } from '@nestjs/common';
import { heldIn, inForce } from '@smartkey/billing-domain';
import {
  ApiTags,
  Command,
  Route,
  PageQuery,
  written,
  type CommandContext,
  type Page,
  type Written,
  pageOfList,
} from '@smartkey/http';
import { SettingsChanges } from '../settings/change-settings.ts';
import { SettingsLog } from '../settings/settings-log.ts';
import { BillingReads } from '../shared/billing-reads.ts';
import { IssuerForm } from './issuer.forms.ts';
import { issuerView, type IssuerView } from './issuer-view.ts';

/** What the issuer of documents says of itself, by service month. */
@ApiTags('Billing')
@Controller('v1/billing/issuer')
export class IssuerController {
  constructor(
    private readonly log: SettingsLog,
    private readonly changes: SettingsChanges,
    private readonly reads: BillingReads,
  ) {}

  @Route('PUT', {
    summary: 'Sets what the issuer says of itself from a service month on, until the next entry',
    description:
      'The whole entry: what the body does not name is not said. Can be said until a document of a month that it would hold for is issued.',
    roles: ['operator', 'finance'],
    body: IssuerForm,
    write: true,
    errors: {
      409: 'A document of a month that it would hold for is issued; the answer names both.',
      422: 'A field is broken, or the month lies before the terms (附則) or more than 12 months ahead.',
    },
  })
  async set(@Body() form: IssuerForm, @Command() context: CommandContext): Promise<Written<IssuerView>> {
    const { from, reason, registrationNumber = null, bankAccount, endpoint, ...data } = form;
    this.reads.asked(from, '/from');
    const issuer = {
      ...data,
      registrationNumber,
      ...(bankAccount && { bankAccount: { ...bankAccount } }),
      ...(endpoint && { endpoint: { ...endpoint } }),
    };
    const { state, revision, position } = await this.changes.from(from, (first) =>
      this.log.tellIssuer({ type: 'SetIssuer', from, issuer, reason, first }, context),
    );
    const held = heldIn(state, from);
    if (held === undefined) throw new Error('what was set of the issuer is not there');
    return written(issuerView(state, held), { revision, position, source: 'billing' });
  }

  @Route('GET', {
    summary: 'Shows what the issuer says of itself, by service month, ascending',
    roles: ['operator', 'finance'],
  })
  async list(@Query() query: PageQuery): Promise<Page<IssuerView>> {
    const issuers = await this.log.issuers();
    return pageOfList(
      inForce(issuers).map((told) => issuerView(issuers, told)),
      query,
    );
  }
}
