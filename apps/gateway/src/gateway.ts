import { migrate } from '@smartkey/database';
import type { ServiceName } from '@smartkey/event-bus';
import {
  gatewayMigrations,
  openOperatorKey,
  readGatewaySettings,
  startGateway,
} from '@smartkey/gateway-service';
import { Closers } from '@smartkey/lifecycle';
import type { Environment } from '@smartkey/configuration';
import { mailSettings, openMailer } from '@smartkey/mail';
import {
  CLOCK_MIGRATION,
  createLog,
  instancesOf,
  openClock,
  openDatabaseServer,
  openProvedLog,
  proveListening,
  type Running,
  serviceSettings,
  startTracing,
  tracingSettings,
} from '@smartkey/runtime';
import { openKeyMaterial, openSecrets } from '@smartkey/secrets';
import { Registry } from 'prom-client';

/**
 * Runs the gateway by itself: on a PostgreSQL server, before services at the addresses that the environment names. Several
 * may run side by side; the first operator key is then `SMARTKEY_OPERATOR_KEY`.
 * @throws ConfigurationError and its like, naming the variable.
 */
export async function runGateway(env: Environment): Promise<Running> {
  const common = serviceSettings(env, 'gateway');
  const settings = readGatewaySettings(env);
  tracingSettings(env);
  const mails = mailSettings(env, common.dataDir);
  const log = createLog(common.logLevel).child({ service: 'gateway' });
  const metrics = new Registry();
  const closers = new Closers();
  try {
    const material = await openKeyMaterial({ dataDir: common.dataDir, env, create: false });
    const operatorKey = await openOperatorKey({ fromEnvironment: settings.operatorKey });
    await proveListening(common);
    const tracing = await startTracing('gateway', env, log);
    closers.add('tracing', () => tracing.stop());
    const server = await openDatabaseServer(common.databaseUrl, log);
    closers.add('the database', () => server.close());
    const database = await server.database('gateway');
    await migrate(database, [CLOCK_MIGRATION], 'clock');
    const { secretBox, subjectKeys } = await openSecrets({ database, service: 'gateway', material });
    await migrate(database, gatewayMigrations, 'gateway', { secretBox });
    const gateway = await startGateway({
      settings,
      operatorKey,
      services: Object.fromEntries(common.peers) as Record<ServiceName, string>,
      instances: instancesOf(env, common),
      internalToken: material.internalToken,
      database,
      secretBox,
      subjectKeys,
      lookupKey: material.lookupKey,
      openProvedLog: (own) =>
        openProvedLog({ ...own, service: 'gateway', log, metrics }, { variables: env, material }),
      mailer: openMailer(mails),
      mailsBySmtp: 'smtp' in mails.way,
      clock: await openClock(database, common.clock),
      log,
      metrics,
      host: common.host,
      port: common.port,
    });
    closers.add('the gateway', () => gateway.close());
    return { url: gateway.url, stop: () => closers.close() };
  } catch (error) {
    throw await closers.closeAfter(error);
  }
}
