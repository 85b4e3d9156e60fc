import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ApiClient } from '@smartkey/api-client';
import { OperatorError } from '@smartkey/lifecycle';
import { endBy, isRunning, ownProcess } from '@smartkey/servers';

export const ROOT = join(import.meta.dirname, '../../../../..');
/**
 * Options of Node.js for programs that tests start: WebAssembly by its first compiler alone, where the tests themselves are run so
 * (scripts/test.mjs). To compile the embedded database for many minutes of work is a third of a start; a bench is run without.
 */
export const NODE_FLAGS: readonly string[] = process.execArgv.filter((word) => word === '--liftoff-only');
export const OPERATOR_KEY = 'operator-key-of-an-end-to-end-test';

/** A program has ended before it was ready: what was wrong it has said itself. */
class SystemNotReadyError extends OperatorError {
  override readonly name = 'SystemNotReadyError';
}

/** Also of everything that it has written. */
const closed = async (child: ChildProcess): Promise<void> => {
  if (isRunning(child)) await once(child, 'close');
};

/** Characters of stderr that are kept: all that a start at level debug says, every route among it, and what a test asks for behind that. */
const MOST_WORDS = 500_000;

/** A program of the repository as a process of its own on a data folder, the way its users start it. */
export class Program {
  #process: ChildProcess | undefined;
  #url = '';
  #errors = '';

  /**
   * @param main the compiled program, from the root of the repository
   * @param environment goes over the defaults: any free port, sandbox clock, the tests' operator key
   */
  constructor(
    private readonly main: string,
    private readonly environment: Readonly<Record<string, string | undefined>>,
    readonly dataFolder: string,
  ) {}

  /** Starts the process (again), and waits until it says that it is ready. */
  async resume(): Promise<void> {
    const child = ownProcess(
      spawn(process.execPath, [...NODE_FLAGS, join(ROOT, this.main)], {
        cwd: ROOT,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          PATH: process.env['PATH'],
          PORT: '0',
          SMARTKEY_DATA_DIR: this.dataFolder,
          SMARTKEY_OPERATOR_KEY: OPERATOR_KEY,
          SMARTKEY_CLOCK: 'sandbox',
          SMARTKEY_CLOCK_START: '2018-01-01T00:00:00Z',
          SMARTKEY_LOG_LEVEL: 'warn',
          ...this.environment,
        },
      }),
    );
    this.#process = child;
    child.stderr!.on(
      'data',
      (chunk: Buffer) => (this.#errors = (this.#errors + String(chunk)).slice(-MOST_WORDS)),
    );
    const ready = (async () => {
      for await (const line of createInterface({ input: child.stdout! })) {
        const url = /https?:\/\/\S+/.exec(line)?.[0];
        if (url !== undefined) return url.replace(/\/$/, '');
      }
      // Its last words may arrive after the end of its answers.
      await closed(child);
      throw new SystemNotReadyError(`the system ended before it was ready: ${this.#errors.trim()}`);
    })();
    this.#url = await ready;
    child.stdout!.resume();
  }

  get url(): string {
    return this.#url;
  }

  /** Of the process, while it runs. */
  get processId(): number | undefined {
    return this.#process?.pid;
  }

  /** What the process wrote to stderr, its end at least. */
  get errors(): string {
    return this.#errors;
  }

  /** The operator's client. */
  get operator(): ApiClient {
    return new ApiClient(this.#url, OPERATOR_KEY);
  }

  /** Waits until the process has ended by itself. */
  async ended(): Promise<void> {
    await closed(this.#process!);
  }

  /** SIGKILL: nothing gets a chance to tidy up. */
  async kill(): Promise<void> {
    await endBy(this.#process, 'SIGKILL');
  }

  /** SIGTERM. @returns the exit code. */
  async stop(): Promise<number | null> {
    return endBy(this.#process, 'SIGTERM');
  }
}
