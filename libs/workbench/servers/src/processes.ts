import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { readable } from '@smartkey/lifecycle';

/** Whether a process runs or could, if it is paused. One that has ended and that nobody asked about yet does not. */
export const isAlive = (pid: number): boolean => signalled(pid, 0) && standingOf(pid)?.state !== 'Z';

/** SIGKILL to a process, and to its whole group where it leads one; answers when it has ended. */
export async function killWhole(pid: number): Promise<void> {
  signalled(-pid, 'SIGKILL');
  signalled(pid, 'SIGKILL');
  while (isAlive(pid)) await pause(20);
}

/** What a process has started, and what those have, whatever groups they are in. Linux only; elsewhere nothing is known. */
export function descendantsOf(pid: number): readonly number[] {
  const all = (readable(() => readdirSync('/proc'), 'ENOENT') ?? [])
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  const children = new Map<number, number[]>();
  for (const each of all) {
    const parent = standingOf(each)?.parent;
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), each]);
  }
  const found = [pid];
  // It grows as it is read.
  for (const each of found) found.push(...(children.get(each) ?? []));
  return found.slice(1);
}

/** @returns false where there is no such process or group. */
export const signalled = (pid: number, signal: NodeJS.Signals | 0): boolean =>
  readable(() => process.kill(pid, signal), 'ESRCH') ?? false;

/** An orphan stays a zombie where the first process of a container asks about nobody. Linux only; elsewhere init does. */
function standingOf(pid: number): { readonly state: string; readonly parent: number } | undefined {
  const stat = readable(() => readFileSync(`/proc/${pid}/stat`, 'latin1'), 'ENOENT', 'ESRCH');
  const [, state, parent] = /\) (\S) (\d+) /.exec(stat ?? '') ?? [];
  return state === undefined ? undefined : { state, parent: Number(parent) };
}
