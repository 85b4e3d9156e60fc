import type { ContractId } from '@smartkey/kernel';
import { Body, Controller, Param } from '@nestjs/common';
import { CONDITIONS, type ConditionNumber } from '@smartkey/contract-domain';
import {
  Command,
  Route,
  validationFailed,
  type CommandContext,
  type Written,
  IdParam,
  inContract,
} from '@smartkey/http';
import type { ContractView } from '../contracts/contract-view.ts';
import { Contracts } from '../contracts/contracts.ts';
import { ConditionForm, SettingsForm, WithholdingForm } from './conditions.forms.ts';

function conditionOf(text: string): ConditionNumber {
  const condition = CONDITIONS.find((number) => String(number) === text);
  if (condition !== undefined) return condition;
  throw validationFailed([
    { pointer: '/condition', rule: '第5条', detail: 'The conditions of use are 1, 2, 3, 4 and 5.' },
  ]);
}

/** The conditions of use, withholding (第5条), and what a contract sets for itself. */
@Controller('v1/contracts/:id')
export class ConditionsController {
  constructor(private readonly contracts: Contracts) {}

  @Route('PUT conditions/:condition', {
    summary: 'Attest a condition of use, or withdraw it (第5条)',
    ...inContract('administer'),
    body: ConditionForm,
    write: true,
    errors: { 409: 'Refused or ended.', 422: '第5条: a day, or the licence version of condition 3.' },
  })
  attest(
    @IdParam('id', 'ctr') id: ContractId,
    @Param('condition') condition: string,
    @Body() form: ConditionForm,
    @Command() context: CommandContext,
  ): Promise<Written<ContractView>> {
    const number = conditionOf(condition);
    return this.contracts.answered(id, context, () => ({
      ...form,
      type: 'AttestCondition',
      condition: number,
    }));
  }

  @Route('PUT withholding', {
    summary: 'Withhold or restore the service (第5条3項)',
    description:
      'While a condition of use is not met. IDs stay registered, monthly fees go on. `propagation` says whether authentication knows already.',
    roles: ['operator'],
    stepUp: true,
    contract: 'id',
    body: WithholdingForm,
    write: true,
    errors: { 409: 'Not accepted, or ended.', 422: '第5条3項: all conditions are met.' },
  })
  withhold(
    @IdParam('id', 'ctr') id: ContractId,
    @Body() form: WithholdingForm,
    @Command() context: CommandContext,
  ): Promise<Written<ContractView>> {
    return this.contracts.answered(id, context, () => ({ ...form, type: 'SetWithholding' }));
  }

  @Route('PUT settings', {
    summary: 'Tell the reasons of denials, or keep them',
    ...inContract('administer'),
    body: SettingsForm,
    write: true,
    errors: { 409: 'The application was rejected or withdrawn.' },
  })
  set(
    @IdParam('id', 'ctr') id: ContractId,
    @Body() { denialReasonsDisclosed: disclosed }: SettingsForm,
    @Command() context: CommandContext,
  ): Promise<Written<ContractView>> {
    return this.contracts.answered(id, context, () => ({ type: 'SetDenialReasons', disclosed }));
  }
}
