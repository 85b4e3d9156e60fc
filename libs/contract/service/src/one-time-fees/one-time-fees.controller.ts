import { Body, Controller, Query } from '@nestjs/common';
import {
  Command,
  Route,
  PageQuery,
  SignedBy,
  type CommandContext,
  type Written,
  type Page,
  pageOfList,
  IdParam,
  orNotFound,
} from '@smartkey/http';
import type { Signatory, FeeId, ContractId } from '@smartkey/kernel';
import { PROPOSED, type ProposalView } from '../approvals/approval-view.ts';
import { TwoPersonCommands } from '../approvals/two-person-commands.ts';
import { Contracts } from '../contracts/contracts.ts';
import { answerOf, eventOf } from '../contracts/outcome.ts';
import { OneTimeFeeForm, WaiverQuery } from './fee.forms.ts';
import { feeAfter, feeView, type FeeView } from './fee-view.ts';

/** 一時費用 (第7条). */
@Controller('v1/contracts/:id/one-time-fees')
export class OneTimeFeesController {
  constructor(
    private readonly contracts: Contracts,
    private readonly commands: TwoPersonCommands,
  ) {}

  @Route('POST', {
    summary: 'Charge a one-time fee for a fact that needs no acceptance (第7条)',
    roles: ['operator'],
    contract: 'id',
    body: OneTimeFeeForm,
    status: 201,
    write: true,
    errors: {
      409: 'Not accepted, or the month has as many fees as an invoice holds.',
      422: '第7条: the amount or the day.',
    },
  })
  async charge(
    @IdParam('id', 'ctr') id: ContractId,
    @Body() form: OneTimeFeeForm,
    @Command() context: CommandContext,
  ): Promise<Written<FeeView>> {
    const outcome = await this.contracts.carryOut(id, context, (newIdOf) => ({
      ...form,
      type: 'ChargeOneTimeFee',
      fee: newIdOf('fee'),
    }));
    return answerOf(outcome, feeAfter(outcome, eventOf(outcome, 'FeeObligationArose').data.fee));
  }

  @Route('GET', {
    summary: 'The one-time fees of a contract, in the order in which they arose',
    roles: ['operator'],
    contract: 'id',
  })
  async list(@IdParam('id', 'ctr') id: ContractId, @Query() query: PageQuery): Promise<Page<FeeView>> {
    const fees = (await this.contracts.accepted(id))?.fees ?? [];
    return pageOfList(fees.filter(({ kind }) => kind === 'one-time').map(feeView), query);
  }

  @Route('GET :fee', {
    summary: 'One of them, waived or not',
    roles: ['operator'],
    contract: 'id',
  })
  async one(@IdParam('id', 'ctr') id: ContractId, @IdParam('fee', 'fee') fee: FeeId): Promise<FeeView> {
    const fees = (await this.contracts.accepted(id))?.fees ?? [];
    return feeView(orNotFound(fees.find((each) => each.kind === 'one-time' && each.fee === fee)));
  }

  @Route('DELETE :fee', {
    summary: 'Waive a one-time fee',
    description:
      'A fee of an issued month, or on a document, is proposed to be waived; one that was entered by mistake is waived at once.',
    roles: ['operator'],
    contract: 'id',
    also: PROPOSED,
    write: true,
  })
  waive(
    @IdParam('id', 'ctr') id: ContractId,
    @IdParam('fee', 'fee') fee: FeeId,
    @Query() { reason, mistake }: WaiverQuery,
    @Command() context: CommandContext,
    @SignedBy() signatory: Signatory,
  ): Promise<Written<FeeView> | Written<ProposalView, 202>> {
    return this.commands.carryOut(
      id,
      context,
      signatory,
      () => ({ kind: 'waiver', command: { fee, reason, mistake } }),
      (outcome) => answerOf(outcome, feeAfter(outcome, fee)),
    );
  }
}
