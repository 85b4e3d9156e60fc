import { Controller, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentActor, Operation, SchemaBody, written, type Written } from '@smartkey/http';
import type { Actor } from '@smartkey/kernel';
import { ANY_PERSON } from '../me/me.controller.ts';
import {
  passkeyBody,
  passkeyBodySchema,
  type PasskeyBody,
  type PasskeyChallenge,
} from '../passkeys/passkey-answer.ts';
import { Passkeys } from '../passkeys/passkeys.ts';
import type { SignedIn } from '../sessions/session-view.ts';

@ApiTags('People')
@Controller('v1/step-up')
export class StepUpController {
  constructor(private readonly passkeys: Passkeys) {}

  @Post()
  @Operation({
    summary:
      'Shows again who one is, for acts of weight: begins with an empty object, ends with the answer of the browser',
    description:
      'Good for five minutes. The session goes on under another secret; the former is worth nothing.',
    roles: ANY_PERSON,
    own: true,
    personsOnly: true,
    body: passkeyBodySchema,
    also: { 201: 'Shown.' },
    secret: true,
    errors: { 403: 'It does not show who this is.', 409: 'There is no passkey.' },
  })
  async stepUp(
    @SchemaBody(passkeyBody) { challenge, response }: PasskeyBody,
    @CurrentActor() actor: Actor,
  ): Promise<PasskeyChallenge | Written<SignedIn, 201>> {
    if (challenge === undefined || response === undefined) return this.passkeys.beginStepUp(actor);
    return written(await this.passkeys.stepUp({ challenge, response }, actor), { revision: 0 }, 201);
  }
}
