import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { readable } from '@smartkey/lifecycle';

/** Whether a process runs or could, if it is paused. One that has ended and that nobody asked about yet does not. */
export const isAlive = (pid: number): boolean => signalled(pid, 0) && !hasEnded(pid);

/** SIGKILL to a process, and to its whole group where it leads one; answers when it has ended. */
export async function killWhole(pid: number): Promise<void> {
  signalled(-pid, 'SIGKILL');
  signalled(pid, 'SIGKILL');
  while (isAlive(pid)) await pause(20);
}

/** @returns false where there is no such process or group. */
const signalled = (pid: number, signal: NodeJS.Signals | 0): boolean =>
  readable(() => process.kill(pid, signal), 'ESRCH') ?? false;

/** An orphan stays a zombie where the first process of a container asks about nobody. Linux only; elsewhere init does. */
function hasEnded(pid: number): boolean {
  const stat = readable(() => readFileSync(`/proc/${pid}/stat`, 'latin1'), 'ENOENT', 'ESRCH');
  return stat !== undefined && /\) Z /.test(stat);
}
