import { SERVICES } from '@smartkey/event-bus';
import type { AddressInfo } from 'node:net';
import { connectWithin, createHttpApplication } from '@smartkey/http';
import { Closers } from '@smartkey/lifecycle';
import { MailOutbox, MailWorker, mailMetrics } from '@smartkey/mail';
import { listeningError, urlOf } from '@smartkey/runtime';
import { deviceNotices } from './end-users/device-notices.ts';
import { UserMails } from './end-users/user-mails.ts';
import { UserRegistry } from './end-users/user-registry.ts';
import { erasures } from './erasures/erasures.ts';
import type { Owner } from './forwarding/ownership.ts';
import { type ConnectWithin, ServiceOwner } from './forwarding/service-owner.ts';
import { openFront } from './front/open-front.ts';
import { type GatewayParts, type Services, feedsOf } from './gateway-parts.ts';
import { gatewayModule } from './gateway.module.ts';
import { IdempotencyStore } from './idempotency/idempotency-store.ts';
import { openIdentities } from './identification/identities.ts';
import { ContractLookup } from './keys/contract-lookup.ts';
import { FollowedLogs } from './losses/followed-logs.ts';
import { LogIncarnations } from './losses/log-incarnations.ts';
import { ContractNotices } from './notices/contract-notices.ts';
import { Openings } from './openings/openings.ts';
import { KeySignIn } from './sign-in/key-sign-in.ts';

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
    const contracts = new ContractLookup(services.contract, internalToken);
    const openings = new Openings({
      database: parts.database,
      people: identities.people,
      contracts,
      clock: parts.clock,
    });
    const { identifier, sessions, challenges } = identities;
    const byKey = new KeySignIn(parts.database, identifier, sessions, challenges);
    const feeds = feedsOf(parts);
    const own = gatewayModule(parts, {
      services,
      feeds,
      identities,
      mails: [outbox, mails],
      contracts,
      openings,
      byKey,
    });
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
      feeds,
      registry: new UserRegistry(services['device-registry'], internalToken),
      links: identities.userLinks,
      mails: new UserMails(outbox, mails, identities.publicUrl),
      log,
    });
    const answers = new IdempotencyStore(parts.database, parts.secretBox);
    const forgetting = erasures({
      database: parts.database,
      feeds,
      answers,
      links: identities.userLinks,
      sessions: identities.userSessions,
      outbox,
      mailer: parts.mailer,
      log,
    });
    const owners = { ...services, gateway };
    const incarnations = new LogIncarnations(owners, internalToken, identities.store);
    const losses = new FollowedLogs({ database: parts.database, incarnations, log });
    const front = await openFront(parts, {
      identities,
      owners,
      incarnations,
      answers,
      openings,
      onConfirmed: () => notices.wake(),
      onErased: () => forgetting.wake(),
    });
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
    losses.start();
    closers.add('the losses of logs', () => losses.stop());
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
