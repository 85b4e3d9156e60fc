import { Body, Controller, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Operation } from '@smartkey/http';
import type { SignedIn } from '../sessions/session-view.ts';
import { InvitationSignIn } from './invitation-sign-in.ts';
import { KeySignIn } from './key-sign-in.ts';
import { SignInAttempts } from './sign-in-attempts.ts';
import { InvitationForm, KeySignInForm } from './sign-in.forms.ts';
import { Visitor } from './visitor.ts';

@ApiTags('People')
@Controller('v1/sign-in')
export class SignInController {
  constructor(
    private readonly attempts: SignInAttempts,
    private readonly byKey: KeySignIn,
    private readonly byInvitation: InvitationSignIn,
  ) {}

  @Post('invitation')
  @Operation({
    summary: 'Accepts an invitation, once, and signs in',
    description:
      'Unknown, used, replaced and expired links are one answer. What comes next is a way to come again: a passkey.',
    roles: 'anybody',
    body: InvitationForm,
    status: 201,
    secret: true,
    errors: { 410: 'The link is over or was used.' },
  })
  async invitation(@Body() { token }: InvitationForm, @Visitor() visitor: string): Promise<SignedIn> {
    await this.attempts.count(visitor);
    return this.byInvitation.signIn(token);
  }

  @Post('key')
  @Operation({
    summary: 'Signs in with an access key, while nobody has another way in',
    description:
      'An operator key signs in while no operator has a passkey, a key of role contractor while its contract has no administrator. ' +
      'Who signed in so says first who that is: `POST /v1/me`. 20 sign-ins a minute of one address.',
    roles: 'anybody',
    body: KeySignInForm,
    status: 201,
    secret: true,
    errors: { 401: 'No valid key.', 403: 'Such keys let nobody in, or no more.' },
  })
  async key(@Body() { key }: KeySignInForm, @Visitor() visitor: string): Promise<SignedIn> {
    await this.attempts.count(visitor);
    return this.byKey.signIn(key);
  }
}
