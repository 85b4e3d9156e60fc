import { Body, Controller, Query } from '@nestjs/common';
import {
  ApiTags,
  Command,
  CurrentActor,
  IdParam,
  Route,
  PageQuery,
  written,
  type CommandContext,
  type Page,
  type Written,
} from '@smartkey/http';
import type { Actor, ContractId } from '@smartkey/kernel';
import { OpeningForm } from './opening.form.ts';
import { Openings, type OpeningView, type OwnOpening } from './openings.ts';

@ApiTags('People')
@Controller('v1/contracts/:id/openings')
export class OpeningsController {
  constructor(private readonly openings: Openings) {}

  @Route('POST', {
    summary: 'Says why one opens a contract’s IDs and sign-ins, once in each sign-in',
    description:
      'People of the operator’s side say it before they read or change them (403 `opening-reason-needed`); the administrators of the contract see who and why.',
    roles: ['operator', 'finance', 'auditor'],
    personsOnly: true,
    body: OpeningForm,
    status: 201,
    write: true,
    errors: { 404: 'No such contract.', 422: 'The reason is missing.' },
  })
  async open(
    @IdParam('id', 'ctr') contract: ContractId,
    @Body() { reason }: OpeningForm,
    @Command() command: CommandContext,
  ): Promise<Written<OpeningView, 201>> {
    return written(await this.openings.open(contract, reason, command), { revision: 0 }, 201);
  }

  @Route('GET', {
    summary: 'Who of the operator’s side opened a contract’s IDs and sign-ins, and why; the latest first',
    roles: ['operator', 'auditor', 'contractor'],
    right: 'administer',
    contract: 'id',
  })
  list(@IdParam('id', 'ctr') contract: ContractId, @Query() query: PageQuery): Promise<Page<OpeningView>> {
    return this.openings.page(contract, query);
  }

  @Route('GET own', {
    summary: 'Whether one has said in this sign-in why one opens a contract’s IDs and sign-ins',
    roles: ['operator', 'finance', 'auditor'],
    personsOnly: true,
    errors: { 404: 'No such contract.' },
  })
  own(@IdParam('id', 'ctr') contract: ContractId, @CurrentActor() actor: Actor): Promise<OwnOpening> {
    return this.openings.own(contract, actor);
  }
}
