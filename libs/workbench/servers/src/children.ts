import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** Whether a process was started, and has not ended yet. */
export const isRunning = (child: ChildProcess | undefined): boolean =>
  child?.pid !== undefined && child.exitCode === null && child.signalCode === null;

/** Resolves when it has ended, however it did; at once where it does not run. @returns its exit code; null where a signal has ended it. */
export async function endOf(child: ChildProcess | undefined): Promise<number | null> {
  if (child !== undefined && isRunning(child)) await once(child, 'exit');
  return child?.exitCode ?? null;
}

/** Ends a process by a signal, and waits for that; one that has ended already is left. @returns as `endOf`. */
export function endBy(child: ChildProcess | undefined, signal: NodeJS.Signals): Promise<number | null> {
  const end = endOf(child);
  if (isRunning(child)) child?.kill(signal);
  return end;
}

/** What a program says from now on, both ways: the last of it. */
export function wordsOf(child: ChildProcess): () => string {
  let words = '';
  const listen = (chunk: Buffer) => (words = (words + chunk.toString()).slice(-10_000));
  child.stdout?.on('data', listen);
  child.stderr?.on('data', listen);
  return () => words;
}
