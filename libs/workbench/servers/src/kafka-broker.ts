import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { closedFolder } from '@smartkey/files';
import { endBy, endOf, isRunning, wordsOf } from './children.ts';
import { freePort } from './free-port.ts';
import { KafkaUnavailableError, kafkaJars } from './kafka-jars.ts';
import { type KafkaNode, type KafkaPorts, kafkaProperties } from './kafka-properties.ts';
import { ownProcess } from './own-things.ts';
import { type KafkaSecrets, kafkaSecrets, type KafkaUser } from './kafka-secrets.ts';

const run = promisify(execFile);

export interface KafkaBrokerOptions {
  /** The repository (for the pinned jars). */
  readonly root: string;
  /** Where the broker keeps its log and its settings. */
  readonly folder: string;
  /** Client port; any free one where missing. */
  readonly port?: number;
  /** Hears the id of each process that is started, before it is ready. */
  readonly onSpawn?: (pid: number | undefined) => void;
  /** Opens listeners with TLS, and with TLS and a login, for this user besides the plain one. */
  readonly secured?: KafkaUser;
  /** Broker settings of Apache Kafka that go over ours. */
  readonly settings?: Readonly<Record<string, string>>;
  /** So long may its first start take; system time. */
  readonly patienceMillis?: number;
  /** Options of the Java machine over the heap's size; `QUICK_START` where missing. */
  readonly java?: readonly string[];
  /** As one of several (`KafkaBrokers`); alone where missing. */
  readonly among?: KafkaNode & { readonly clusterId: string };
}

/**
 * For a broker that lives minutes: the first compiler alone and one collector. A start and a first group take half of
 * the processor time then; a broker whose rate counts wants both compilers.
 */
const QUICK_START: readonly string[] = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];

/** System time. The machine may be busy, and a log that was not closed is looked through first. */
const START_MILLIS = 120_000;
/** It looks through its log at the next start then; nothing acknowledged is lost. */
const STOP_MILLIS = 15_000;

/** One Apache Kafka broker in KRaft mode, a process of its own on the loopback interface: for development and tests. */
export class KafkaBroker {
  #process: ChildProcess | undefined;
  #said = (): string => '';

  private constructor(
    private readonly classPath: string,
    private readonly settings: string,
    private readonly ports: KafkaPorts,
    private readonly secrets: KafkaSecrets | undefined,
    private readonly java: readonly string[],
    private readonly onSpawn: KafkaBrokerOptions['onSpawn'],
  ) {}

  /** Of the process that was started last. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  get port(): number {
    return this.ports.plain;
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** Where the secured broker speaks TLS; where it wants a login besides; and the file with its certificate. */
  get secured(): { readonly tls: string; readonly saslTls: string; readonly caFile: string } {
    const { tls, saslTls } = this.ports;
    if (this.secrets === undefined) throw new Error('this broker was started without secured listeners');
    return { tls: `127.0.0.1:${tls}`, saslTls: `127.0.0.1:${saslTls}`, caFile: this.secrets.caFile };
  }

  /** Formats a new folder where needed, starts the broker and waits until it takes connections. */
  static async start(options: KafkaBrokerOptions): Promise<KafkaBroker> {
    const { root, folder, port, secured, java = QUICK_START, onSpawn, among } = options;
    const classPath = join(await kafkaJars(root), '*');
    // The broker makes its files for everybody to read.
    await closedFolder(folder, {
      marks: ['server.properties'],
      warn: (message) => process.emitWarning(message),
    });
    const ports: KafkaPorts = {
      plain: port ?? (await freePort()),
      controller: among?.controllers[among.id - 1] ?? (await freePort()),
      ...(secured === undefined ? {} : { tls: await freePort(), saslTls: await freePort() }),
    };
    const secrets = secured === undefined ? undefined : await kafkaSecrets(folder, secured);
    const settings = join(folder, 'server.properties');
    const node = among ?? { id: 1, controllers: [ports.controller] };
    const properties = kafkaProperties(folder, ports, node, secrets, options.settings);
    await writeFile(settings, properties, { mode: 0o600 });
    // A folder that has been formatted keeps the cluster id that it got then, and its SCRAM users.
    if (!existsSync(join(folder, 'log/meta.properties')))
      await format(classPath, settings, among?.clusterId ?? newClusterId(), secured);
    const broker = new KafkaBroker(classPath, settings, ports, secrets, java, onSpawn);
    try {
      await broker.resume(options.patienceMillis ?? START_MILLIS);
    } catch (error) {
      await broker.kill();
      throw error;
    }
    return broker;
  }

  /**
   * Starts the process (again) on the same folder, and waits until it takes connections.
   * @param patienceMillis system time; as long as the process lives where missing: after a crash it looks through its whole log.
   * @throws KafkaUnavailableError where it has ended, or is not ready in time, and then goes on.
   */
  async resume(patienceMillis = Number.POSITIVE_INFINITY): Promise<void> {
    const child = ownProcess(
      spawn(
        'java',
        [
          '-Xmx512m',
          ...this.java,
          '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
          '-cp',
          this.classPath,
          'kafka.Kafka',
          this.settings,
        ],
        {
          stdio: ['ignore', 'pipe', 'pipe'],
          env: process.env,
          // A group of its own: an interrupt at the terminal must not end it before its clients.
          detached: true,
        },
      ),
    );
    this.#process = child;
    this.onSpawn?.(child.pid);
    this.#said = wordsOf(child);
    let failed: Error | undefined;
    child.once('error', (error) => (failed = error));
    const deadline = performance.now() + patienceMillis;
    while (!(await answers(this.port))) {
      if (failed !== undefined || !isRunning(child) || performance.now() > deadline)
        throw new KafkaUnavailableError(`the broker did not start: ${failed?.message ?? this.#lastWords()}`);
      await pause(100);
    }
  }

  /** In one line: a sentence is made of it. */
  #lastWords(): string {
    const lines = this.#said()
      .split('\n')
      .filter((line) => line.trim() !== '' && !/^\s+at /.test(line));
    return lines.slice(-3).join(' / ').slice(-1_000) || 'it said nothing';
  }

  /** Lets it hand over what it leads and close its log; one of several cannot where most of them are gone, and is killed then. */
  async stop(): Promise<void> {
    const child = this.#process;
    const patience = setTimeout(() => child?.kill('SIGKILL'), STOP_MILLIS);
    await endBy(child, 'SIGTERM');
    clearTimeout(patience);
  }

  /** SIGKILL, as a crash does it. */
  async kill(): Promise<void> {
    await endBy(this.#process, 'SIGKILL');
  }

  /** Resolves when the process that runs now has ended, however it did. */
  async ended(): Promise<void> {
    await endOf(this.#process);
  }
}

/** 128 bits in base64url, as Kafka makes them: one that began with a hyphen would be taken for an option. */
export function newClusterId(): string {
  const bytes = randomBytes(16);
  bytes[0]! &= 0x7f;
  return bytes.toString('base64url');
}

async function format(
  classPath: string,
  settings: string,
  clusterId: string,
  user: KafkaUser | undefined,
): Promise<void> {
  const tool = [
    ...QUICK_START,
    '-cp',
    classPath,
    'kafka.tools.StorageTool',
    'format',
    '-t',
    clusterId,
    '-c',
    settings,
  ];
  if (user !== undefined)
    for (const bits of ['256', '512'])
      tool.push('--add-scram', `SCRAM-SHA-${bits}=[name=${user.username},password=${user.password}]`);
  const formatting = run('java', tool, { env: process.env });
  ownProcess(formatting.child);
  await formatting.catch((cause: unknown) => {
    throw new KafkaUnavailableError(
      'the Kafka storage could not be formatted; is Java 17 or later installed?',
      { cause },
    );
  });
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
