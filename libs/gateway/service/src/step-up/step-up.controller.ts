import { Controller } from '@nestjs/common';
import {
  ApiTags,
  CurrentActor,
  Route,
  SchemaBody,
  validationFailed,
  written,
  type Schema,
  type Written,
} from '@smartkey/http';
import type { Actor } from '@smartkey/kernel';
import { OWN } from '../me/own.ts';
import { oidcBodySchema, type OidcBody, type OidcChallenge } from '../oidc/oidc-answer.ts';
import { Oidc } from '../oidc/oidc.ts';
import { passkeyBodySchema, type PasskeyBody, type PasskeyChallenge } from '../passkeys/passkey-answer.ts';
import { Passkeys } from '../passkeys/passkeys.ts';
import type { SignedIn } from '../sessions/session-view.ts';

/** With a passkey: `{}`, then `{challenge, response}`; with an account at a provider: `{provider}`, then `{challenge, callback}`. */
const stepUpBodySchema: Schema = {
  ...passkeyBodySchema,
  properties: { ...oidcBodySchema.properties, ...passkeyBodySchema.properties },
};

const stepUpBody = {
  ...stepUpBodySchema,
  dependencies: { response: ['challenge'], callback: ['challenge'] },
};

@ApiTags('People')
@Controller('v1/step-up')
export class StepUpController {
  constructor(
    private readonly passkeys: Passkeys,
    private readonly oidc: Oidc,
  ) {}

  @Route('POST', {
    summary: 'Shows again who one is, for acts of weight',
    description:
      'With a passkey: begins with an empty object, ends with the answer of the browser. With an account at a provider, at which one signs in anew: begins with the provider, ends with the query that it answers. Good for five minutes. The session goes on under another secret; the former is worth nothing.',
    ...OWN,
    body: stepUpBodySchema,
    also: { 201: 'Shown.' },
    secret: true,
    errors: { 403: 'It does not show who this is.', 409: 'There is no passkey.' },
  })
  async stepUp(
    @SchemaBody(stepUpBody) { provider, challenge, response, callback }: PasskeyBody & OidcBody,
    @CurrentActor() actor: Actor,
  ): Promise<PasskeyChallenge | OidcChallenge | Written<SignedIn, 201>> {
    if (provider !== undefined) return this.oidc.beginStepUp(provider, actor);
    if (challenge === undefined) return this.passkeys.beginStepUp(actor);
    const shown =
      callback !== undefined
        ? await this.oidc.stepUp({ challenge, callback }, actor)
        : response !== undefined
          ? await this.passkeys.stepUp({ challenge, response }, actor)
          : undefined;
    if (shown === undefined)
      throw validationFailed([{ pointer: '/response', rule: 'required', detail: 'This field is needed.' }]);
    return written(shown, { revision: 0 }, 201);
  }
}
