import { setTimeout as delay } from 'node:timers/promises';
import { Controller, Header, Inject } from '@nestjs/common';
import {
  ApiTags,
  Command,
  notFoundProblem,
  Route,
  parseIpAddress,
  SchemaBody,
  validationFailed,
  type CommandContext,
  type Written,
} from '@smartkey/http';
import { actorId, isId, NOBODY, type ContractId } from '@smartkey/kernel';
import { metadataOf } from '@smartkey/event-store';
import { externalIdDigest } from '@smartkey/secrets';
import type { AttemptOrigin } from '../attempt-log/attempt.ts';
import { Authenticate } from './authenticate.ts';
import { authenticationView, type AuthenticationView } from './authentication-view.ts';
import {
  authenticationBody,
  authenticationBodySchema,
  type AuthenticationBody,
} from './authentication.forms.ts';
import type { Claimant } from './read-situation.ts';

/** For `externalIdDigest`. */
export const LOOKUP_KEY = Symbol('lookup key');
/** A denial whose reason is hidden is answered no sooner than this, whichever way it was come to. */
const HIDDEN_DENIAL_MILLIS = 100;

@ApiTags('authentication')
@Controller('v1/authentications')
export class AuthenticationsController {
  constructor(
    private readonly authentications: Authenticate,
    @Inject(LOOKUP_KEY) private readonly lookupKey: Uint8Array,
  ) {}

  @Header('cache-control', 'no-store')
  @Route('POST', {
    summary: 'Checks a one-time code',
    description:
      'A wrong code is 200 `denied`: the status speaks of the caller, the body of the end user. A code is accepted once.',
    roles: ['service-provider', 'contractor', 'operator'],
    right: 'ids',
    body: authenticationBodySchema,
    write: true,
    errors: { 404: 'There is no such contract.', 422: 'A field is not as it must be.' },
  })
  async authenticate(
    @SchemaBody(authenticationBody) body: AuthenticationBody,
    @Command() command: CommandContext,
  ): Promise<AuthenticationView | Written<AuthenticationView>> {
    const contract = tenantOf(body, command);
    const started = performance.now();
    const answer = await this.authentications.authenticate({
      contract,
      claimant: this.#claimant(contract, body),
      code: body.code,
      origin: originOf(body, command),
      unknownDigest: externalIdDigest(this.lookupKey, contract, body.externalId ?? body.id!),
      metadata: metadataOf(command, undefined),
      repeatable: command.repeatable === true,
    });
    if (answer.result === 'unknown-contract') throw notFoundProblem();
    if (answer.result === 'denied' && answer.hidden)
      await delay(Math.max(0, HIDDEN_DENIAL_MILLIS - (performance.now() - started)));
    return authenticationView(answer);
  }

  #claimant(contract: ContractId, { externalId, id }: AuthenticationBody): Claimant {
    if (externalId !== undefined && id === undefined)
      return { digest: externalIdDigest(this.lookupKey, contract, externalId) };
    if (id !== undefined && externalId === undefined) return { account: isId('rid', id) ? id : NOBODY };
    const detail = 'Either the external id or the id is named.';
    throw validationFailed([{ pointer: '/externalId', rule: 'either-or', detail }]);
  }
}

/** Who asks, and what they say of the end user. */
function originOf(
  { clientRef, clientAddress: text }: AuthenticationBody,
  { actor }: CommandContext,
): AttemptOrigin {
  const clientAddress = text === undefined ? undefined : parseIpAddress(text);
  if (text !== undefined && clientAddress === undefined) {
    const detail = 'Must be an IP address, of version 4 or 6, without a zone.';
    throw validationFailed([{ pointer: '/clientAddress', rule: 'ip-address', detail }]);
  }
  return { key: actorId(actor), clientRef, clientAddress };
}

/** The tenant comes from the credential; only an operator, who has none, names it. */
function tenantOf({ contract }: AuthenticationBody, { actor }: CommandContext): ContractId {
  const pointer = '/contract';
  if (actor.role === 'operator') {
    if (contract !== undefined && !isId('ctr', contract)) throw notFoundProblem();
    if (contract !== undefined) return contract;
    throw validationFailed([{ pointer, rule: 'required', detail: 'An operator names the contract.' }]);
  }
  if (contract === undefined) return actor.contract!;
  throw validationFailed([{ pointer, rule: 'unknown-field', detail: 'The contract is that of the key.' }]);
}
