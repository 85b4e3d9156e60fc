import type { ContractId } from '@smartkey/kernel';
import type { ServiceMonth } from '@smartkey/calendar';
import { Controller, Query } from '@nestjs/common';
import {
  ApiTags,
  awaitConsistency,
  ConsistencyToken,
  Route,
  PageQuery,
  type ConsistencyMark,
  type Page,
  IdParam,
} from '@smartkey/http';
import { BillingReads } from '../shared/billing-reads.ts';
import { MonthQuery } from '../shared/month.forms.ts';
import { MonthParam } from '../shared/service-month.param.ts';
import type { PreviewView } from '../preview/preview-view.ts';
import { Previews } from '../preview/previews.ts';
import { UsageQuery } from './usage.forms.ts';
import { UsageReader } from './usage-reader.ts';
import type { AccountUsage, Usage } from './usage-view.ts';

@ApiTags('Usage')
@Controller('v1/contracts/:id')
export class UsageController {
  constructor(
    private readonly reads: BillingReads,
    private readonly usage: UsageReader,
    private readonly previews: Previews,
  ) {}

  @Route('GET usage/:month', {
    summary: 'Shows what a contract used in a month',
    description:
      'Quantities inside the billing window: accounts by used days where the month is an enterprise one, and successful authentications by day. Only the measure of the plan is billed. Days are whole: of an instant that is asked about, the Japanese day in which it lies is the last that counts. An issued month shows what documents so far have billed, and apart from it the difference that waits.',
    roles: ['operator', 'contractor', 'service-provider', 'finance', 'auditor'],
    right: 'read',
    contract: 'id',
    consistent: true,
    errors: { 404: 'No such contract.', 422: 'No month, or one more than 12 months ahead.' },
  })
  async show(
    @IdParam('id', 'ctr') contract: ContractId,
    @MonthParam() month: ServiceMonth,
    @Query() at: UsageQuery,
    @ConsistencyToken() marks: readonly ConsistencyMark[],
  ): Promise<Usage> {
    this.reads.asked(month);
    await awaitConsistency(this.reads.ledger, marks);
    await awaitConsistency(this.reads.documents, marks);
    await this.reads.documents.current();
    return this.usage.usageOf(contract, month, at);
  }

  @Route('GET usage/:month/accounts', {
    summary: 'Lists the accounts of an enterprise month with their used days, coefficients and fees',
    roles: ['operator', 'contractor', 'finance', 'auditor'],
    contract: 'id',
    consistent: true,
    errors: { 404: 'No such contract.', 422: 'No month, or one more than 12 months ahead.' },
  })
  async accounts(
    @IdParam('id', 'ctr') contract: ContractId,
    @MonthParam() month: ServiceMonth,
    @Query() query: PageQuery,
    @ConsistencyToken() marks: readonly ConsistencyMark[],
  ): Promise<Page<AccountUsage>> {
    this.reads.asked(month);
    await awaitConsistency(this.reads.ledger, marks);
    return this.usage.accountsOf(contract, month, query);
  }

  @Route('GET invoices/preview', {
    summary: 'Shows the invoice of a month as it would be issued now',
    description:
      'An issued month shows its documents, and what waits to be put right. `complete` is false while billing cannot show that it has every event of the month.',
    roles: ['operator', 'contractor', 'finance'],
    right: 'read',
    contract: 'id',
    consistent: true,
    errors: {
      404: 'No such contract.',
      409: 'The month cannot be rated, with the reason.',
      422: 'No month, or one more than 12 months ahead.',
    },
  })
  async preview(
    @IdParam('id', 'ctr') contract: ContractId,
    @Query() { month }: MonthQuery,
    @ConsistencyToken() marks: readonly ConsistencyMark[],
  ): Promise<PreviewView> {
    this.reads.asked(month);
    await awaitConsistency(this.reads.ledger, marks);
    await awaitConsistency(this.reads.documents, marks);
    return this.previews.preview(contract, month);
  }
}
