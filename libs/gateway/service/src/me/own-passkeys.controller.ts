import { Controller } from '@nestjs/common';
import {
  ApiTags,
  Command,
  CurrentActor,
  IdParam,
  Route,
  SchemaBody,
  written,
  type CommandContext,
  type Written,
} from '@smartkey/http';
import type { Actor, PasskeyId } from '@smartkey/kernel';
import {
  newPasskeyBody,
  newPasskeyBodySchema,
  type NewPasskeyBody,
  type PasskeyChallenge,
  type PasskeyView,
} from '../passkeys/passkey-answer.ts';
import { Passkeys, type AddedPasskey } from '../passkeys/passkeys.ts';
import { OWN } from './own.ts';

/** What a removal leaves. */
interface RemovedPasskey {
  /** @prefix psk */
  readonly id: PasskeyId;
  readonly removed: true;
}

@ApiTags('People')
@Controller('v1/me/passkeys')
export class OwnPasskeysController {
  constructor(private readonly passkeys: Passkeys) {}

  @Route('GET', { summary: 'Lists one’s own passkeys', ...OWN })
  async list(@CurrentActor() actor: Actor): Promise<{ items: readonly PasskeyView[] }> {
    return { items: await this.passkeys.list(actor.person!.id) };
  }

  @Route('POST', {
    summary: 'Adds a passkey: begins with an empty object, ends with the answer of the browser',
    description:
      'Whoever has a way in already shows it first (`POST /v1/step-up`). The session goes on under another secret.',
    ...OWN,
    body: newPasskeyBodySchema,
    also: { 201: 'Added.' },
    secret: true,
    errors: {
      403: 'A way in is there and was not shown of late.',
      409: 'The passkey is in use, or there are too many.',
      422: 'It does not answer the challenge.',
    },
  })
  async add(
    @SchemaBody(newPasskeyBody) { challenge, response, name }: NewPasskeyBody,
    @Command() command: CommandContext,
  ): Promise<PasskeyChallenge | Written<AddedPasskey, 201>> {
    if (challenge === undefined || response === undefined) return this.passkeys.beginAdding(command.actor);
    const added = await this.passkeys.add({ challenge, response }, name ?? 'Passkey', command);
    return written(added, { revision: 0 }, 201);
  }

  @Route('DELETE :id', {
    summary: 'Removes one of one’s own passkeys',
    ...OWN,
    stepUp: true,
    errors: { 404: 'No such passkey of one’s own.', 409: 'It is the last way in.' },
  })
  async remove(
    @IdParam('id', 'psk') id: PasskeyId,
    @Command() command: CommandContext,
  ): Promise<RemovedPasskey> {
    await this.passkeys.remove(id, command);
    return { id, removed: true };
  }
}
