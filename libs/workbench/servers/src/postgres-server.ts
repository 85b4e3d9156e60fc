import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chown, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { closedFolder } from '@smartkey/files';
import { endBy, endOf } from './children.ts';
import { freePort } from './free-port.ts';
import { type PostgresBinaries, postgresBinaries, serverUser } from './postgres-binaries.ts';
import { launchServer, makeServerFiles, PostgresUnavailableError } from './postgres-process.ts';

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
      // Other users of the machine reach the loopback interface too.
      const signIn = ['-A', 'scram-sha-256', `--pwfile=${passwordFile}`];
      await makeServerFiles(binaries, data, signIn, { detached: true });
    }
    const password = (await readFile(passwordFile, 'utf8')).trim();
    const server = new PostgresServer(binaries, data, password, await freePort(), onSpawn);
    await server.resume();
    return server;
  }

  /** Starts the process (again) on the same data. @throws PostgresUnavailableError */
  async resume(): Promise<void> {
    const settings = { port: String(this.port), max_connections: '300', shared_buffers: '128MB' };
    await launchServer(this.binaries, this.data, settings, {
      detached: true,
      onSpawn: (child) => {
        this.#process = child;
        this.onSpawn?.(child.pid);
      },
    });
  }

  /** Ends the sessions and the server, its data written. */
  async stop(): Promise<void> {
    await endBy(this.#process, 'SIGINT');
  }

  /** As a crash does it. */
  async kill(): Promise<void> {
    await endBy(this.#process, 'SIGQUIT');
  }

  /** Resolves when the process that runs now has ended, however it did. */
  async ended(): Promise<void> {
    await endOf(this.#process);
  }
}
