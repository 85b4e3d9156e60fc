import type { DynamicModule } from '@nestjs/common';
import type { ServiceParts } from '@smartkey/runtime';
import { Authenticate } from './authentications/authenticate.ts';
import { AuthenticationMetrics } from './authentications/authentication.metrics.ts';
import { AuthenticationsController, LOOKUP_KEY } from './authentications/authentications.controller.ts';
import { CredentialConfirmer } from './credentials/confirm-credential.ts';
import { CredentialsController } from './credentials/credentials.controller.ts';
import { CredentialIssuer } from './credentials/issue-credential.ts';
import { CredentialRotation } from './credentials/rotate-credentials.ts';
import { AccountUnlocker } from './attempts/unlock-account.ts';
import { DenialCounts } from './denials/denial-counts.ts';
import { FactsController } from './knowledge/facts.controller.ts';
import { KNOWLEDGE, knowledgeOf, type Knowledge } from './knowledge/knowledge.ts';
import { AccountLog, isTransactional } from './log/account-log.ts';
import { CredentialSecrets } from './totp/credential-secrets.ts';

/** The service's parts, made of what the runtime gives it. */
export interface AuthenticationParts {
  readonly log: AccountLog;
  readonly knowledge: Knowledge;
  readonly denials: DenialCounts;
  readonly module: DynamicModule;
}

/** Nest gets what is wired here by hand: a controller each and what it is made of. */
class AuthenticationModule {}

/** @throws Error where the event store is no transactional one: single use rests on one transaction with the log. */
export function assembleAuthentication(parts: ServiceParts): AuthenticationParts {
  const { store, database, clock, peers, secretBox, log: logger, metrics, lookupKey } = parts;
  if (!isTransactional(store))
    throw new Error("authentication needs an event store whose appends share its database's transactions");
  const log = new AccountLog(database, store, clock);
  const secrets = new CredentialSecrets(secretBox);
  const knowledge = knowledgeOf(log, peers);
  const denials = new DenialCounts(store, clock, logger);
  const authenticate = new Authenticate(
    log,
    knowledge,
    secrets,
    denials,
    new AuthenticationMetrics(metrics),
    clock,
    logger,
  );
  const provide = (token: unknown, value: unknown) => ({ provide: token as symbol, useValue: value });
  const module: DynamicModule = {
    module: AuthenticationModule,
    controllers: [AuthenticationsController, CredentialsController, FactsController],
    providers: [
      provide(LOOKUP_KEY, lookupKey),
      provide(KNOWLEDGE, knowledge),
      provide(Authenticate, authenticate),
      provide(CredentialIssuer, new CredentialIssuer(log, secrets)),
      provide(CredentialConfirmer, new CredentialConfirmer(log, secrets, clock)),
      provide(AccountUnlocker, new AccountUnlocker(log, clock)),
      provide(CredentialRotation, new CredentialRotation(database, secrets)),
    ],
  };
  return { log, knowledge, denials, module };
}
