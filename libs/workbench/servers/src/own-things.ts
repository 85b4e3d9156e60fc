import type { ChildProcess } from 'node:child_process';
import { writeSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isRunning } from './children.ts';
import { descendantsOf, killWhole } from './processes.ts';

/**
 * What this program has started and made. Servers are in groups of their own, so that an interrupt does not end them before their clients: whoever ends the
 * program by a signal would leave them behind, with their folders.
 */
const processes = new Map<ChildProcess, NodeJS.Signals | undefined>();
const leftovers = new Set<() => Promise<unknown>>();
const folders = new Set<string>();
let ending: Promise<void> | undefined;

/** A server that was told to end in order is killed after so long (system time). */
const PATIENCE_MILLIS = 10_000;

/**
 * Ends with this program, with all that it has started.
 * @param signal ends it in order, and it sees to its own; killed where missing.
 */
export function ownProcess<Child extends ChildProcess>(child: Child, signal?: NodeJS.Signals): Child {
  if (!isRunning(child)) return child;
  processes.set(child, signal);
  child.once('exit', () => processes.delete(child));
  // Work that goes on while all is ended starts nothing any more.
  if (ending !== undefined) void ended(child, signal);
  return child;
}

/**
 * Taken away with this program, once its processes have ended, before its folders.
 * @returns what forgets it, for who has taken it away himself.
 */
export function ownLeftover(takeAway: () => Promise<unknown>): () => void {
  leftovers.add(takeAway);
  return () => void leftovers.delete(takeAway);
}

/** A new folder for temporary data, which `removeFolder` takes away. Run by root, PostgreSQL is another user, who must get through to its own in it. */
export async function ownFolder(prefix: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), prefix));
  folders.add(folder);
  if (process.getuid?.() === 0) await chmod(folder, 0o711);
  return folder;
}

/** Takes a folder away that nobody writes to any more, with all that is in it. */
export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  folders.delete(folder);
}

/**
 * The life of a long program that starts servers: whatever ends it, a signal in the middle of a start too, what it has started and made is gone behind it.
 * The exit code of a signal is 128 and its number; a second one changes nothing.
 * @param work as `runToItsEnd` takes it.
 */
export async function runAmongServers(work: () => Promise<number | void>): Promise<never> {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => endBy(signal));
  // Tests that start one server need nothing of what services run on.
  const { runToItsEnd } = await import('@smartkey/runtime');
  return runToItsEnd(async () => {
    try {
      return await work();
    } finally {
      // Its servers were taken from under it: what it says then is no fault of theirs, and the signal ends the program.
      if (ending !== undefined) await new Promise(() => undefined);
      await takeAllAway();
    }
  });
}

function endBy(signal: NodeJS.Signals): void {
  if (ending !== undefined) return;
  process.stderr.write(`${signal}: ends what was started, and takes it away\n`);
  ending = takeAllAway();
  ending.then(
    () => process.exit(128 + constants.signals[signal]),
    (error: unknown) => {
      writeSync(2, `${signal}: ${String(error)}\n`);
      process.exit(1);
    },
  );
}

async function takeAllAway(): Promise<void> {
  const removed: string[] = [];
  // What is still being started adds itself meanwhile.
  while (processes.size + leftovers.size + folders.size > 0) {
    await Promise.all([...processes].map(([child, signal]) => ended(child, signal)));
    for (const takeAway of leftovers) {
      await takeAway();
      leftovers.delete(takeAway);
    }
    for (const folder of folders) {
      await removeFolder(folder);
      removed.push(folder);
    }
  }
  // A call that was under way may have made one of them again.
  await pause(50);
  for (const folder of removed) await removeFolder(folder);
}

async function ended(child: ChildProcess, signal: NodeJS.Signals | undefined): Promise<void> {
  const pid = child.pid!;
  if (signal !== undefined) {
    child.kill(signal);
    const deadline = performance.now() + PATIENCE_MILLIS;
    while (isRunning(child) && performance.now() < deadline) await pause(20);
  }
  if (isRunning(child)) {
    const others = descendantsOf(pid);
    await killWhole(pid);
    await Promise.all(others.map(killWhole));
  }
  processes.delete(child);
}
