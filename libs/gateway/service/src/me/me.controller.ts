import { Body, Controller } from '@nestjs/common';
import { ApiTags, Command, CurrentActor, Route, type CommandContext } from '@smartkey/http';
import type { Actor } from '@smartkey/kernel';
import type { SignedIn } from '../sessions/session-view.ts';
import { InvitationForm } from '../sign-in/sign-in.forms.ts';
import { AddressForm, IntroductionForm } from './me.forms.ts';
import { OwnAddress, type AddressAsked, type ConfirmedAddress } from './own-address.ts';
import { ANY_PERSON, OWN } from './own.ts';
import { OwnAccount, type Me, type RecoveryCode } from './own-account.ts';

@ApiTags('People')
@Controller('v1/me')
export class MeController {
  constructor(
    private readonly account: OwnAccount,
    private readonly address: OwnAddress,
  ) {}

  @Route('GET', {
    summary: 'Tells who is signed in',
    roles: [...ANY_PERSON, 'newcomer'],
    own: true,
    errors: { 403: 'A key is nobody.' },
  })
  show(@CurrentActor() actor: Actor): Promise<Me> {
    return this.account.show(actor);
  }

  @Route('POST recovery-code', {
    summary: 'Makes a recovery code: to be written down, for the day when the passkeys are lost',
    description:
      'The former is worth nothing any more. Whoever has a way in shows it first (`POST /v1/step-up`).',
    ...OWN,
    status: 201,
    secret: true,
    errors: { 403: 'A way in is there and was not shown of late.' },
  })
  recoveryCode(@Command() command: CommandContext): Promise<RecoveryCode> {
    return this.account.makeRecoveryCode(command);
  }

  @Route('POST', {
    summary: 'Says who signed in with an access key',
    description:
      'The first operator, or the first administrator of a contract. The session goes on under another secret; the former is worth nothing.',
    roles: ['newcomer'],
    body: IntroductionForm,
    status: 201,
    secret: true,
    errors: { 403: 'Meanwhile somebody else came first.', 409: 'It is known already.' },
  })
  introduce(@Body() form: IntroductionForm, @Command() command: CommandContext): Promise<SignedIn> {
    return this.account.introduce(form, command);
  }

  @Route('POST email', {
    summary: 'Has a link sent to another address of one’s own, or to the same, to confirm it',
    description:
      'The former address stays until the link comes back in a sign-in of the same person; then it is told.',
    ...OWN,
    stepUp: true,
    body: AddressForm,
    status: 202,
    errors: { 409: 'No mail server is set.', 422: 'It is no address.' },
  })
  async changeAddress(
    @Body() { email }: AddressForm,
    @Command() command: CommandContext,
  ): Promise<AddressAsked> {
    return this.address.ask(email, command);
  }

  @Route('POST email/confirmation', {
    summary: 'Confirms the address to which a link went, once',
    description:
      'By whoever the link is of, signed in: whoever entered the address cannot make it that person’s.',
    ...OWN,
    body: InvitationForm,
    errors: { 410: 'The link is over, was used, or is another’s.' },
  })
  confirmAddress(
    @Body() { token }: InvitationForm,
    @Command() command: CommandContext,
  ): Promise<ConfirmedAddress> {
    return this.address.confirm(token, command);
  }
}
