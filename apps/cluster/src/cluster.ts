import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { openPostgres } from '@smartkey/database';
import type { ServiceName } from '@smartkey/event-bus';
import { createTopics, kafkaClient, SERVICES } from '@smartkey/event-bus/kafka';
import { openOperatorKey } from '@smartkey/gateway-service';
import {
  commonSettings,
  createLog,
  type Environment,
  instancesVariable,
  kafkaSettings,
  portSetting,
  setting,
  topicPlan,
  urlVariable,
} from '@smartkey/runtime';
import { openKeyMaterial } from '@smartkey/secrets';
import { freePort, KafkaBroker, PostgresServer } from '@smartkey/servers';
import type { Logger } from 'pino';
import { FrontDoor } from './front-door.ts';
import { keepUp, SupervisedProcess } from './supervised-process.ts';

const ROOT = join(import.meta.dirname, '../../..');
const LOOPBACK = '127.0.0.1';
const INSTANCES = 2;

/** The whole as separate processes. */
export interface Cluster {
  /** Of the gateway. */
  readonly url: string;
  /** `host:port`, several between commas. */
  readonly brokers: string;
  readonly operatorKey: string;
  /** Process ids of the instances by service, and of the gateway. */
  pids(): ReadonlyMap<ServiceName | 'gateway', readonly number[]>;
  stop(): Promise<void>;
}

/**
 * Starts the distributed whole on this machine: Kafka and PostgreSQL where `KAFKA_BROKERS` and `DATABASE_URL` do not name others,
 * two processes of each service, and the gateway.
 * @throws ConfigurationError and its like, naming what cannot be used.
 */
export async function startCluster(env: Environment): Promise<Cluster> {
  const settings = commonSettings(env);
  const log = createLog(settings.logLevel).child({ service: 'cluster' });
  const dataDir = resolve(settings.dataDir);
  const port = portSetting(env, 3000);
  await makeDataDir(dataDir);
  const closers: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    const [brokers, databaseUrl] = await Promise.all([
      brokersOf(env, dataDir, log, closers),
      databaseOf(env, dataDir, log, closers),
    ]);
    await makeTopics({ ...env, KAFKA_BROKERS: brokers }, log);
    const { internalToken } = env['SMARTKEY_INTERNAL_TOKEN']
      ? { internalToken: undefined }
      : await openKeyMaterial({ dataDir, env, create: !(await hasData(databaseUrl)) });
    const operatorKey = await openOperatorKey({
      fromEnvironment: setting(env, 'SMARTKEY_OPERATOR_KEY'),
      dataDir,
      ...(process.stderr.isTTY ? { announce: (text) => void process.stderr.write(`${text}\n`) } : {}),
    });
    const shared: NodeJS.ProcessEnv = {
      ...env,
      KAFKA_BROKERS: brokers,
      DATABASE_URL: databaseUrl,
      SMARTKEY_DATA_DIR: dataDir,
      SMARTKEY_OPERATOR_KEY: operatorKey,
      ...(internalToken === undefined
        ? {}
        : { SMARTKEY_KEY_FILE: resolve(env['SMARTKEY_KEY_FILE'] || join(dataDir, 'keys.json')) }),
      // Each would take its own time of starting for it.
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
          }),
      ),
    );
    const gatewayPort = port === 0 ? await freePort() : port;
    const gatewayHost = setting(env, 'SMARTKEY_HOST') ?? LOOPBACK;
    const gateway = new SupervisedProcess({
      name: 'gateway',
      main: join(ROOT, 'apps/gateway/dist/main.js'),
      environment: { ...shared, ...addresses, PORT: String(gatewayPort), SMARTKEY_HOST: gatewayHost },
      log,
    });
    closers.push(async () => void (await Promise.all(services.flat().map((each) => each.stop()))));
    await Promise.all(services.flat().map((each) => each.start()));
    closers.push(() => gateway.stop());
    await gateway.start();
    return {
      url: `http://${gatewayHost.includes(':') ? `[${gatewayHost}]` : gatewayHost}:${gatewayPort}`,
      brokers,
      operatorKey,
      pids: () =>
        new Map([
          ...SERVICES.map((service, index) => [service, pidsOf(services[index]!)] as const),
          ['gateway', pidsOf([gateway])] as const,
        ]),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

const pidsOf = (processes: readonly SupervisedProcess[]): readonly number[] =>
  processes.map((each) => each.pid).filter((pid) => pid !== undefined);

/** Others may walk through it where root runs this, for PostgreSQL then runs as another; what lies in it is closed to them. */
async function makeDataDir(dataDir: string): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
}

async function brokersOf(
  env: Environment,
  dataDir: string,
  log: Logger,
  closers: (() => Promise<void>)[],
): Promise<string> {
  const given = setting(env, 'KAFKA_BROKERS');
  if (given !== undefined) return given;
  const broker = await KafkaBroker.start({ root: ROOT, folder: join(dataDir, 'kafka') });
  const letGo = keepUp(broker, 'kafka', log);
  closers.push(() => (letGo(), broker.stop()));
  return broker.address;
}

async function databaseOf(
  env: Environment,
  dataDir: string,
  log: Logger,
  closers: (() => Promise<void>)[],
): Promise<string> {
  const given = setting(env, 'DATABASE_URL');
  if (given !== undefined) return given;
  const server = await PostgresServer.start(join(dataDir, 'postgres'));
  const letGo = keepUp(server, 'postgres', log);
  closers.push(() => (letGo(), server.stop()));
  return server.url;
}

/** Makes the topics that are missing, in the brokers that the environment names. */
export async function makeTopics(env: Environment, log: Logger): Promise<void> {
  const settings = kafkaSettings(env, 'smartkey-topics')!;
  await createTopics(kafkaClient(settings, log), settings, topicPlan(env, 1));
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
async function openDoors(closers: (() => Promise<void>)[]): Promise<{
  readonly addresses: Readonly<Record<string, string>>;
  readonly ports: ReadonlyMap<ServiceName, readonly number[]>;
}> {
  const addresses: Record<string, string> = {};
  const ports = new Map<ServiceName, readonly number[]>();
  for (const service of SERVICES) {
    const own: number[] = [];
    for (let instance = 0; instance < INSTANCES; instance += 1) own.push(await freePort());
    const door = await FrontDoor.open(own);
    closers.push(() => door.close());
    ports.set(service, own);
    addresses[urlVariable(service)] = door.url;
    addresses[instancesVariable(service)] = own.map((each) => `http://${LOOPBACK}:${each}`).join();
  }
  return { addresses, ports };
}
