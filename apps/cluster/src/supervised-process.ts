import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { Backoff } from '@smartkey/event-bus';
import type { Logger } from 'pino';

export interface ProgramOptions {
  readonly name: string;
  /** The compiled program. */
  readonly main: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly log: Logger;
}

/** The program ended before it was ready for the first time; what was wrong it has said itself. */
export class ProgramFailedError extends Error {
  override readonly name = 'UnusableSettingError';
}

/** System time. */
const STOP_MILLIS = 20_000;
/** One that lived so long starts again at once. */
const STEADY_MILLIS = 30_000;

/** One program of the system as a process of its own: started again whenever it ends, until it is told to stop. */
export class SupervisedProcess {
  #child: ChildProcess | undefined;
  readonly #stopping = new AbortController();
  #watch: Promise<void> | undefined;

  constructor(private readonly options: ProgramOptions) {}

  /** Of the process that runs now. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Answers when the program has said that it is ready. @throws ProgramFailedError */
  async start(): Promise<void> {
    const child = this.#spawn();
    const line = await Promise.race([firstLine(child), once(child, 'exit')]);
    if (typeof line !== 'string') throw new ProgramFailedError(`${this.options.name} could not start`);
    this.#watch = this.#restartWhenever(child);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    const child = this.#child;
    if (child !== undefined && isRunning(child)) {
      child.kill('SIGTERM');
      const patience = setTimeout(() => child.kill('SIGKILL'), STOP_MILLIS);
      await once(child, 'exit');
      clearTimeout(patience);
    }
    await this.#watch;
  }

  #spawn(): ChildProcess {
    const child = spawn(process.execPath, ['--enable-source-maps', this.options.main], {
      env: this.options.environment,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#child = child;
    return child;
  }

  async #restartWhenever(first: ChildProcess): Promise<void> {
    const backoff = new Backoff({ firstMillis: 200, mostMillis: 10_000 });
    for (let child = first; ; child = this.#spawn()) {
      const started = performance.now();
      if (isRunning(child)) await once(child, 'exit');
      if (this.#stopping.signal.aborted) return;
      const { name, log } = this.options;
      log.warn(
        { program: name, code: child.exitCode, signal: child.signalCode },
        'a program ended, to be started again',
      );
      if (performance.now() - started > STEADY_MILLIS) backoff.reset();
      await backoff.wait(this.#stopping.signal);
      if (this.#stopping.signal.aborted) return;
    }
  }
}

const isRunning = (child: ChildProcess): boolean => child.exitCode === null && child.signalCode === null;

async function firstLine(child: ChildProcess): Promise<string> {
  const lines = createInterface({ input: child.stdout! });
  const [line] = (await once(lines, 'line')) as [string];
  return line;
}

/** Starts a server again whenever it ends. @returns how to stop watching. */
export function keepUp(
  server: { ended(): Promise<void>; resume(): Promise<void> },
  name: string,
  log: Logger,
): () => void {
  let watching = true;
  const watch = async (): Promise<void> => {
    for (;;) {
      await server.ended();
      if (!watching) return;
      log.warn({ program: name }, 'a server ended, to be started again');
      await pause(500);
      if (!watching) return;
      await server
        .resume()
        .catch((error: unknown) => log.error({ err: error, program: name }, 'not started yet'));
    }
  };
  void watch();
  return () => void (watching = false);
}
