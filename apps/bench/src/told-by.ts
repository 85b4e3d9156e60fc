import { OperatorError } from '@smartkey/lifecycle';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** A process of the bench has ended without its figures: why, it has said itself. */
class BenchFailedError extends OperatorError {
  override readonly name = 'BenchFailedError';
}

/** What a forked process tells (`tellParent`) before it ends. @throws BenchFailedError */
export async function toldBy<Told>(child: ChildProcess, what: string): Promise<Told> {
  let told: Told | undefined;
  child.on('message', (message) => (told = message as Told));
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0 || told === undefined) throw new BenchFailedError(`${what} failed (${code})`);
  return told;
}

/** Tells the process that has forked this one. */
export const tellParent = (told: unknown): Promise<unknown> =>
  new Promise((sent) => process.send!(told, sent));
