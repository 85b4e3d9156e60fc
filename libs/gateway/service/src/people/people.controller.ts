import type { PersonId } from '@smartkey/kernel';
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
} from '@smartkey/http';
import type { SessionView } from '../sessions/session-view.ts';
import { People, type InvitedView, type LeftView } from './people.ts';
import { LeaveQuery, OfficePersonChangeForm, OfficePersonForm, RecoveryForm } from './person.forms.ts';
import { Recovery } from '../recovery/recovery.ts';
import { ABOUT_PEOPLE } from './person-routes.ts';
import { viewOfState, type PersonView } from './person-view.ts';

@ApiTags('People')
@Controller('v1/people')
export class PeopleController {
  constructor(
    private readonly people: People,
    private readonly recovery: Recovery,
  ) {}

  @Route('GET', { summary: 'Lists the people on the operator’s side', roles: ['operator'] })
  list(@Query() query: PageQuery): Promise<Page<PersonView>> {
    return this.people.list('office', query);
  }

  @Route('POST', {
    summary: 'Invites somebody to the operator’s side',
    ...ABOUT_PEOPLE.invite,
    roles: ['operator'],
    body: OfficePersonForm,
    errors: { 422: ABOUT_PEOPLE.invite.errors[422] },
  })
  async invite(
    @Body() { name, email, roles }: OfficePersonForm,
    @Command() command: CommandContext,
  ): Promise<Written<InvitedView>> {
    const { view, revision } = await this.people.invite(
      'office',
      { name, email, standing: { roles } },
      command,
    );
    return written(view, { revision });
  }

  @Route('GET :pid', { summary: 'Shows a person on the operator’s side', roles: ['operator'] })
  show(@IdParam('pid', 'per') id: PersonId): Promise<PersonView> {
    return this.people.show('office', id);
  }

  @Route('PATCH :pid', {
    summary: 'Changes name, address, roles, or suspends',
    ...ABOUT_PEOPLE.change,
    roles: ['operator'],
    body: OfficePersonChangeForm,
  })
  async change(
    @IdParam('pid', 'per') id: PersonId,
    @Body() form: OfficePersonChangeForm,
    @Command() command: CommandContext,
  ): Promise<Written<PersonView>> {
    const { state, revision } = await this.people.change('office', id, form, command);
    return written(viewOfState(id, state, revision), { revision });
  }

  @Route('DELETE :pid', {
    summary: 'Has a person leave',
    ...ABOUT_PEOPLE.leave,
    roles: ['operator'],
  })
  async leave(
    @IdParam('pid', 'per') id: PersonId,
    @Query() { reason }: LeaveQuery,
    @Command() command: CommandContext,
  ): Promise<Written<LeftView>> {
    const { view, revision } = await this.people.leave('office', id, reason, command);
    return written(view, { revision });
  }

  @Route('POST :pid/invitation', {
    summary: 'Invites a person again',
    ...ABOUT_PEOPLE.again,
    roles: ['operator'],
  })
  async inviteAgain(
    @IdParam('pid', 'per') id: PersonId,
    @Command() command: CommandContext,
  ): Promise<Written<InvitedView>> {
    const { view, revision } = await this.people.inviteAgain('office', id, command);
    return written(view, { revision });
  }

  @Route('GET :pid/sessions', { summary: 'Lists the sessions of anybody', roles: ['operator'] })
  async sessions(@IdParam('pid', 'per') id: PersonId): Promise<{ items: readonly SessionView[] }> {
    return { items: await this.people.sessions(id) };
  }

  @Route('POST :pid/recovery', {
    ...ABOUT_PEOPLE.recovery,
    roles: ['operator'],
  })
  async recover(
    @IdParam('pid', 'per') id: PersonId,
    @Body() { reason }: RecoveryForm,
    @Command() command: CommandContext,
  ): Promise<Written<PersonView, 202>> {
    const view = await this.people.show('office', id);
    await this.recovery.askForOther(id, reason, command);
    return written(view, { revision: view.revision }, 202);
  }
}
