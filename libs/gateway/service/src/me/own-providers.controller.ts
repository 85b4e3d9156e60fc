import { Controller, Param } from '@nestjs/common';
import {
  ApiTags,
  Command,
  CurrentActor,
  Route,
  SchemaBody,
  written,
  type CommandContext,
  type Written,
} from '@smartkey/http';
import type { Actor } from '@smartkey/kernel';
import {
  oidcBody,
  oidcBodySchema,
  type BoundProvider,
  type OidcBody,
  type OidcChallenge,
} from '../oidc/oidc-answer.ts';
import { Oidc } from '../oidc/oidc.ts';
import { OWN } from './own.ts';

/** What a removal leaves. */
interface UnboundProvider {
  readonly provider: string;
  readonly removed: true;
}

@ApiTags('People')
@Controller('v1/me/providers')
export class OwnProvidersController {
  constructor(private readonly oidc: Oidc) {}

  @Route('GET', { summary: 'Lists the accounts at identity providers that one signs in with', ...OWN })
  async list(@CurrentActor() actor: Actor): Promise<{ items: readonly BoundProvider[] }> {
    return { items: await this.oidc.bound(actor.person!.id) };
  }

  @Route('POST', {
    summary:
      'Binds an account at an identity provider: begins with the provider, ends with the query that it answers',
    description:
      'Known by issuer and subject alone. Whoever has a way in already shows it first (`POST /v1/step-up`).',
    ...OWN,
    body: oidcBodySchema,
    also: { 201: 'Bound.' },
    errors: {
      403: 'A way in is there and was not shown of late.',
      409: 'The account is bound already.',
      422: 'It does not answer the question.',
    },
  })
  async bind(
    @SchemaBody(oidcBody) { provider, challenge, callback }: OidcBody,
    @Command() command: CommandContext,
  ): Promise<OidcChallenge | Written<BoundProvider, 201>> {
    if (challenge === undefined || callback === undefined)
      return this.oidc.beginBinding(provider, command.actor);
    return written(await this.oidc.bind({ challenge, callback }, command), { revision: 0 }, 201);
  }

  @Route('DELETE :provider', {
    summary: 'Takes an account at an identity provider away',
    ...OWN,
    stepUp: true,
    errors: { 404: 'None of one’s own.', 409: 'It is the last way in.' },
  })
  async unbind(
    @Param('provider') provider: string,
    @Command() command: CommandContext,
  ): Promise<UnboundProvider> {
    await this.oidc.unbind(provider, command);
    return { provider, removed: true };
  }
}
