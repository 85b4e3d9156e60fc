import { billingService } from '@smartkey/billing-service';
import { authenticationService } from '@smartkey/authentication-service';
import { contractService } from '@smartkey/contract-service';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { migrate } from '@smartkey/database';
import { deviceRegistryService } from '@smartkey/device-registry-service';
import { EmbeddedEventBus, FeedDirectory } from '@smartkey/event-bus';
import { allDone, Closers } from '@smartkey/lifecycle';
import { gatewayMigrations, openOperatorKey, startGateway } from '@smartkey/gateway-service';
import type { Environment } from '@smartkey/configuration';
import { mailSettings, openMailer } from '@smartkey/mail';
import { fileLimitSetting, startPortal } from '@smartkey/portal-service';
import {
  CLOCK_MIGRATION,
  createLog,
  createService,
  measureDatabase,
  openClock,
  openProvedLog,
  PeerDirectory,
  type Running,
  type Service,
  serviceLogs,
  startTracing,
} from '@smartkey/runtime';
import { openKeyMaterial, openSecrets } from '@smartkey/secrets';
import { Registry } from 'prom-client';
import { provedSettings } from './proved-settings.ts';
import { holdAlone, openServer } from './server.ts';

export interface StandaloneOptions {
  /** What would be environment variables of the program (default: its own). */
  readonly environment?: Environment;
}

/** Services listen here, on any free port: only the gateway is for others. */
const LOOPBACK = '127.0.0.1';
const SERVICES = [contractService, deviceRegistryService, authenticationService, billingService];

/**
 * Starts the six Nest applications of the system in one process: on the embedded database in the data folder, or on a
 * PostgreSQL server where `DATABASE_URL` names one.
 * @returns the gateway's URL, and how to stop it all.
 * @throws ConfigurationError and its like, naming what cannot be used.
 */
export async function startStandalone(options: StandaloneOptions = {}): Promise<Running> {
  const environment = options.environment ?? process.env;
  const { settings, gatewaySettings, place } = await provedSettings(environment, SERVICES);
  const mails = mailSettings(environment, settings.dataDir);
  const log = createLog(settings.logLevel);
  const metrics = new Registry();
  const closers = new Closers();
  try {
    const logs = await serviceLogs(environment);
    const tracing = await startTracing('standalone', environment, log);
    closers.add('tracing', () => tracing.stop());
    const server = await openServer(settings, log);
    closers.add('the database', () => server.close());
    closers.add('the figures of the database', measureDatabase(metrics, server));
    closers.add('the hold on the database', await holdAlone(server));
    // Closed before the database, which it needs for that.
    closers.add('the logs', () => logs.close());

    const shared = await server.database('standalone');
    await migrate(shared, [CLOCK_MIGRATION], 'clock');
    const [begun] = await shared.query('select 1 from business_clock');
    const material = await openKeyMaterial({
      dataDir: settings.dataDir,
      env: environment,
      create: begun === undefined,
    });
    const clock = await openClock(shared, settings.clock);
    const feeds = new FeedDirectory();
    const bus = new EmbeddedEventBus(feeds, { log });
    closers.add('the bus', () => bus.close());

    const parts = {
      server,
      logs,
      clock,
      clockSettings: settings.clock,
      material,
      checkpointFolder: join(settings.dataDir, 'checkpoints'),
      feeds,
      bus,
      peers: new PeerDirectory(),
      log,
      metrics,
      variables: environment,
      host: LOOPBACK,
      watermarkMillis: settings.watermarkMillis,
    };
    // Side by side: much of a start is waiting for the database.
    const opening = await Promise.allSettled(SERVICES.map((service) => createService(service, parts)));
    for (const opened of opening)
      if (opened.status === 'fulfilled') {
        const { name, stop } = opened.value;
        closers.add(name, stop);
      }
    const services = opening.map((opened) => {
      if (opened.status === 'rejected') throw opened.reason;
      return opened.value;
    });
    const [contract, registry, authentication, billing] = services as [Service, Service, Service, Service];
    closers.add('the services’ doors', () => allDone(services.map((service) => service.stopListening())));
    for (const service of services) await service.run();

    const database = await server.database('gateway');
    const { secretBox, subjectKeys } = await openSecrets({ database, service: 'gateway', material });
    await migrate(database, gatewayMigrations, 'gateway', { secretBox });
    // The pages speak to the gateway as anybody does, and the gateway hands their visitors on: each needs to know where the other is.
    const visitorToken = gatewaySettings.visitorToken ?? randomBytes(32).toString('base64url');
    const door: { url: string; publicUrl: string } = { url: '', publicUrl: '' };
    const portal = await startPortal({
      gatewayUrl: () => door.url,
      publicUrl: () => door.publicUrl,
      token: visitorToken,
      fileLimit: fileLimitSetting(environment),
      sandbox: settings.clock.mode === 'sandbox',
      log: log.child({ service: 'portal' }),
      metrics,
      host: LOOPBACK,
      port: 0,
    });
    closers.add('the portal', () => portal.close());
    const gateway = await startGateway({
      settings: { ...gatewaySettings, portalUrl: portal.url, visitorToken },
      operatorKey: await openOperatorKey({
        fromEnvironment: gatewaySettings.operatorKey,
        dataDir: settings.dataDir,
        ...(process.stderr.isTTY ? { announce: (text) => void process.stderr.write(`${text}\n`) } : {}),
      }),
      services: {
        contract: contract.url,
        'device-registry': registry.url,
        authentication: authentication.url,
        billing: billing.url,
      },
      within: {
        contract: () => contract.connect(),
        'device-registry': () => registry.connect(),
        authentication: () => authentication.connect(),
        billing: () => billing.connect(),
      },
      internalToken: material.internalToken,
      database,
      secretBox,
      subjectKeys,
      lookupKey: material.lookupKey,
      openProvedLog: (own) => openProvedLog({ ...own, service: 'gateway', log, metrics }, parts),
      mailer: openMailer(mails),
      mailsBySmtp: 'smtp' in mails.way,
      clock,
      log: log.child({ service: 'gateway' }),
      metrics,
      ...place,
      alone: true,
    });
    closers.add('the gateway', () => gateway.close());
    door.url = gateway.url;
    door.publicUrl = gateway.publicUrl;
    // Only a terminal shows it to nobody else: elsewhere output is kept.
    const link = process.stdout.isTTY ? await gateway.firstLink() : undefined;
    const notes = [`Portal: ${gateway.publicUrl}/portal`];
    if (link !== undefined) notes.push(`First sign-in (once, within 15 minutes): ${link}`);
    return {
      url: gateway.url,
      notes,
      stop: () => closers.close(),
    };
  } catch (error) {
    throw await closers.closeAfter(error);
  }
}
