import type { ContractId, PersonId } from '@smartkey/kernel';
import { Body, Controller, Query } from '@nestjs/common';
import {
  ApiTags,
  Command,
  Route,
  PageQuery,
  written,
  type CommandContext,
  type Page,
  type Written,
  IdParam,
  inContract,
} from '@smartkey/http';
import { People, type InvitedView, type LeftView } from './people.ts';
import { ContractPersonChangeForm, ContractPersonForm, LeaveQuery, RecoveryForm } from './person.forms.ts';
import { Recovery } from '../recovery/recovery.ts';
import { ABOUT_PEOPLE } from './person-routes.ts';
import { viewOfState, type PersonView } from './person-view.ts';

/** Who looks after the people of a contract. */
const BY = inContract('administer');

@ApiTags('People')
@Controller('v1/contracts/:id/people')
export class ContractPeopleController {
  constructor(
    private readonly people: People,
    private readonly recovery: Recovery,
  ) {}

  @Route('GET', { summary: 'Lists the people of a contract', ...BY })
  list(@IdParam('id', 'ctr') contract: ContractId, @Query() query: PageQuery): Promise<Page<PersonView>> {
    return this.people.list({ contract }, query);
  }

  @Route('POST', {
    summary: 'Invites somebody to a contract',
    ...ABOUT_PEOPLE.invite,
    ...BY,
    body: ContractPersonForm,
  })
  async invite(
    @IdParam('id', 'ctr') contract: ContractId,
    @Body() { name, email, rights }: ContractPersonForm,
    @Command() command: CommandContext,
  ): Promise<Written<InvitedView>> {
    const wanted = { name, email, standing: { contract, rights } };
    const { view, revision } = await this.people.invite({ contract }, wanted, command);
    return written(view, { revision });
  }

  @Route('GET :pid', { summary: 'Shows a person of a contract', ...BY })
  show(@IdParam('id', 'ctr') contract: ContractId, @IdParam('pid', 'per') id: PersonId): Promise<PersonView> {
    return this.people.show({ contract }, id);
  }

  @Route('PATCH :pid', {
    summary: 'Changes name, address, rights, or suspends',
    ...ABOUT_PEOPLE.change,
    ...BY,
    body: ContractPersonChangeForm,
  })
  async change(
    @IdParam('id', 'ctr') contract: ContractId,
    @IdParam('pid', 'per') id: PersonId,
    @Body() form: ContractPersonChangeForm,
    @Command() command: CommandContext,
  ): Promise<Written<PersonView>> {
    const { state, revision } = await this.people.change({ contract }, id, form, command);
    return written(viewOfState(id, state, revision), { revision });
  }

  @Route('DELETE :pid', {
    summary: 'Has a person leave the contract',
    ...ABOUT_PEOPLE.leave,
    ...BY,
  })
  async leave(
    @IdParam('id', 'ctr') contract: ContractId,
    @IdParam('pid', 'per') id: PersonId,
    @Query() { reason }: LeaveQuery,
    @Command() command: CommandContext,
  ): Promise<Written<LeftView>> {
    const { view, revision } = await this.people.leave({ contract }, id, reason, command);
    return written(view, { revision });
  }

  @Route('POST :pid/invitation', {
    summary: 'Invites a person of a contract again',
    ...ABOUT_PEOPLE.again,
    ...BY,
  })
  async inviteAgain(
    @IdParam('id', 'ctr') contract: ContractId,
    @IdParam('pid', 'per') id: PersonId,
    @Command() command: CommandContext,
  ): Promise<Written<InvitedView>> {
    const { view, revision } = await this.people.inviteAgain({ contract }, id, command);
    return written(view, { revision });
  }

  @Route('POST :pid/recovery', {
    ...ABOUT_PEOPLE.recovery,
    ...BY,
  })
  async recover(
    @IdParam('id', 'ctr') contract: ContractId,
    @IdParam('pid', 'per') id: PersonId,
    @Body() { reason }: RecoveryForm,
    @Command() command: CommandContext,
  ): Promise<Written<PersonView, 202>> {
    const view = await this.people.show({ contract }, id);
    await this.recovery.askForOther(id, reason, command);
    return written(view, { revision: view.revision }, 202);
  }
}
