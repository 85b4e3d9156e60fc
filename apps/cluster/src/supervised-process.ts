import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { ended, Loop, OperatorError } from '@smartkey/lifecycle';
import { isRunning, ownProcess } from '@smartkey/servers';
import type { Logger } from 'pino';

export interface ProgramOptions {
  readonly name: string;
  /** The compiled program. */
  readonly main: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly log: Logger;
  /** System time for it to end by itself when it is told to stop; default 20 s. */
  readonly stopMillis?: number;
  /** Hears of each start, of the program's word that it is ready, and of its end (no pid). */
  readonly onChange?: (state: { readonly pid?: number; readonly ready: boolean }) => void;
}

/** The program ended before it was ready for the first time; what was wrong it has said itself. */
export class ProgramFailedError extends OperatorError {
  override readonly name = 'ProgramFailedError';
}

/** One that lived so long starts again at once. */
const STEADY_MILLIS = 30_000;

/** One program of the system as a process of its own: started again whenever it ends, until it is told to stop. */
export class SupervisedProcess {
  #child: ChildProcess | undefined;
  readonly #watch: Loop;
  /** Started already, for the first turn of the watch. */
  #first: ChildProcess | undefined;
  /** Of the process that was started last: whether it has come to be ready. */
  #ready: Promise<boolean> = Promise.resolve(false);

  constructor(private readonly options: ProgramOptions) {
    const { name, log } = options;
    this.#watch = new Loop({
      turn: () => this.#untilItsEnd(),
      periodMillis: 0,
      backoff: { firstMillis: 200, mostMillis: 10_000 },
      steadyMillis: STEADY_MILLIS,
      keepsAlive: true,
      tell: (error) => {
        const { code, signal } = error as ProgramEndedError;
        log.warn({ program: name, code, signal }, 'a program ended, to be started again');
      },
      over: (starts) => log.info({ program: name, starts }, 'a program that had ended is ready again'),
    });
  }

  /** Of the process that runs now. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Answers when the program has said that it is ready. @throws ProgramFailedError */
  async start(): Promise<void> {
    const child = this.#spawn();
    if (!(await this.#ready)) throw new ProgramFailedError(`${this.options.name} could not start`);
    this.#first = child;
    this.#watch.start();
  }

  async stop(): Promise<void> {
    const watched = this.#watch.stop();
    const child = this.#child;
    if (child !== undefined && isRunning(child)) {
      child.kill('SIGTERM');
      // One that was paused hears it only when it goes on.
      child.kill('SIGCONT');
      const patience = setTimeout(() => child.kill('SIGKILL'), this.options.stopMillis ?? 20_000);
      await exited(child);
      clearTimeout(patience);
    }
    await watched;
  }

  #spawn(): ChildProcess {
    const child = ownProcess(
      spawn(process.execPath, [this.options.main], {
        env: this.options.environment,
        stdio: ['ignore', 'pipe', 'inherit'],
      }),
    );
    this.#child = child;
    const { name, log, onChange } = this.options;
    child.on('error', (error) => log.error({ err: error, program: name }, 'not started yet'));
    onChange?.({ ...(child.pid === undefined ? {} : { pid: child.pid }), ready: false });
    const end = exited(child).then(() => (onChange?.({ ready: false }), false));
    this.#ready = Promise.race([saidReady(child), end]);
    void this.#ready.then((ready) => {
      if (!ready || !isRunning(child)) return;
      this.#watch.going();
      onChange?.({ pid: child.pid!, ready });
    });
    return child;
  }

  /** @throws ProgramEndedError, for it should never end. */
  async #untilItsEnd(): Promise<void> {
    const child = this.#first ?? this.#spawn();
    this.#first = undefined;
    await exited(child);
    throw new ProgramEndedError(child.exitCode, child.signalCode);
  }
}

class ProgramEndedError extends Error {
  override readonly name = 'ProgramEndedError';
  constructor(
    readonly code: number | null,
    readonly signal: NodeJS.Signals | null,
  ) {
    super('a program ended');
  }
}

/** Also where it could not be started at all. */
async function exited(child: ChildProcess): Promise<void> {
  if (!isRunning(child)) return;
  // One that could not be started says so by an error, which is logged where it is started.
  await ended(once(child, 'exit'));
}

/** True once it has printed a line; never where it ends without one. */
async function saidReady(child: ChildProcess): Promise<true> {
  await once(createInterface({ input: child.stdout! }), 'line');
  return true;
}
