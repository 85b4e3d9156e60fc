import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chown, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closedFolder } from '@smartkey/files';
import { OperatorError } from '@smartkey/lifecycle';
import { freePort } from './free-port.ts';
import { type PostgresBinaries, postgresBinaries, serverUser } from './postgres-binaries.ts';

/** PostgreSQL cannot be had or does not start on this machine. */
class PostgresUnavailableError extends OperatorError {
  override readonly name = 'PostgresUnavailableError';
}

/** One PostgreSQL server, a process of its own on the loopback interface, that keeps its data: fsync is on. */
export class PostgresServer {
  #process: ChildProcess | undefined;

  private constructor(
    private readonly binaries: PostgresBinaries,
    private readonly data: string,
    private readonly password: string,
    readonly port: number,
    private readonly onSpawn: ((pid: number | undefined) => void) | undefined,
  ) {}

  /** Of the process that was started last. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  get url(): string {
    return `postgres://postgres:${this.password}@127.0.0.1:${this.port}/postgres`;
  }

  /**
   * Makes a new server in the folder where there is none, starts it and waits until it takes connections.
   * @param folder where it keeps its data; run by root, the server is `nobody` and must be able to get there.
   * @param onSpawn hears the id of each process that is started, before it is ready.
   * @throws PostgresUnavailableError
   */
  static async start(folder: string, onSpawn?: (pid: number | undefined) => void): Promise<PostgresServer> {
    const binaries = await postgresBinaries().catch((cause: unknown) => {
      throw new PostgresUnavailableError('the programs of the embedded PostgreSQL are not installed', {
        cause,
      });
    });
    const { uid, gid } = serverUser();
    await closedFolder(folder, { marks: ['password'], warn: (message) => process.emitWarning(message) });
    if (uid !== undefined && gid !== undefined) await chown(folder, uid, gid);
    const data = join(folder, 'data');
    const passwordFile = join(folder, 'password');
    if (!existsSync(join(data, 'PG_VERSION'))) {
      await writeFile(passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600 });
      if (uid !== undefined && gid !== undefined) await chown(passwordFile, uid, gid);
      await initialise(binaries, data, passwordFile);
    }
    const password = (await readFile(passwordFile, 'utf8')).trim();
    const server = new PostgresServer(binaries, data, password, await freePort(), onSpawn);
    await server.resume();
    return server;
  }

  /** Starts the process (again) on the same data. @throws PostgresUnavailableError */
  async resume(): Promise<void> {
    const settings = {
      port: String(this.port),
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      max_connections: '300',
      shared_buffers: '128MB',
    };
    const child = launch(this.binaries.postgres, [
      '-D',
      this.data,
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ]);
    this.#process = child;
    this.onSpawn?.(child.pid);
    const said = wordsOf(child);
    await new Promise<void>((resolve, reject) => {
      child.stderr!.on('data', () => said().includes('ready to accept connections') && resolve());
      child.once('exit', (code) =>
        reject(new PostgresUnavailableError(`PostgreSQL ended with ${code}: ${lastLineOf(said())}`)),
      );
      child.once('error', (cause) =>
        reject(new PostgresUnavailableError(`PostgreSQL could not be started: ${cause.message}`, { cause })),
      );
    });
  }

  /** Ends the sessions and the server, its data written. */
  async stop(): Promise<void> {
    await this.#end('SIGINT');
  }

  /** As a crash does it. */
  async kill(): Promise<void> {
    await this.#end('SIGQUIT');
  }

  /** Resolves when the process that runs now has ended, however it did. */
  async ended(): Promise<void> {
    const child = this.#process;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    await once(child, 'exit');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }
}

async function initialise({ initdb }: PostgresBinaries, data: string, passwordFile: string): Promise<void> {
  // Other users of the machine reach the loopback interface too.
  const authentication = ['-U', 'postgres', '-A', 'scram-sha-256', `--pwfile=${passwordFile}`];
  const child = launch(initdb, ['-D', data, ...authentication, '-E', 'UTF8', '--locale=C']);
  const said = wordsOf(child);
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new PostgresUnavailableError(`initdb ended with ${code}: ${lastLineOf(said())}`);
}

const launch = (program: string, parameters: readonly string[]): ChildProcess =>
  spawn(program, parameters, {
    ...serverUser(),
    cwd: tmpdir(),
    env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own: an interrupt at the terminal must not end it before the services that write to it.
    detached: true,
  });

/** A sentence is made of it. */
const lastLineOf = (words: string): string => words.trim().split('\n').at(-1) || 'it said nothing';

/** The last of what a program says. */
function wordsOf(child: ChildProcess): () => string {
  let words = '';
  const listen = (chunk: Buffer) => (words = (words + chunk.toString()).slice(-10_000));
  child.stdout!.on('data', listen);
  child.stderr!.on('data', listen);
  return () => words;
}
