import type { AddressInfo } from 'node:net';
import type { DynamicModule } from '@nestjs/common';
import type { Database } from '@smartkey/database';
import { HttpLogFeed, type LogFeeds, type ServiceName } from '@smartkey/event-bus';
import { createHttpApplication, internalHeaders, jsonReader } from '@smartkey/http';
import type { Clock } from '@smartkey/kernel';
import type { SecretBox } from '@smartkey/secrets';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { AuditTrail, SERVICES } from './audit/audit-trail.ts';
import { ServiceOwner } from './forwarding/service-owner.ts';
import { Dispatch } from './front/dispatch.ts';
import { createFront } from './front/front.ts';
import { Gate } from './front/gate.ts';
import { servePage } from './front/page.ts';
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
import { TokenBuckets } from './limits/token-buckets.ts';
import { readOpenApiDocument } from './openapi/document.ts';
import { RemoteClock } from './sandbox/remote-clock.ts';
import { SandboxTime } from './sandbox/sandbox-time.ts';
import type { GatewaySettings } from './settings/gateway-settings.ts';
import { RestrictionStore } from './status/restriction-store.ts';
import { Restrictions } from './status/restrictions.ts';
import { AccountUsageStatement } from './usage/account-usage.ts';
import { ExternalIds } from './usage/external-ids.ts';

/** What a gateway is made of. Its database has `gatewayMigrations` applied. */
export interface GatewayParts {
  readonly settings: GatewaySettings;
  /** The first operator key; see `openOperatorKey`. */
  readonly operatorKey: string;
  /** Base URL of each service. */
  readonly services: Readonly<Record<ServiceName, string>>;
  readonly internalToken: string;
  readonly database: Database;
  readonly secretBox: SecretBox;
  readonly clock: Clock;
  readonly clockMode: 'system' | 'sandbox';
  readonly log: Logger;
  readonly metrics: Registry;
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  /** No other gateway uses this database: what a former process left under way is let go at once. */
  readonly alone?: boolean;
}

export interface RunningGateway {
  /** `http://127.0.0.1:3000` */
  readonly url: string;
  /** Ends what is under way, then closes. */
  close(): Promise<void>;
}

type Services = Readonly<Record<ServiceName, ServiceOwner>>;

function connect({ services, settings, log }: GatewayParts): Services {
  const entries = SERVICES.map((name) => [
    name,
    new ServiceOwner(name, services[name], log, { timeout: settings.upstreamTimeout }),
  ]);
  return Object.fromEntries(entries) as Services;
}

function feedsOf({ services, internalToken }: GatewayParts): LogFeeds {
  const headers = internalHeaders({ token: internalToken });
  const feeds = new Map(
    SERVICES.map((name) => [name, new HttpLogFeed({ url: () => services[name], headers })] as const),
  );
  return { read: (source, request) => feeds.get(source)!.read(request) };
}

function ownModule(parts: GatewayParts, services: Services, keys: KeyStore): DynamicModule {
  const { database, clock, clockMode, internalToken: token } = parts;
  const clocks = SERVICES.map((name) => new RemoteClock(name, services[name], token));
  const externalIds = new ExternalIds(services['device-registry'], token);
  const values = [
    new KeyManagement(keys, new ContractDirectory(services.contract, token), clock),
    new Restrictions(new RestrictionStore(database), clock),
    new AuditTrail(feedsOf(parts)),
    new SandboxTime(clockMode, clocks, database),
    new AccountUsageStatement(services.billing, externalIds, token),
  ];
  class GatewayModule {}
  return {
    module: GatewayModule,
    controllers: [...gatewayControllers],
    providers: values.map((useValue) => ({ provide: useValue.constructor, useValue })),
  };
}

/** Starts the public surface and listens. */
export async function startGateway(parts: GatewayParts): Promise<RunningGateway> {
  const { settings, database, secretBox, clock, internalToken, log, metrics } = parts;
  const services = connect(parts);
  const keys = new KeyStore(database);
  const document = await readOpenApiDocument();
  const own = await createHttpApplication(ownModule(parts, services, keys), {
    name: 'gateway-own',
    log,
    metrics,
    internalToken,
    bodyLimits: { json: settings.jsonLimit, csv: settings.csvLimit },
  });
  // Its own routes stand behind the gate like any service's: one way in, one set of rules.
  await own.listen(0, '127.0.0.1');
  const ownRoutes = new ServiceOwner('gateway', await own.getUrl(), log, { timeout: 0 });
  const store = new IdempotencyStore(database, secretBox);
  if (parts.alone === true) await store.forgetUnfinished();
  const idempotency = new Idempotency(
    store,
    { patience: 3_000, lease: settings.upstreamTimeout + 5_000 },
    log,
  );
  const fingerprints = new Fingerprints(await openFingerprintKey(database, secretBox));
  const front = createFront({
    settings,
    gate: new Gate(
      new Identifier(keys, clock, parts.operatorKey),
      new TokenBuckets(settings.ratePerSecond, settings.rateBurst),
      new TokenBuckets(settings.failedKeysPerMinute / 60, settings.failedKeysBurst),
    ),
    dispatch: new Dispatch({
      owners: { ...services, gateway: ownRoutes },
      idempotency,
      fingerprints,
      readJson: jsonReader(own.getHttpAdapter().getInstance() as never),
      internalToken,
    }),
    log,
    metrics,
    health: [
      { name: 'database', check: async () => void (await database.query('SELECT 1')) },
      ...SERVICES.map((name) => ({ name, check: () => services[name].ready() })),
    ],
  });
  servePage(front, document);
  const stopPurge = startPurge(store, log);
  await front.listen({ host: parts.host, port: parts.port });
  const { port } = front.server.address() as AddressInfo;
  return {
    url: `http://${parts.host.includes(':') ? `[${parts.host}]` : parts.host}:${port}`,
    close: async () => {
      await front.close();
      await stopPurge();
      await ownRoutes.close();
      await own.close();
      await Promise.all(SERVICES.map((name) => services[name].close()));
    },
  };
}
