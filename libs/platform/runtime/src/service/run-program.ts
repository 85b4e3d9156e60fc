import { writeSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { describeFailure, OperatorError, tellStacksOfSources } from '@smartkey/lifecycle';

/** What a program runs until it is told to stop. */
export interface Running {
  readonly url: string;
  /** Lines for people, printed below the URL. */
  readonly notes?: readonly string[];
  stop(): Promise<void>;
}

/** So long may a start still take that is not wanted any more (system time). */
const START_MILLIS = 9_000;

/**
 * The life of a program: prints the URL, one line, and what else people are told, once it is ready; stops cleanly on SIGTERM and SIGINT (exit code 0), also
 * while it starts; an unusable setting ends it with a sentence that names it (exit code 1), as does a part that did not close.
 * @param startMillis how long a start may go on after the signal, before it is left as it is.
 */
export async function runProgram(start: () => Promise<Running>, startMillis = START_MILLIS): Promise<void> {
  tellStacksOfSources();
  const stopped = new Promise<void>((resolve) => {
    process.once('SIGTERM', () => resolve());
    process.once('SIGINT', () => resolve());
  });
  try {
    const running = await started(start, stopped, startMillis);
    await stopped;
    await running.stop();
    process.exitCode = 0;
  } catch (error) {
    writeSync(2, `${describe(error)}\n`);
    process.exitCode = 1;
  }
  // What is still open, a connection of a client that keeps it, must not keep the program.
  process.exit();
}

/**
 * The life of a program that does its work and ends: a failure that people can put right ends it with its sentence (exit code 1), as
 * with those that stay.
 * @param work answers the exit code; 0 where it answers nothing.
 */
export async function runToItsEnd(work: () => Promise<number | void>): Promise<never> {
  tellStacksOfSources();
  let code: number;
  try {
    code = (await work()) ?? 0;
  } catch (error) {
    writeSync(2, `${describe(error)}\n`);
    code = 1;
  }
  process.exit(code);
}

async function started(
  start: () => Promise<Running>,
  stopped: Promise<void>,
  startMillis: number,
): Promise<Running> {
  let ready = false;
  const starting = start().finally(() => (ready = true));
  const unwanted = stopped.then(async () => {
    if (ready || startMillis === Number.POSITIVE_INFINITY) return starting;
    await pause(startMillis, undefined, { ref: false });
    throw new UnwantedStartError('told to stop, but it was still starting: ended as it was');
  });
  const running = await Promise.race([starting, unwanted]);
  writeSync(1, [running.url, ...(running.notes ?? []), ''].join('\n'));
  return running;
}

class UnwantedStartError extends OperatorError {
  override readonly name = 'UnwantedStartError';
}

function describe(error: unknown): string {
  const { suppressed } = (error ?? {}) as { readonly suppressed?: unknown };
  return describeFailure(error) + (suppressed instanceof Error ? `\n${suppressed.message}` : '');
}
