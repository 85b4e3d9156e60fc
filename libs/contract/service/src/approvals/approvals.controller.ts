import { Body, Controller, Query } from '@nestjs/common';
import {
  awaitConsistency,
  Command,
  ConsistencyToken,
  Route,
  SignedBy,
  written,
  type CommandContext,
  type ConsistencyMark,
  type Page,
  type Written,
  IdParam,
} from '@smartkey/http';
import type { Signatory, ApprovalId } from '@smartkey/kernel';
import type { CreditNoteView } from '@smartkey/messages';
import type { ContractView } from '../contracts/contract-view.ts';
import { Contracts } from '../contracts/contracts.ts';
import { answerOf } from '../contracts/outcome.ts';
import { ReasonForm } from '../contracts/reason.forms.ts';
import { feeAfter, type FeeView } from '../one-time-fees/fee-view.ts';
import { planChangeAfter, type PlanChangeView } from '../plan-changes/plan-change-view.ts';
import { givenQuote, type QuoteView } from '../quotes/quote-view.ts';
import { ApprovalsQuery } from './approval.forms.ts';
import type { ApprovalView } from './approval-view.ts';
import { ApprovalDirectory } from './approvals.projection.ts';
import { BillingApprovals } from './billing-approvals.ts';
import { Approvals, type CarriedOut } from './approvals.ts';

const SAME_PERSON = 'Two persons: the one who asked, a key that descends from theirs, or nobody by name.';

/** What lowers an issued month by agreement is proposed by one person and decided by another (Two persons). */
@Controller('v1/approvals')
export class ApprovalsController {
  constructor(
    private readonly approvals: Approvals,
    private readonly directory: ApprovalDirectory,
    private readonly contracts: Contracts,
    private readonly creditNotes: BillingApprovals,
  ) {}

  @Route('GET', {
    summary: 'What waits for the approval of another person, and what became of it',
    roles: ['operator', 'finance'],
    consistent: true,
  })
  async list(
    @Query() query: ApprovalsQuery,
    @ConsistencyToken() marks: readonly ConsistencyMark[],
  ): Promise<Page<ApprovalView>> {
    await awaitConsistency(this.directory.reader, marks);
    await this.directory.reader.current();
    return this.approvals.page(query);
  }

  @Route('GET :approval', {
    summary: 'One of them, whatever has become of it',
    roles: ['operator', 'finance'],
  })
  one(@IdParam('approval', 'apr') id: ApprovalId): Promise<ApprovalView> {
    return this.approvals.one(id);
  }

  @Route('POST :approval/approve', {
    summary: 'Approve what another person has proposed: it is carried out',
    description:
      'Answered as the command itself is: a quote and a credit note 201, a billing start date or a waived fee 200. Until then nothing is changed.',
    roles: ['operator', 'finance'],
    stepUp: true,
    also: { 201: 'Of a quote or a credit note.' },
    write: true,
    errors: {
      403: SAME_PERSON,
      409: 'Decided already; or no longer legal: then it is rejected.',
    },
  })
  async approve(
    @IdParam('approval', 'apr') id: ApprovalId,
    @Command() context: CommandContext,
    @SignedBy() signatory: Signatory,
  ): Promise<
    | Written<ContractView>
    | Written<FeeView>
    | Written<PlanChangeView>
    | Written<QuoteView, 201>
    | Written<CreditNoteView, 201>
  > {
    if (!(await this.approvals.isOwn(id))) {
      const { note, revision, position } = await this.creditNotes.decide(id, context, signatory);
      return written(note, { revision, position: BigInt(position), source: 'billing' }, 201);
    }
    return this.#answer(await this.approvals.approve(id, context, signatory), context);
  }

  @Route('POST :approval/reject', {
    summary: 'Reject what another person has proposed',
    roles: ['operator', 'finance'],
    stepUp: true,
    body: ReasonForm,
    write: true,
    errors: { 403: SAME_PERSON, 409: 'Decided already.' },
  })
  async reject(
    @IdParam('approval', 'apr') id: ApprovalId,
    @Body() { reason }: ReasonForm,
    @Command() context: CommandContext,
    @SignedBy() signatory: Signatory,
  ): Promise<Written<ApprovalView>> {
    if (!(await this.approvals.isOwn(id))) {
      const decided = await this.creditNotes.decide(id, context, signatory, { reason });
      const { approval, revision, position } = decided;
      return written(approval, { revision, position: BigInt(position), source: 'billing' });
    }
    const { view, revision, position } = await this.approvals.reject(id, reason, context, signatory);
    return written(view, { revision, position, source: 'contract' });
  }

  #answer({ change, outcome }: CarriedOut, { actor }: CommandContext) {
    switch (change.kind) {
      case 'quote':
        return answerOf(outcome, givenQuote(outcome), 201);
      case 'billing-start':
        return answerOf(outcome, this.contracts.viewAfter(outcome, actor));
      case 'waiver':
        return answerOf(outcome, feeAfter(outcome, change.command.fee));
      case 'plan-change':
        return answerOf(outcome, planChangeAfter(outcome, change.command.planChange));
    }
  }
}
