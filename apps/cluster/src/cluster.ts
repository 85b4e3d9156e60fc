import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import { closedFolder } from '@smartkey/files';
import { DATA_FOLDER_MARKS, folderKind, openPostgres } from '@smartkey/database';
import { type ServiceName, SERVICES } from '@smartkey/event-bus';
import { ConfigurationError, type Environment, setting } from '@smartkey/configuration';
import { createTopics, openKafka } from '@smartkey/kafka';
import { kafkaSettings, topicPlan } from '@smartkey/kafka/offline';
import { openOperatorKey } from '@smartkey/gateway-service';
import { allDone, Closers } from '@smartkey/lifecycle';
import {
  commonSettings,
  createLog,
  dataFolderError,
  instancesVariable,
  listeningSettings,
  proveDataFolder,
  proveListening,
  urlOf,
  urlVariable,
} from '@smartkey/runtime';
import { openKeyMaterial } from '@smartkey/secrets';
import { ClusterFile, freePort } from '@smartkey/servers';
import type { Logger } from 'pino';
import { clearFormerCluster } from './former-cluster.ts';
import { FrontDoor } from './front-door.ts';
import { proveSettings } from './prove-settings.ts';
import { SupervisedProcess } from './supervised-process.ts';
import { brokersSetting, startBrokers, startDatabase } from './start-servers.ts';
import { startWitness, type Tell } from './start-witness.ts';

const ROOT = join(import.meta.dirname, '../../..');
const LOOPBACK = '127.0.0.1';
const INSTANCES = 2;
/** For each of the programs to end by itself, then for Kafka to hand over and PostgreSQL to write its checkpoint (system time). */
const STOP_MILLIS = 60_000;

/** The whole as separate processes. */
export interface Cluster {
  /** Of the gateway. */
  readonly url: string;
  /** `host:port`, several between commas. */
  readonly brokers: string;
  readonly operatorKey: string;
  stop(): Promise<void>;
}

/**
 * Starts the distributed whole on this machine: Kafka, PostgreSQL and a witness where `KAFKA_BROKERS`, `DATABASE_URL` and `SMARTKEY_WITNESS_URL` do
 * not name others, two processes of each service, the portal and the gateway. What runs stands in `cluster.json` in the data folder.
 * @throws ConfigurationError and its like, naming what cannot be used.
 */
export async function startCluster(env: Environment): Promise<Cluster> {
  const settings = commonSettings(env);
  const log = createLog(settings.logLevel).child({ service: 'cluster' });
  const dataDir = resolve(settings.dataDir);
  const { host, port } = listeningSettings(env);
  await proveSettings(env);
  const brokerCount = brokersSetting(env);
  await makeDataDir(dataDir, log);
  if (setting(env, 'DATABASE_URL') === undefined) refuseOthersFolder(dataDir);
  await clearFormerCluster({ dataDir, root: ROOT, log });
  await proveListening({ host, port });
  const file = new ClusterFile(dataDir);
  const tell: Tell = (name, part) => {
    try {
      file.tellPart(name, part);
    } catch (error) {
      log.error({ err: error, part: name }, 'cluster.json does not tell of a change');
    }
  };
  const closers = new Closers();
  closers.add('cluster.json', () => file.remove());
  const stop = (): Promise<void> => closers.close(STOP_MILLIS);
  const servers = { env, dataDir, tell, log, closers };
  try {
    const [brokers, databaseUrl] = await bothOrNone(
      startBrokers(brokerCount, servers),
      startDatabase(servers),
    );
    await makeTopics({ ...env, KAFKA_BROKERS: brokers }, log, Math.min(3, brokerCount));
    file.tell({ brokers, databaseUrl: withoutPassword(databaseUrl) });
    const keysGiven = setting(env, 'SMARTKEY_INTERNAL_TOKEN') !== undefined;
    const material = await openKeyMaterial({
      dataDir,
      env,
      create: !keysGiven && !(await hasData(databaseUrl)),
    });
    const operatorKey = await openOperatorKey({
      fromEnvironment: setting(env, 'SMARTKEY_OPERATOR_KEY'),
      dataDir,
      ...(process.stderr.isTTY ? { announce: (text) => void process.stderr.write(`${text}\n`) } : {}),
    });
    const witness = await startWitness(env, { dataDir, material, tell, log, closers });
    const shared: NodeJS.ProcessEnv = {
      ...env,
      ...witness,
      KAFKA_BROKERS: brokers,
      DATABASE_URL: databaseUrl,
      SMARTKEY_DATA_DIR: dataDir,
      SMARTKEY_OPERATOR_KEY: operatorKey,
      SMARTKEY_CHECKPOINT_DIR: setting(env, 'SMARTKEY_CHECKPOINT_DIR') ?? join(dataDir, 'checkpoints'),
      ...(keysGiven
        ? {}
        : { SMARTKEY_KEY_FILE: resolve(env['SMARTKEY_KEY_FILE'] || join(dataDir, 'keys.json')) }),
      // Without it each program would take the time of its own start.
      ...(settings.clock.mode === 'sandbox'
        ? { SMARTKEY_CLOCK_START: settings.clock.start ?? new Date().toISOString() }
        : {}),
    };
    const { addresses, ports } = await openDoors(closers);
    const services = SERVICES.map((service) =>
      ports.get(service)!.map(
        (instancePort, number) =>
          new SupervisedProcess({
            name: `${service} ${number + 1}`,
            main: join(ROOT, `apps/${service}/dist/main.js`),
            environment: { ...shared, ...addresses, PORT: String(instancePort), SMARTKEY_HOST: LOOPBACK },
            log,
            onChange: (state) =>
              tell(`${service} ${number + 1}`, { ...state, url: `http://${LOOPBACK}:${instancePort}` }),
          }),
      ),
    );
    const gatewayPort = port === 0 ? await freePort() : port;
    const url = urlOf({ host, port: gatewayPort });
    const portalPort = await freePort();
    const portalUrl = `http://${LOOPBACK}:${portalPort}`;
    const pages = {
      SMARTKEY_PUBLIC_URL: setting(env, 'SMARTKEY_PUBLIC_URL') ?? `http://localhost:${gatewayPort}`,
      SMARTKEY_VISITOR_TOKEN: setting(env, 'SMARTKEY_VISITOR_TOKEN') ?? randomBytes(32).toString('base64url'),
    };
    const portal = new SupervisedProcess({
      name: 'portal',
      main: join(ROOT, 'apps/portal/dist/main.js'),
      // Of the whole it is told where the gateway is, and nothing that opens anything.
      environment: {
        ...environmentOfPages(env),
        ...pages,
        SMARTKEY_GATEWAY_URL: url,
        PORT: String(portalPort),
        SMARTKEY_HOST: LOOPBACK,
      },
      log,
      onChange: (state) => tell('portal', { ...state, url: portalUrl }),
    });
    const gateway = new SupervisedProcess({
      name: 'gateway',
      main: join(ROOT, 'apps/gateway/dist/main.js'),
      environment: {
        ...shared,
        ...addresses,
        ...pages,
        SMARTKEY_PORTAL_URL: portalUrl,
        PORT: String(gatewayPort),
        SMARTKEY_HOST: host,
      },
      log,
      onChange: (state) => tell('gateway', { ...state, url }),
    });
    closers.add('the services', () => allDone(services.flat().map((each) => each.stop())));
    await Promise.all(services.flat().map((each) => each.start()));
    closers.add('the portal', () => portal.stop());
    await portal.start();
    closers.add('the gateway', () => gateway.stop());
    await gateway.start();
    file.tell({ url });
    return { url, brokers, operatorKey, stop };
  } catch (error) {
    throw await closers.closeAfter(error, STOP_MILLIS);
  }
}

/** What the pages' process gets of this one's environment. */
function environmentOfPages(env: Environment): NodeJS.ProcessEnv {
  const names = [
    'PATH',
    'SMARTKEY_CLOCK',
    'SMARTKEY_CSV_LIMIT',
    'SMARTKEY_LOG_LEVEL',
    'OTEL_EXPORTER_OTLP_ENDPOINT',
  ];
  return Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}

/** What others may read of the address of the database. */
function withoutPassword(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  url.password = '';
  url.searchParams.delete('password');
  return url.href;
}

/** Others may walk through it where root runs this, for PostgreSQL then runs as another; what lies in it is closed to them. */
async function makeDataDir(dataDir: string, log: Logger): Promise<void> {
  await closedFolder(dataDir, {
    mode: process.getuid?.() === 0 ? 0o711 : 0o700,
    marks: [...DATA_FOLDER_MARKS, 'kafka', 'cluster.json'],
    warn: (message) => log.warn({ folder: dataDir }, message),
  }).catch((error: unknown) => {
    throw dataFolderError(dataDir, error);
  });
  await proveDataFolder(dataDir);
}

/** Waits for both also where one fails: what the other has started must be known to be ended. */
async function bothOrNone<A, B>(one: Promise<A>, other: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([one, other]);
  return Promise.all([one, other]);
}

/** A server is not made in the midst of another database's files. @throws ConfigurationError */
export function refuseOthersFolder(dataDir: string): void {
  const kind = folderKind(dataDir);
  if (kind === 'none' || kind === 'cluster') return;
  const found = kind === 'embedded' ? 'the embedded database of npm start' : 'another database';
  throw new ConfigurationError('SMARTKEY_DATA_DIR', `holds ${found}: name another folder`);
}

/** Makes the topics that are missing, in the brokers that the environment names. */
async function makeTopics(env: Environment, log: Logger, copies: number): Promise<void> {
  const settings = kafkaSettings(env, 'smartkey-topics')!;
  await createTopics(await openKafka(settings, log), settings, topicPlan(env, copies));
}

/** Whether somebody has worked with this database: fresh keys would open nothing of it. */
async function hasData(databaseUrl: string): Promise<boolean> {
  const server = await openPostgres(databaseUrl, { max: 1 });
  try {
    const database = await server.database('public');
    const rows = await database.query(
      `select 1 from information_schema.tables where table_schema = 'contract' and table_name = 'business_clock'`,
    );
    return rows.length > 0;
  } finally {
    await server.close();
  }
}

/** An address for each service, and ports for its instances. */
async function openDoors(closers: Closers): Promise<{
  readonly addresses: Readonly<Record<string, string>>;
  readonly ports: ReadonlyMap<ServiceName, readonly number[]>;
}> {
  const addresses: Record<string, string> = {};
  const ports = new Map<ServiceName, readonly number[]>();
  for (const service of SERVICES) {
    const own: number[] = [];
    for (let instance = 0; instance < INSTANCES; instance += 1) own.push(await freePort());
    const door = await FrontDoor.open(own);
    closers.add(`the door of ${service}`, () => door.close());
    ports.set(service, own);
    addresses[urlVariable(service)] = door.url;
    addresses[instancesVariable(service)] = own.map((each) => `http://${LOOPBACK}:${each}`).join();
  }
  return { addresses, ports };
}
