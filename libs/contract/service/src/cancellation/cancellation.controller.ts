import type { CancellationId, ContractId } from '@smartkey/kernel';
import { Body, Controller, Inject, Query } from '@nestjs/common';
import {
  Command,
  Route,
  PageQuery,
  type CommandContext,
  type Written,
  type Page,
  pageOfList,
  IdParam,
  written,
  inContract,
  orNotFound,
} from '@smartkey/http';
import { ReasonQuery } from '../contracts/reason.forms.ts';
import { Contracts, type AskedWithIds } from '../contracts/contracts.ts';
import { acceptedAfter, answerOf, eventOf, theOne, type Outcome } from '../contracts/outcome.ts';
import { CONTRACT_SETTINGS, type ContractSettings } from '../settings/contract.settings.ts';
import { CancellationForm, CancellationQuery, CorrectionForm } from './cancellation.forms.ts';
import {
  cancellationView,
  foreseenCancellation,
  type CancellationView,
  type ForeseenCancellation,
} from './cancellation-view.ts';

const viewIn = (outcome: Outcome, id: CancellationId): CancellationView =>
  cancellationView(theOne(acceptedAfter(outcome).cancellation.notices, (notice) => notice.id === id));

/** 解除 (第6条). */
@Controller('v1/contracts/:id/cancellation')
export class CancellationController {
  constructor(
    private readonly contracts: Contracts,
    @Inject(CONTRACT_SETTINGS) private readonly settings: ContractSettings,
  ) {}

  @Route('POST', {
    summary: 'Give notice of cancellation, or record one that arrived (第6条)',
    description:
      'The contract ends with the later of the 30th day after the arrival and the day asked for. Never refused for being early (第2条).',
    roles: ['operator', 'contractor'],
    right: 'administer',
    stepUp: true,
    contract: 'id',
    body: CancellationForm,
    bodyOptional: true,
    status: 201,
    write: true,
    also: { 200: 'What the notice would bring about, with `dryRun`.' },
    errors: {
      403: '第6条: arrival, form or a later day than the standing one from a contractor.',
      409: '第6条: a notice stands, the contract has ended, or it would end on another day than expected.',
      422: '第6条: a form that is not prescribed, an arrival in the future or before the acceptance.',
    },
  })
  async notify(
    @IdParam('id', 'ctr') id: ContractId,
    @Body() form: CancellationForm,
    @Query() { dryRun }: CancellationQuery,
    @Command() context: CommandContext,
  ): Promise<Written<CancellationView> | Written<ForeseenCancellation, 200>> {
    const { policies } = this.settings;
    const asked: AskedWithIds = (newIdOf) => ({
      ...form,
      type: 'NotifyCancellation',
      cancellation: newIdOf('can'),
      policies,
    });
    if (dryRun) {
      const { events, revision } = await this.contracts.foresee(id, context, asked);
      return written(foreseenCancellation(events, this.contracts.now()), { revision }, 200);
    }
    const outcome = await this.contracts.carryOut(id, context, asked);
    return answerOf(outcome, viewIn(outcome, eventOf(outcome, 'CancellationNotified').data.cancellation));
  }

  @Route('GET', {
    summary: 'The notices of a contract, in the order in which they were recorded',
    ...inContract('read'),
  })
  async list(
    @IdParam('id', 'ctr') id: ContractId,
    @Query() query: PageQuery,
  ): Promise<Page<CancellationView>> {
    const contract = await this.contracts.accepted(id);
    return pageOfList(contract?.cancellation.notices.map(cancellationView) ?? [], query);
  }

  @Route('GET :cancellation', {
    summary: 'One notice, whatever has become of it: what its printed copy says',
    roles: ['operator', 'auditor', 'finance', 'contractor'],
    right: 'read',
    contract: 'id',
  })
  async one(
    @IdParam('id', 'ctr') id: ContractId,
    @IdParam('cancellation', 'can') cancellation: CancellationId,
  ): Promise<CancellationView> {
    const contract = await this.contracts.accepted(id);
    return cancellationView(
      orNotFound(contract?.cancellation.notices.find((each) => each.id === cancellation)),
    );
  }

  @Route('PUT :cancellation', {
    summary: 'Correct a notice, for a clerk’s error (第6条)',
    description: 'After the effective day only to an earlier one: service is not resumed.',
    roles: ['operator'],
    stepUp: true,
    contract: 'id',
    body: CorrectionForm,
    write: true,
    errors: { 409: '第6条: not standing, or ended and moved to a later day.', 422: '第6条: the arrival.' },
  })
  async correct(
    @IdParam('id', 'ctr') id: ContractId,
    @IdParam('cancellation', 'can') cancellation: CancellationId,
    @Body() form: CorrectionForm,
    @Command() context: CommandContext,
  ): Promise<Written<CancellationView>> {
    const outcome = await this.contracts.carryOut(id, context, () => ({
      ...form,
      type: 'CorrectCancellation',
      cancellation,
    }));
    return answerOf(outcome, viewIn(outcome, cancellation));
  }

  @Route('DELETE :cancellation', {
    summary: 'Withdraw a notice that stands, before the end (第6条)',
    roles: ['operator'],
    stepUp: true,
    contract: 'id',
    write: true,
    errors: { 409: '第6条: not standing, or the contract has ended.' },
  })
  async withdraw(
    @IdParam('id', 'ctr') id: ContractId,
    @IdParam('cancellation', 'can') cancellation: CancellationId,
    @Query() { reason }: ReasonQuery,
    @Command() context: CommandContext,
  ): Promise<Written<CancellationView>> {
    const outcome = await this.contracts.carryOut(id, context, () => ({
      type: 'VoidCancellation',
      cancellation,
      reason,
    }));
    return answerOf(outcome, viewIn(outcome, cancellation));
  }
}
