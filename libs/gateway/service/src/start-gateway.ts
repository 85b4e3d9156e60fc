import type { AddressInfo } from 'node:net';
import type { DynamicModule } from '@nestjs/common';
import type { Database } from '@smartkey/database';
import { HttpLogFeed, type LogFeeds, type ServiceName } from '@smartkey/event-bus';
import { createEventStore, EventCodec, type PostgresEventStore } from '@smartkey/event-store';
import { connectWithin, createHttpApplication, internalHeaders, moduleOf, readJson } from '@smartkey/http';
import { instantOf, type Clock } from '@smartkey/kernel';
import { Closers } from '@smartkey/lifecycle';
import { databaseHealth, HttpClockedService, InstancesClock, listeningError, urlOf } from '@smartkey/runtime';
import { type Mailer, mailMetrics, MailOutbox, MailWorker } from '@smartkey/mail';
import type { SecretBox, SubjectKeys } from '@smartkey/secrets';
import type { ProvedLog, ProvedLogParts } from '@smartkey/transparency';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { LogVerification } from './audit/log-verification.ts';
import { AuditTrail, SERVICES } from './audit/audit-trail.ts';
import type { Owner } from './forwarding/ownership.ts';
import { ServiceOwner, type ConnectWithin } from './forwarding/service-owner.ts';
import { Dispatch } from './front/dispatch.ts';
import { createFront } from './front/front.ts';
import { Gate } from './front/gate.ts';
import { deviceNotices } from './end-users/device-notices.ts';
import { EnrolmentLinks } from './end-users/enrolment-links.ts';
import { Managers } from './end-users/managers.ts';
import { UserAccess } from './end-users/user-access.ts';
import { UserLinks } from './end-users/user-links.ts';
import { UserMails } from './end-users/user-mails.ts';
import { UserRegistry } from './end-users/user-registry.ts';
import { UserSessions } from './end-users/user-sessions.ts';
import { Checkpoints } from './checkpoints/checkpoints.ts';
import { Challenges } from './challenges/challenges.ts';
import { servePage } from './front/page.ts';
import { Visitors } from './front/visitors.ts';
import { gatewayControllers } from './gateway.controllers.ts';
import { openFingerprintKey } from './gateway-secrets.ts';
import { Fingerprints } from './idempotency/fingerprint.ts';
import { Idempotency } from './idempotency/idempotency.ts';
import { IdempotencyStore } from './idempotency/idempotency-store.ts';
import { startPurge } from './idempotency/purge.ts';
import { Identifier } from './identification/identifier.ts';
import { ContractDirectory } from './keys/contract-directory.ts';
import { KeyManagement } from './keys/key-management.ts';
import { KeyStore } from './keys/key-store.ts';
import { Signatories } from './keys/signatories.ts';
import { AttemptLimit } from './limits/attempt-limit.ts';
import { FailureBudgets } from './limits/failure-budget.ts';
import { Links } from './links/links.ts';
import { TokenBuckets } from './limits/token-buckets.ts';
import { PeopleFeed } from './log/people-feed.ts';
import { personEventForms } from './log/stored-person-events.ts';
import { MailList } from './mails/mail-list.ts';
import { ContractNotices } from './notices/contract-notices.ts';
import { OwnAddress } from './me/own-address.ts';
import { AddressLinks } from './people/address-links.ts';
import { OwnAccount } from './me/own-account.ts';
import { readOpenApiDocument } from './openapi/document.ts';
import { documentedMethods } from './openapi/documented-methods.ts';
import { OidcClient } from './oidc/oidc-client.ts';
import { Oidc } from './oidc/oidc.ts';
import { OwnProof } from './me/own-proof.ts';
import { Openings } from './openings/openings.ts';
import { PasskeyStore } from './passkeys/passkey-store.ts';
import { Passkeys } from './passkeys/passkeys.ts';
import { WebAuthn } from './passkeys/webauthn.ts';
import { People } from './people/people.ts';
import { PeopleLog } from './people/people-log.ts';
import { PeopleMails } from './recovery/people-mails.ts';
import { Recovery } from './recovery/recovery.ts';
import { SandboxTime } from './sandbox/sandbox-time.ts';
import { SetAsideList } from './set-aside/set-aside-list.ts';
import { SessionStore } from './sessions/session-store.ts';
import type { GatewaySettings } from './settings/gateway-settings.ts';
import { PublicUrl } from './settings/public-url.ts';
import { InvitationSignIn } from './sign-in/invitation-sign-in.ts';
import { KeySignIn } from './sign-in/key-sign-in.ts';
import { SignInAttempts } from './sign-in/sign-in-attempts.ts';
import { RestrictionStore } from './status/restriction-store.ts';
import { Restrictions } from './status/restrictions.ts';
import { AccountUsageStatement } from './usage/account-usage.ts';
import { erasures } from './erasures/erasures.ts';
import type { LogFollower } from './log/log-follower.ts';
import { ExternalIds } from './usage/external-ids.ts';

/** What a gateway is made of. Its database has `gatewayMigrations` applied. */
export interface GatewayParts {
  readonly settings: GatewaySettings;
  /** The first operator key; see `openOperatorKey`. */
  readonly operatorKey: string;
  /** Base URL of each service. */
  readonly services: Readonly<Record<ServiceName, string>>;
  /** How those of this very process are reached, in place of a socket. */
  readonly within?: Readonly<Partial<Record<ServiceName, ConnectWithin>>>;
  /** Base URLs of all instances of a service that has several, for each must be told of the sandbox clock. */
  readonly instances?: ReadonlyMap<ServiceName, readonly string[]>;
  readonly internalToken: string;
  readonly database: Database;
  readonly secretBox: SecretBox;
  readonly subjectKeys: SubjectKeys;
  /** What digests of addresses and accounts of people derive from. */
  readonly lookupKey: Uint8Array;
  /** Opens the gateway's own log with its tree and checkpoints. */
  readonly openProvedLog: (parts: Pick<ProvedLogParts, 'database' | 'store'>) => Promise<ProvedLog>;
  /** Hands over what the gateway's outbox holds. */
  readonly mailer: Mailer;
  /** Mails go by a server; else they are laid into a folder of it, and who invites is shown the link. */
  readonly mailsBySmtp?: boolean;
  /** Business time; a `SandboxClock` can be moved by PUT /v1/sandbox/clock. */
  readonly clock: Clock;
  /** Milliseconds of the system's clock, by which sessions go (default: the machine's). */
  readonly systemNow?: () => number;
  readonly log: Logger;
  readonly metrics: Registry;
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  /** Milliseconds between two looks for what contracts are told of by mail (default 10,000); 0: nobody is told. */
  readonly noticeMillis?: number;
  /** No other gateway uses this database: what a former process left under way is let go at once. */
  readonly alone?: boolean;
}

export interface RunningGateway {
  /** `http://127.0.0.1:3000` */
  readonly url: string;
  /** What people open: `http://localhost:3000`, or as it is set. */
  readonly publicUrl: string;
  /** Lets the first operator in, once, within 15 minutes: for the terminal that starts it. Nothing where an operator has a passkey. */
  firstLink(): Promise<string | undefined>;
  /** Ends what is under way, then closes. */
  close(): Promise<void>;
}

type Services = Readonly<Record<ServiceName, ServiceOwner>>;
type Owners = Readonly<Record<Owner, ServiceOwner>>;

function feedsOf({ services, internalToken }: GatewayParts): LogFeeds {
  const headers = internalHeaders({ token: internalToken });
  const feeds = new Map(
    SERVICES.map(
      (name) => [name, new HttpLogFeed({ url: () => services[name], headers, peer: name })] as const,
    ),
  );
  return { read: (source, request) => feeds.get(source)!.read(request) };
}

/** What the gateway knows of keys, sessions and people. */
interface Identities {
  readonly keys: KeyStore;
  readonly sessions: SessionStore;
  readonly identifier: Identifier;
  readonly attempts: SignInAttempts;
  readonly links: Links;
  readonly userLinks: UserLinks;
  readonly userSessions: UserSessions;
  readonly challenges: Challenges;
  readonly publicUrl: PublicUrl;
  readonly store: PostgresEventStore;
  readonly proved: ProvedLog;
  readonly people: PeopleLog;
}

async function openIdentities(parts: GatewayParts): Promise<Identities> {
  const { database, secretBox, subjectKeys, lookupKey, clock, systemNow } = parts;
  const keys = new KeyStore(database, secretBox, (error) =>
    parts.log.warn({ err: error }, 'the use of a key could not be written'),
  );
  const sessions = new SessionStore(database, systemNow);
  const userSessions = new UserSessions(database, systemNow);
  const store = await createEventStore(database, clock);
  const codec = new EventCodec(personEventForms, subjectKeys);
  return {
    keys,
    sessions,
    identifier: new Identifier(keys, sessions, userSessions, clock, parts.operatorKey),
    attempts: new SignInAttempts(database, lookupKey, systemNow),
    links: new Links(database, systemNow),
    userLinks: new UserLinks(database, systemNow),
    userSessions,
    challenges: new Challenges(database, lookupKey, systemNow),
    publicUrl: new PublicUrl(parts.settings.publicUrl),
    store,
    proved: await parts.openProvedLog({ database, store }),
    people: new PeopleLog({ database, store, codec, subjectKeys, lookupKey, clock }),
  };
}

function ownModule(
  parts: GatewayParts,
  services: Services,
  identities: Identities,
  mails: readonly [MailOutbox, MailWorker],
  contracts: ContractDirectory,
  openings: Openings,
  byKey: KeySignIn,
): DynamicModule {
  const { database, clock, internalToken: token } = parts;
  const { keys, sessions, attempts, links, challenges, publicUrl, store, proved, people } = identities;
  const { subjectKeys } = parts;
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
      new AuditTrail(feedsOf(parts), new PeopleFeed(store)),
      new LogVerification(services, database, token, proved),
      new Checkpoints(services, token, proved),
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
      new MailList(mails[0], services.billing, token),
      openings,
    ],
  });
}

/** The part at the edge, before the services and the gateway's own routes. */
async function frontOf(
  parts: GatewayParts,
  identities: Identities,
  owners: Owners,
  notices: LogFollower,
  forgetting: LogFollower,
  store: IdempotencyStore,
  openings: Openings,
) {
  const { settings, database, internalToken, log, metrics } = parts;
  const { keys, sessions, identifier, attempts, links, challenges, publicUrl, userLinks, userSessions } =
    identities;
  if (parts.alone === true) await store.forgetUnfinished();
  const times = { patience: 3_000, lease: settings.upstreamTimeout + 5_000 };
  const idempotency = new Idempotency(store, times, log);
  const document = await readOpenApiDocument();
  const front: FastifyInstance = createFront({
    settings,
    gate: new Gate(
      identifier,
      new TokenBuckets(settings.ratePerSecond, settings.rateBurst),
      new TokenBuckets(settings.failedKeysPerMinute / 60, settings.failedKeysBurst),
      new Visitors(settings.visitorToken),
    ),
    dispatch: new Dispatch({
      owners,
      idempotency,
      fingerprints: new Fingerprints(await openFingerprintKey(database, parts.secretBox)),
      attempts: new AttemptLimit(
        new FailureBudgets({
          burst: settings.failedAuthenticationsBurst,
          secondsPerFailure: settings.failedAuthenticationsSeconds,
          successesPerFailure: settings.failedAuthenticationsSuccesses,
        }),
      ),
      readJson,
      internalToken,
      signatories: new Signatories(database, keys),
      onConfirmed: () => notices.wake(),
      onErased: () => forgetting.wake(),
      openings,
    }),
    methodsOf: documentedMethods(document),
    portal:
      settings.portalUrl === undefined
        ? undefined
        : { url: settings.portalUrl, publicUrl: () => publicUrl.origin },
    log,
    metrics,
    health: [
      databaseHealth(database),
      ...SERVICES.map((name) => ({ name, check: (late: AbortSignal) => owners[name].ready(late) })),
    ],
  });
  servePage(front, document);
  front.addHook('onClose', () => idempotency.close());
  front.addHook(
    'onClose',
    startPurge(
      [
        { purge: () => store.purge(instantOf(Date.now())) },
        sessions,
        attempts,
        links,
        challenges,
        userLinks,
        userSessions,
      ],
      log,
    ),
  );
  return front;
}

/** Starts the public surface and listens. What was opened for it is closed again where that fails. */
export async function startGateway(parts: GatewayParts): Promise<RunningGateway> {
  const { settings, internalToken, log, metrics, host } = parts;
  const closers = new Closers();
  const connect = (name: Owner, url: string, timeout: number, within?: ConnectWithin): ServiceOwner => {
    const owner = new ServiceOwner(name, url, log, { timeout, connect: within });
    closers.add(`the connections to ${name}`, () => owner.close());
    return owner;
  };
  try {
    const services = Object.fromEntries(
      SERVICES.map((name) => [
        name,
        connect(name, parts.services[name], settings.upstreamTimeout, parts.within?.[name]),
      ]),
    ) as Services;
    const identities = await openIdentities(parts);
    const outbox = new MailOutbox(parts);
    const mails = new MailWorker(parts);
    const contracts = new ContractDirectory(services.contract, internalToken);
    const openings = new Openings({
      database: parts.database,
      people: identities.people,
      contracts,
      clock: parts.clock,
    });
    const { identifier, sessions, challenges } = identities;
    const byKey = new KeySignIn(parts.database, identifier, sessions, challenges);
    const own = ownModule(parts, services, identities, [outbox, mails], contracts, openings, byKey);
    const app = await createHttpApplication(own, {
      name: 'gateway-own',
      tracedAs: 'gateway',
      log,
      metrics,
      internalToken,
      bodyLimits: { json: settings.jsonLimit, csv: settings.csvLimit },
    });
    closers.add('the gateway’s own routes', () => app.close());
    // Its own routes stand behind the gate like any service's: one way in, one set of rules.
    await app.listen(0, '127.0.0.1');
    const gateway = connect('gateway', await app.getUrl(), 0, () => connectWithin(app.getHttpServer()));
    const notices = deviceNotices({
      database: parts.database,
      feeds: feedsOf(parts),
      registry: new UserRegistry(services['device-registry'], internalToken),
      links: identities.userLinks,
      mails: new UserMails(outbox, mails, identities.publicUrl),
      log,
    });
    const store = new IdempotencyStore(parts.database, parts.secretBox);
    const forgetting = erasures({
      database: parts.database,
      feeds: feedsOf(parts),
      answers: store,
      links: identities.userLinks,
      sessions: identities.userSessions,
      outbox,
      mailer: parts.mailer,
      log,
    });
    const front = await frontOf(
      parts,
      identities,
      { ...services, gateway },
      notices,
      forgetting,
      store,
      openings,
    );
    closers.add('the front', () => front.close());
    await front.listen({ host, port: parts.port }).catch((error: unknown) => {
      throw listeningError({ host, port: parts.port }, error);
    });
    const { port } = front.server.address() as AddressInfo;
    identities.publicUrl.listensOn(port);
    mails.start();
    identities.proved.start();
    closers.add('the checkpoints', () => identities.proved.stop());
    const { noticeMillis: lookMillis = 10_000 } = parts;
    if (lookMillis > 0) {
      const { people, publicUrl } = identities;
      const feeds = feedsOf(parts);
      const ofContracts = new ContractNotices({
        ...parts,
        feeds,
        people,
        outbox,
        worker: mails,
        publicUrl,
        lookMillis,
      });
      ofContracts.start();
      closers.add('the mails about contracts', () => ofContracts.stop());
    }
    closers.add('the figures of mails', mailMetrics(metrics, 'gateway', parts));
    closers.add('the mails', () => mails.stop());
    notices.start();
    closers.add('the notices of devices', () => notices.stop());
    forgetting.start();
    closers.add('the erasures', () => forgetting.stop());
    return {
      url: urlOf({ host, port }),
      publicUrl: identities.publicUrl.origin,
      firstLink: async () => {
        const made = await byKey.makeLink();
        return made && `${identities.publicUrl.origin}/portal/first?token=${made.handle}`;
      },
      close: () => closers.close(),
    };
  } catch (error) {
    throw await closers.closeAfter(error);
  }
}
