import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { OperatorError } from '@smartkey/lifecycle';
import { wordsOf } from './children.ts';
import { ownProcess } from './own-things.ts';
import { serverUser, type PostgresBinaries } from './postgres-binaries.ts';

/** PostgreSQL cannot be had or does not start on this machine. */
export class PostgresUnavailableError extends OperatorError {
  override readonly name = 'PostgresUnavailableError';
}

interface Detached {
  /** In a group of its own: an interrupt at the terminal does not end it before the services that write to it. */
  readonly detached?: boolean;
}

/**
 * Makes the files of a new server in a folder.
 * @param parameters of `initdb`, such as who may sign in how.
 * @throws PostgresUnavailableError
 */
export async function makeServerFiles(
  { initdb }: PostgresBinaries,
  data: string,
  parameters: readonly string[],
  { detached = false }: Detached = {},
): Promise<void> {
  const settings = ['-D', data, '-U', 'postgres', '-E', 'UTF8', '--locale=C'];
  const child = run(initdb, [...settings, ...parameters], detached);
  const said = wordsOf(child);
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new PostgresUnavailableError(`initdb ended with ${code}: ${lastLineOf(said())}`);
}

/** A server that follows another takes connections that only read. */
const READY = /ready to accept (?:read.only )?connections/;

/**
 * Starts a server on its files, on the loopback interface alone, and waits until it takes connections.
 * @param settings of the server, the port among them.
 * @param onSpawn hears of the process before it is ready.
 * @throws PostgresUnavailableError
 */
export async function launchServer(
  { postgres }: PostgresBinaries,
  data: string,
  settings: Readonly<Record<string, string>>,
  { onSpawn, detached = false }: Detached & { readonly onSpawn?: (child: ChildProcess) => void } = {},
): Promise<ChildProcess> {
  const all = { listen_addresses: '127.0.0.1', unix_socket_directories: '', ...settings };
  const named = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  // Killed, it would leave its shared memory behind.
  const child = run(postgres, ['-D', data, ...named], detached, 'SIGQUIT');
  onSpawn?.(child);
  const said = wordsOf(child);
  await new Promise<void>((resolve, reject) => {
    child.stderr!.on('data', () => READY.test(said()) && resolve());
    child.once('exit', (code) =>
      reject(new PostgresUnavailableError(`PostgreSQL ended with ${code}: ${lastLineOf(said())}`)),
    );
    child.once('error', (cause) =>
      reject(new PostgresUnavailableError(`PostgreSQL could not be started: ${cause.message}`, { cause })),
    );
  });
  return child;
}

/** @param signal that ends it where this program is ended; killed where missing. */
const run = (
  program: string,
  parameters: readonly string[],
  detached: boolean,
  signal?: NodeJS.Signals,
): ChildProcess =>
  ownProcess(
    spawn(program, parameters, {
      ...serverUser(),
      cwd: tmpdir(),
      env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached,
    }),
    signal,
  );

/** A sentence is made of it. */
const lastLineOf = (words: string): string => words.trim().split('\n').at(-1) || 'it said nothing';
