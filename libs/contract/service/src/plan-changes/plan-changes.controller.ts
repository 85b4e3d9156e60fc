import type { PlanChangeId, ContractId, Signatory } from '@smartkey/kernel';
import { Body, Controller, Query } from '@nestjs/common';
import {
  Command,
  Route,
  PageQuery,
  type CommandContext,
  type Written,
  type Page,
  pageOfList,
  IdParam,
  SignedBy,
  inContract,
  orNotFound,
} from '@smartkey/http';
import { PROPOSED, type ProposalView } from '../approvals/approval-view.ts';
import { TwoPersonCommands } from '../approvals/two-person-commands.ts';
import { Contracts } from '../contracts/contracts.ts';
import { answerOf, eventOf } from '../contracts/outcome.ts';
import { PlanChangeAcceptanceForm, PlanChangeForm } from './plan-change.forms.ts';
import { planChangeAfter, planChangeView, type PlanChangeView } from './plan-change-view.ts';

/** 契約内容の変更 (第4条). */
@Controller('v1/contracts/:id/plan-changes')
export class PlanChangesController {
  constructor(
    private readonly contracts: Contracts,
    private readonly commands: TwoPersonCommands,
  ) {}

  @Route('POST', {
    summary: 'Request a change of plan from a month on (第4条)',
    description:
      'Replaces a request that is not accepted yet at once, an accepted change when it is itself accepted.',
    roles: ['operator', 'contractor'],
    right: 'administer',
    stepUp: true,
    contract: 'id',
    body: PlanChangeForm,
    status: 201,
    write: true,
    errors: {
      409: 'Not accepted, ended, or this very change stands already.',
      422: '第4条: a month that is too early or after the end, or a plan that holds anyway.',
    },
  })
  async request(
    @IdParam('id', 'ctr') id: ContractId,
    @Body() form: PlanChangeForm,
    @Command() context: CommandContext,
  ): Promise<Written<PlanChangeView>> {
    const outcome = await this.contracts.carryOut(id, context, (newIdOf) => ({
      ...form,
      type: 'RequestPlanChange',
      planChange: newIdOf('pch'),
    }));
    return answerOf(
      outcome,
      planChangeAfter(outcome, eventOf(outcome, 'PlanChangeRequested').data.planChange),
    );
  }

  @Route('GET', {
    summary: 'The changes of plan of a contract, in the order of the requests',
    ...inContract('read'),
  })
  async list(@IdParam('id', 'ctr') id: ContractId, @Query() query: PageQuery): Promise<Page<PlanChangeView>> {
    const contract = await this.contracts.accepted(id);
    return pageOfList(contract?.planChange.changes.map(planChangeView) ?? [], query);
  }

  @Route('GET :planChange', {
    summary: 'One change of plan, whatever has become of it: what its printed copy says',
    roles: ['operator', 'auditor', 'finance', 'contractor'],
    right: 'read',
    contract: 'id',
  })
  async one(
    @IdParam('id', 'ctr') id: ContractId,
    @IdParam('planChange', 'pch') planChange: PlanChangeId,
  ): Promise<PlanChangeView> {
    const contract = await this.contracts.accepted(id);
    return planChangeView(orNotFound(contract?.planChange.changes.find((each) => each.id === planChange)));
  }

  @Route('POST :planChange/acceptance', {
    summary: 'Accept a change of plan; it binds from then on (第4条)',
    description: 'Where the installation wants two persons for it, it is proposed.',
    roles: ['operator'],
    stepUp: true,
    contract: 'id',
    body: PlanChangeAcceptanceForm,
    bodyOptional: true,
    also: PROPOSED,
    write: true,
    errors: { 409: 'Not open any more.', 422: '第4条: no quote of the new plan governs its first month.' },
  })
  accept(
    @IdParam('id', 'ctr') id: ContractId,
    @IdParam('planChange', 'pch') planChange: PlanChangeId,
    @Body() { oneTimeFee }: PlanChangeAcceptanceForm,
    @Command() context: CommandContext,
    @SignedBy() signatory: Signatory,
  ): Promise<Written<PlanChangeView> | Written<ProposalView, 202>> {
    return this.commands.carryOut(
      id,
      context,
      signatory,
      (newIdOf) => ({
        kind: 'plan-change',
        command: {
          planChange,
          ...(oneTimeFee && { oneTimeFee: { ...oneTimeFee, fee: newIdOf('fee') } }),
        },
      }),
      (outcome) => answerOf(outcome, planChangeAfter(outcome, planChange)),
    );
  }

  @Route('DELETE :planChange', {
    summary: 'Withdraw a change of plan; an accepted one only the operator (第4条)',
    roles: ['operator', 'contractor'],
    right: 'administer',
    stepUp: true,
    contract: 'id',
    write: true,
    errors: { 403: '第4条: accepted already.', 409: 'It has taken effect, was replaced or has lapsed.' },
  })
  async withdraw(
    @IdParam('id', 'ctr') id: ContractId,
    @IdParam('planChange', 'pch') planChange: PlanChangeId,
    @Command() context: CommandContext,
  ): Promise<Written<PlanChangeView>> {
    const outcome = await this.contracts.carryOut(id, context, () => ({
      type: 'WithdrawPlanChange',
      planChange,
    }));
    return answerOf(outcome, planChangeAfter(outcome, planChange));
  }
}
