import { Body, Controller, Header } from '@nestjs/common';
import { ApiTags, Command, Route, validationFailed, type CommandContext } from '@smartkey/http';
import { SignInAttempts } from '../sign-in/sign-in-attempts.ts';
import { Visitor } from '../sign-in/visitor.ts';
import { OpenLinkForm, OwnPageForm, ProofForm } from './enrolment-link.forms.ts';
import { UserAccess, type OpenedLink, type ProvenSession } from './user-access.ts';

/** Where there is such an ID, a link is on its way to the address that its user confirmed. */
interface OwnPageAsked {
  readonly asked: true;
}

/** What a report leaves; it shows nothing of the ID. */
interface Reported {
  readonly reported: true;
}

const BY = ['end-user'] as const;

@ApiTags('End users')
@Controller('v1')
export class LinksController {
  constructor(
    private readonly access: UserAccess,
    private readonly attempts: SignInAttempts,
  ) {}

  @Header('cache-control', 'no-store')
  @Route('POST links/open', {
    summary: 'Opens a user’s link, once: the browser that does so is let in for the one ID',
    description:
      'Unknown, used, replaced and expired links are one answer. No GET opens one, for mail scanners open links. 20 of one address a minute.',
    roles: 'anybody',
    body: OpenLinkForm,
    status: 201,
    secret: true,
    errors: { 410: 'The link is over or was used.' },
  })
  async open(@Body() { token }: OpenLinkForm, @Visitor() visitor: string): Promise<OpenedLink> {
    await this.attempts.count(visitor, 'link');
    return this.access.open(token);
  }

  @Route('POST links', {
    summary: 'Has a link to the own page sent to the address that the user confirmed',
    description:
      'One answer for all, whether or not there is such an ID. The link is good for 15 minutes. Three an hour of one ID.',
    roles: 'anybody',
    body: OwnPageForm,
    status: 202,
  })
  async ask(
    @Body() { contract, externalId }: OwnPageForm,
    @Visitor() visitor: string,
  ): Promise<OwnPageAsked> {
    await this.attempts.count(visitor, 'link');
    await this.access.askOwnPage(contract, externalId);
    return { asked: true };
  }

  @Header('cache-control', 'no-store')
  @Route('POST self/proof', {
    summary: 'Shows whose the session is: by a device’s code, a recovery code, or the administrator’s number',
    description:
      'What is right is used up; it is no authentication, and nothing is billed (別紙1 備考2). Five tries. The session goes on under another secret.',
    roles: BY,
    own: true,
    body: ProofForm,
    secret: true,
    errors: {
      409: 'Too many wrong codes of late.',
      410: 'The tries are used up.',
      422: 'It is wrong, or was used before.',
    },
  })
  prove(@Body() form: ProofForm, @Command() command: CommandContext): Promise<ProvenSession> {
    const given = [form.code, form.recoveryCode, form.number].filter((each) => each !== undefined);
    if (given.length !== 1)
      throw validationFailed([
        { pointer: '', rule: 'one-of', detail: 'Give one of code, recoveryCode and number.' },
      ]);
    return this.access.prove(form, command);
  }

  @Route('POST self/report', {
    summary: 'Says that a device is not one’s own (「心当たりがない」)',
    description:
      'By the link of the notice, for seven days. The device is suspended, nothing is enrolled until an administrator lifts that, and user and administrators are told.',
    roles: BY,
    own: true,
  })
  async report(@Command() command: CommandContext): Promise<Reported> {
    await this.access.report(command);
    return { reported: true };
  }
}
