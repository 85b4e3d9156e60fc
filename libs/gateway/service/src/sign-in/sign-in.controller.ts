import { Body, Controller } from '@nestjs/common';
import { ApiTags, Route, SchemaBody, validationFailed, written, type Written } from '@smartkey/http';
import {
  passkeyBody,
  passkeyBodySchema,
  type PasskeyBody,
  type PasskeyChallenge,
} from '../passkeys/passkey-answer.ts';
import { Passkeys } from '../passkeys/passkeys.ts';
import type { SignedIn } from '../sessions/session-view.ts';
import {
  oidcBody,
  oidcBodySchema,
  type OidcBody,
  type OidcChallenge,
  type ProviderView,
} from '../oidc/oidc-answer.ts';
import { Oidc } from '../oidc/oidc.ts';
import { Recovery, type RecoveredView } from '../recovery/recovery.ts';
import { InvitationSignIn } from './invitation-sign-in.ts';
import { KeySignIn } from './key-sign-in.ts';
import { SignInAttempts } from './sign-in-attempts.ts';
import { InvitationForm, KeySignInForm, RecoverySignInForm } from './sign-in.forms.ts';
import { Visitor } from './visitor.ts';

/** Where the code was that of the address, a link is on its way there. */
interface RecoveryAsked {
  readonly asked: true;
}

@ApiTags('People')
@Controller('v1/sign-in')
export class SignInController {
  constructor(
    private readonly attempts: SignInAttempts,
    private readonly byKey: KeySignIn,
    private readonly byInvitation: InvitationSignIn,
    private readonly byPasskey: Passkeys,
    private readonly byProvider: Oidc,
    private readonly recovery: Recovery,
  ) {}

  @Route('POST recovery', {
    summary:
      'Lets in again who lost every way in: `{email, code}` has a link sent, `{token}` of that link lets in',
    description:
      'The answer to a code says nothing of whether it was right. Five tries an hour of one address of mail. Former sessions, passkeys and accounts end; a new recovery code is answered once.',
    roles: 'anybody',
    body: RecoverySignInForm,
    status: 202,
    also: { 201: 'In again.' },
    secret: true,
    errors: { 410: 'The link is over or was used.' },
  })
  async recover(
    @Body() { email, code, token }: RecoverySignInForm,
    @Visitor() visitor: string,
  ): Promise<RecoveryAsked | Written<RecoveredView, 201>> {
    await this.attempts.count(visitor);
    if (token !== undefined) return written(await this.recovery.redeem(token), { revision: 0 }, 201);
    const missing = email === undefined ? '/email' : '/code';
    if (email === undefined || code === undefined)
      throw validationFailed([{ pointer: missing, rule: 'required', detail: 'This field is needed.' }]);
    await this.recovery.askByCode(email, code);
    return { asked: true };
  }

  @Route('GET oidc', {
    summary: 'Lists the identity providers that people may sign in with',
    roles: 'anybody',
  })
  providers(): { items: readonly ProviderView[] } {
    return { items: this.byProvider.providers() };
  }

  @Route('POST oidc', {
    summary:
      'Signs in with an account at an identity provider: begins with the provider, ends with the query that it answers',
    description:
      'Only accounts that a person bound sign in. The provider sends the browser to `/portal/oidc/callback` of the public address. Whoever ends it shows the challenge that was answered to its beginning.',
    roles: 'anybody',
    body: oidcBodySchema,
    also: { 201: 'Signed in.' },
    secret: true,
    errors: { 401: 'It does not sign in.', 503: 'The provider does not answer.' },
  })
  async oidc(
    @SchemaBody(oidcBody) { provider, challenge, callback }: OidcBody,
    @Visitor() visitor: string,
  ): Promise<OidcChallenge | Written<SignedIn, 201>> {
    if (challenge === undefined || callback === undefined) {
      await this.attempts.count(visitor, 'begin');
      return this.byProvider.beginSignIn(provider);
    }
    await this.attempts.count(visitor);
    return written(await this.byProvider.signIn({ challenge, callback }), { revision: 0 }, 201);
  }

  @Route('POST passkey', {
    summary: 'Signs in with a passkey: begins with an empty object, ends with the answer of the browser',
    description:
      'Whoever ends it shows the challenge that was answered to its beginning: keep it with the browser, in a cookie of its own. 20 of each a minute of one address.',
    roles: 'anybody',
    body: passkeyBodySchema,
    also: { 201: 'Signed in.' },
    secret: true,
    errors: { 401: 'It does not sign in.' },
  })
  async passkey(
    @SchemaBody(passkeyBody) { challenge, response }: PasskeyBody,
    @Visitor() visitor: string,
  ): Promise<PasskeyChallenge | Written<SignedIn, 201>> {
    if (challenge === undefined || response === undefined) {
      await this.attempts.count(visitor, 'begin');
      return this.byPasskey.beginSignIn();
    }
    await this.attempts.count(visitor);
    return written(await this.byPasskey.signIn({ challenge, response }), { revision: 0 }, 201);
  }

  @Route('POST invitation', {
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

  @Route('POST first', {
    summary: 'Signs the first operator in, by the link that the start of the system prints at a terminal',
    description:
      'In the place of the operator key, once, within 15 minutes, and while no operator has a passkey. Who signed in so says first who that is: `POST /v1/me`.',
    roles: 'anybody',
    body: InvitationForm,
    status: 201,
    secret: true,
    errors: { 403: 'An operator has a passkey.', 410: 'The link is over or was used.' },
  })
  async first(@Body() { token }: InvitationForm, @Visitor() visitor: string): Promise<SignedIn> {
    await this.attempts.count(visitor);
    return this.byKey.signInByLink(token);
  }

  @Route('POST key', {
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
    return this.byKey.signIn(key, visitor);
  }
}
