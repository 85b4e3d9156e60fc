import type { ServiceDefinition } from '@smartkey/runtime';
import { allDone } from '@smartkey/lifecycle';
import { assembleAuthentication } from './authentication.module.ts';
import { CredentialExpiry } from './credentials/credential-expiry.ts';
import { knowledgeReactor } from './knowledge/knowledge.reactor.ts';
import { publish } from './log/publish.ts';
import { authenticationSettings } from './settings/authentication.settings.ts';
import { authenticationMigrations } from './authentication.migrations.ts';
import { EqualAccounts } from './losses/equal-accounts.ts';
import { equalContracts } from './losses/equal-contracts.ts';
import { lockAfterLoss } from './losses/lock-after-loss.ts';

/**
 * Authentication: keeps the devices' secrets, checks one-time codes (RFC 6238), uses each up once, locks out guessers, and
 * records every success, which the service-provider plan is billed by (別紙1 備考2).
 */
export const authenticationService: ServiceDefinition = {
  name: 'authentication',
  migrations: authenticationMigrations,
  projections: [],
  readSettings: authenticationSettings,
  publish,
  lossAccepted: (tx, _loss, now) => lockAfterLoss(tx, now),
  assemble(parts) {
    const { log, knowledge, denials, attempts, module } = assembleAuthentication(parts);
    return {
      module,
      reactors: [knowledgeReactor(knowledge)],
      dueWork: new CredentialExpiry(log),
      async sourceLost({ source, number }) {
        const { owners } = knowledge;
        if (source === 'contract') return equalContracts(log.database, owners);
        // Also where the own log was lost: devices may have lost their secrets with it.
        const isConcerned = source === 'device-registry' || source === 'authentication';
        return isConcerned ? new EqualAccounts(log, owners).make(`loss/${source}/${number}`) : [];
      },
      start() {
        denials.start();
        attempts.start();
      },
      stop: () => allDone([denials.stop(), attempts.stop()]),
    };
  },
};
