import { Body, Controller, Inject } from '@nestjs/common';
import { Command, Route, SignedBy, type CommandContext, type Written, IdParam } from '@smartkey/http';
import type { Signatory, ContractId } from '@smartkey/kernel';
import { PROPOSED, type ProposalView } from '../approvals/approval-view.ts';
import { TwoPersonCommands } from '../approvals/two-person-commands.ts';
import { ReasonForm } from '../contracts/reason.forms.ts';
import type { ContractView } from '../contracts/contract-view.ts';
import { Contracts } from '../contracts/contracts.ts';
import { answerOf } from '../contracts/outcome.ts';
import { IIJ_ID_DIRECTORY, type IijIdDirectory } from '../iij-id/iij-id-directory.ts';
import { AcceptanceForm, BillingStartForm } from './application.forms.ts';
import { eligibilityOf } from './eligibility.ts';

/** What becomes of an application, and from when monthly fees are due (第3条, 第7条). */
@Controller('v1/contracts/:id')
export class ApplicationController {
  constructor(
    private readonly contracts: Contracts,
    private readonly commands: TwoPersonCommands,
    @Inject(IIJ_ID_DIRECTORY) private readonly directory: IijIdDirectory,
  ) {}

  @Route('POST acceptance', {
    summary: 'Accept an application (承諾)',
    description:
      'The obligation to pay the initial fee arises (第7条). The answer says `accepted`; read the contract for its status.',
    roles: ['operator'],
    contract: 'id',
    body: AcceptanceForm,
    bodyOptional: true,
    write: true,
    errors: { 409: 'Not open any more.', 422: '第3条: not eligible; 第7条: a day.' },
  })
  async accept(
    @IdParam('id', 'ctr') id: ContractId,
    @Body() form: AcceptanceForm,
    @Command() context: CommandContext,
  ): Promise<Written<ContractView>> {
    const { state } = await this.contracts.load(id);
    const eligibility = await eligibilityOf(state, this.directory);
    const outcome = await this.contracts.carryOut(id, context, (newIdOf) => ({
      ...form,
      type: 'Accept',
      eligibility,
      fee: newIdOf('fee'),
    }));
    const view = this.contracts.viewAfter(outcome, context.actor);
    return answerOf(outcome, { ...view, status: 'accepted' as const });
  }

  @Route('POST rejection', {
    summary: 'Reject an application',
    roles: ['operator'],
    contract: 'id',
    body: ReasonForm,
    write: true,
    errors: { 409: 'Not open any more.' },
  })
  reject(
    @IdParam('id', 'ctr') id: ContractId,
    @Body() { reason }: ReasonForm,
    @Command() context: CommandContext,
  ): Promise<Written<ContractView>> {
    return this.contracts.answered(id, context, () => ({ type: 'Reject', reason }));
  }

  @Route('POST withdrawal', {
    summary: 'Record that an application was withdrawn',
    roles: ['operator'],
    contract: 'id',
    body: ReasonForm,
    write: true,
    errors: { 409: 'Not open any more.' },
  })
  withdraw(
    @IdParam('id', 'ctr') id: ContractId,
    @Body() { reason }: ReasonForm,
    @Command() context: CommandContext,
  ): Promise<Written<ContractView>> {
    return this.contracts.answered(id, context, () => ({ type: 'Withdraw', reason }));
  }

  @Route('PUT billing-start-date', {
    summary: 'Set or move the billing start date (課金開始日, 第7条)',
    description:
      'Moved only with the recorded agreement; issued months are then corrected. To a later day, so that one is served for fewer days, it is proposed.',
    roles: ['operator'],
    contract: 'id',
    body: BillingStartForm,
    also: PROPOSED,
    write: true,
    errors: { 409: 'Not accepted.', 422: '第7条: before the acceptance day, or moved without agreement.' },
  })
  setBillingStart(
    @IdParam('id', 'ctr') id: ContractId,
    @Body() form: BillingStartForm,
    @Command() context: CommandContext,
    @SignedBy() signatory: Signatory,
  ): Promise<Written<ContractView> | Written<ProposalView, 202>> {
    return this.commands.carryOut(
      id,
      context,
      signatory,
      () => ({ kind: 'billing-start', command: { ...form } }),
      (outcome) => answerOf(outcome, this.contracts.viewAfter(outcome, context.actor)),
    );
  }
}
