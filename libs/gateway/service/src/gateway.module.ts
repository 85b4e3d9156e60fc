import type { DynamicModule } from '@nestjs/common';
import { type LogFeeds, SERVICES } from '@smartkey/event-bus';
import { moduleOf } from '@smartkey/http';
import { MailOutbox, MailWorker } from '@smartkey/mail';
import { HttpClockedService, InstancesClock } from '@smartkey/runtime';
import { AuditTrail } from './audit/audit-trail.ts';
import { VerificationOfLogs } from './audit/log-verification.ts';
import { CheckpointsOfAllLogs } from './checkpoints/checkpoints-of-all-logs.ts';
import { EnrolmentLinks } from './end-users/enrolment-links.ts';
import { Managers } from './end-users/managers.ts';
import { UserAccess } from './end-users/user-access.ts';
import { UserMails } from './end-users/user-mails.ts';
import { UserRegistry } from './end-users/user-registry.ts';
import type { GatewayParts, Services } from './gateway-parts.ts';
import { gatewayControllers } from './gateway.controllers.ts';
import type { CallerIdentities } from './identification/identities.ts';
import { ContractLookup } from './keys/contract-lookup.ts';
import { KeyManagement } from './keys/key-management.ts';
import { openLogLosses } from './losses/open-log-losses.ts';
import { Signatories } from './keys/signatories.ts';
import { PeopleFeed } from './log/people-feed.ts';
import { MailList } from './mails/mail-list.ts';
import { OwnAccount } from './me/own-account.ts';
import { OwnAddress } from './me/own-address.ts';
import { OwnProof } from './me/own-proof.ts';
import { OidcClient } from './oidc/oidc-client.ts';
import { Oidc } from './oidc/oidc.ts';
import { Openings } from './openings/openings.ts';
import { PasskeyStore } from './passkeys/passkey-store.ts';
import { Passkeys } from './passkeys/passkeys.ts';
import { WebAuthn } from './passkeys/webauthn.ts';
import { AddressLinks } from './people/address-links.ts';
import { People } from './people/people.ts';
import { PeopleMails } from './recovery/people-mails.ts';
import { Recovery } from './recovery/recovery.ts';
import { SandboxTime } from './sandbox/sandbox-time.ts';
import { SetAsideList } from './set-aside/set-aside-list.ts';
import { InvitationSignIn } from './sign-in/invitation-sign-in.ts';
import { KeySignIn } from './sign-in/key-sign-in.ts';
import { RestrictionStore } from './status/restriction-store.ts';
import { Restrictions } from './status/restrictions.ts';
import { AccountUsageStatement } from './usage/account-usage.ts';
import { ExternalIds } from './usage/external-ids.ts';

/** What the gateway's own routes are made from, beside its parts. */
export interface GatewayModuleParts {
  readonly services: Services;
  readonly feeds: LogFeeds;
  readonly identities: CallerIdentities;
  readonly mails: readonly [MailOutbox, MailWorker];
  readonly contracts: ContractLookup;
  readonly openings: Openings;
  readonly byKey: KeySignIn;
}

/** The gateway's own routes, wired. */
export function gatewayModule(
  parts: GatewayParts,
  { services, feeds, identities, mails, contracts, openings, byKey }: GatewayModuleParts,
): DynamicModule {
  const { database, clock, subjectKeys, internalToken: token } = parts;
  const { keys, sessions, attempts, links, challenges, publicUrl, store, proved, people } = identities;
  const proof = new OwnProof(people, sessions);
  const peopleMails = new PeopleMails(...mails, publicUrl, parts.mailsBySmtp === true);
  const addresses = new AddressLinks(links, peopleMails, subjectKeys);
  const recovery = new Recovery({
    database,
    people,
    sessions,
    links,
    attempts,
    mails: peopleMails,
    lookupKey: parts.lookupKey,
    clock,
  });
  const clocks = SERVICES.map(
    (name) =>
      new InstancesClock(
        name,
        (parts.instances?.get(name) ?? [parts.services[name]]).map(
          (url) => new HttpClockedService(name, { url: () => url, token }),
        ),
      ),
  );
  const users = {
    database,
    registry: new UserRegistry(services['device-registry'], token),
    links: identities.userLinks,
    sessions: identities.userSessions,
    signIns: sessions,
    mails: new UserMails(...mails, publicUrl),
    lookupKey: parts.lookupKey,
    attempts,
    managers: new Managers(database, people),
  };
  const externalIds = new ExternalIds(services['device-registry'], token);
  return moduleOf('GatewayModule', {
    controllers: gatewayControllers,
    parts: [
      new KeyManagement(keys, contracts, clock),
      new Restrictions(new RestrictionStore(database), clock),
      new AuditTrail(feeds, new PeopleFeed(store)),
      new VerificationOfLogs(services, database, token, proved),
      new CheckpointsOfAllLogs(services, token, proved),
      openLogLosses({
        services,
        token,
        database,
        store,
        proved,
        clock,
        signatories: new Signatories(database, keys),
      }),
      new SetAsideList(services, token),
      attempts,
      byKey,
      new InvitationSignIn(people, links, sessions),
      new OwnAccount({ database, people, sessions, proof, clock }),
      new OwnAddress({
        people,
        links,
        addresses,
        attempts,
        mails: peopleMails,
        lookupKey: parts.lookupKey,
      }),
      recovery,
      new Oidc(
        parts.settings.oidcProviders.map((provider) => new OidcClient(provider, publicUrl, parts.log)),
        {
          database,
          people,
          sessions,
          challenges,
          proof,
          mails: peopleMails,
          lookupKey: parts.lookupKey,
          systemNow: parts.systemNow,
        },
      ),
      new Passkeys({
        database,
        people,
        sessions,
        challenges,
        store: new PasskeyStore(database, parts.systemNow),
        webAuthn: new WebAuthn(publicUrl, parts.log),
        subjectKeys,
        proof,
        mails: peopleMails,
        clock,
      }),
      new People({
        database,
        log: people,
        contracts,
        sessions,
        links,
        subjectKeys,
        clock,
        mails: peopleMails,
        addresses,
      }),
      new EnrolmentLinks(users),
      new UserAccess(users),
      new SandboxTime(clock, clocks, database),
      new AccountUsageStatement(services.billing, externalIds, token),
      ...mails,
      new MailList(mails[0], services.billing, token, peopleMails.bySmtp),
      openings,
    ],
  });
}
