import type { DynamicModule } from '@nestjs/common';
import { moduleOf, provide } from '@smartkey/http';
import type { ServiceParts } from '@smartkey/runtime';
import { AttemptReader } from './attempt-log/attempt-reader.ts';
import { eraseAttempts } from './attempt-log/erase-attempts.ts';
import { ShownAttempts } from './attempt-log/shown-attempts.ts';
import { AttemptsController, LastAttemptsController } from './attempt-log/attempts.controller.ts';
import { Successes } from './attempt-log/successes.ts';
import { SuccessesController } from './attempt-log/successes.controller.ts';
import { AttemptLog } from './attempt-log/attempt-log.ts';
import { Authenticate } from './authentications/authenticate.ts';
import { AuthenticationMetrics } from './authentications/authentication.metrics.ts';
import { AuthenticationsController, LOOKUP_KEY } from './authentications/authentications.controller.ts';
import { CredentialConfirmer } from './credentials/confirm-credential.ts';
import { CredentialsController } from './credentials/credentials.controller.ts';
import { CredentialIssuer } from './credentials/issue-credential.ts';
import { CredentialRotation } from './credentials/rotate-credentials.ts';
import { AccountUnlocker } from './attempts/unlock-account.ts';
import { DenialCounts } from './denials/denial-counts.ts';
import { HolderCheck } from './holder/show-holder.ts';
import { FactsController } from './knowledge/facts.controller.ts';
import { KNOWLEDGE, knowledgeOf, type Knowledge } from './knowledge/knowledge.ts';
import { AccountLog, isTransactional } from './log/account-log.ts';
import { authenticationSettings } from './settings/authentication.settings.ts';
import { CredentialSecrets } from './totp/credential-secrets.ts';

/** The service's parts, made of what the runtime gives it. */
export interface AuthenticationParts {
  readonly log: AccountLog;
  readonly knowledge: Knowledge;
  readonly denials: DenialCounts;
  readonly attempts: AttemptLog;
  readonly module: DynamicModule;
}

/** @throws Error where the event store is no transactional one: single use rests on one transaction with the log. */
export function assembleAuthentication(parts: ServiceParts): AuthenticationParts {
  const { store, database, clock, peers, secretBox, log: logger, metrics, lookupKey } = parts;
  if (!isTransactional(store))
    throw new Error("authentication needs an event store whose appends share its database's transactions");
  const log = new AccountLog(database, store, clock);
  const secrets = new CredentialSecrets(secretBox);
  const denials = new DenialCounts(store, clock, logger);
  const attempts = new AttemptLog(parts, authenticationSettings(parts.environment));
  const knowledge = knowledgeOf(log, peers, {
    flush: () => attempts.uncounted.flush(),
    erase: (id) => eraseAttempts(database, id),
  });
  const reader = new AttemptReader(database, attempts.index);
  const authenticate = new Authenticate(
    log,
    knowledge,
    secrets,
    denials,
    attempts,
    new AuthenticationMetrics(metrics),
    clock,
    logger,
  );
  const module = moduleOf('AuthenticationModule', {
    controllers: [
      AttemptsController,
      LastAttemptsController,
      SuccessesController,
      AuthenticationsController,
      CredentialsController,
      FactsController,
    ],
    parts: [
      authenticate,
      attempts,
      reader,
      new ShownAttempts(attempts, reader, knowledge),
      new Successes(database, attempts, knowledge),
      new CredentialIssuer(log, secrets),
      new CredentialConfirmer(log, secrets, clock),
      new AccountUnlocker(log, clock),
      new HolderCheck(log, secrets, clock),
      new CredentialRotation(database, secrets),
    ],
    provided: [provide(LOOKUP_KEY, lookupKey), provide(KNOWLEDGE, knowledge)],
  });
  return { log, knowledge, denials, attempts, module };
}
