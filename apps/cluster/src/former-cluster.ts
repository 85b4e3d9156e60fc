import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { ConfigurationError } from '@smartkey/configuration';
import { readClusterFile, signalled } from '@smartkey/servers';
import type { Logger } from 'pino';
import { isOneOf, readable } from '@smartkey/lifecycle';

const run = promisify(execFile);

export interface FormerClusterOptions {
  readonly dataDir: string;
  /** The repository, whose programs the processes run. */
  readonly root: string;
  readonly log: Logger;
  /** System time for what is left to end by itself; default 20 s. */
  readonly patienceMillis?: number;
}

/**
 * Makes sure that nobody else works in the data folder: ends what a cluster has left that was killed, as `cluster.json` tells it.
 * A number that another program has got since then is left alone.
 * @throws ConfigurationError where that cluster runs.
 */
export async function clearFormerCluster(options: FormerClusterOptions): Promise<void> {
  const { dataDir, root, log } = options;
  const former = readClusterFile(dataDir);
  if (former === undefined) return;
  const { pid } = former;
  if (pid !== process.pid && (await runs(pid, join(root, 'apps/cluster/dist/main.js'))))
    throw new ConfigurationError('SMARTKEY_DATA_DIR', `is in use by the cluster with the process id ${pid}`);
  const left = Object.entries(former.parts).map(async ([name, part]) => {
    const mark = markOf(name, dataDir, root);
    if (part.pid === undefined || !(await runs(part.pid, mark))) return;
    log.warn({ program: name, pid: part.pid }, 'a killed cluster has left a process, which is ended');
    await end(part.pid, mark, name === 'postgres' ? 'SIGINT' : 'SIGTERM', options.patienceMillis ?? 20_000);
  });
  await Promise.all(left);
}

/** What stands in the command line of a part, and of no other program. */
function markOf(name: string, dataDir: string, root: string): string {
  if (name === 'kafka' || name === 'postgres') return join(dataDir, name);
  const broker = /^kafka (\d+)$/.exec(name)?.[1];
  if (broker !== undefined) return join(dataDir, 'kafka', broker, 'server.properties');
  return join(root, `apps/${name.replace(/ \d+$/, '')}/dist/main.js`);
}

async function end(pid: number, mark: string, signal: NodeJS.Signals, patienceMillis: number): Promise<void> {
  signalled(pid, signal);
  // One that was paused hears it only when it goes on.
  signalled(pid, 'SIGCONT');
  const until = performance.now() + patienceMillis;
  while (await runs(pid, mark)) {
    if (performance.now() > until) signalled(pid, 'SIGKILL');
    await pause(50);
  }
}

/** Whether a process of that number runs whose command line holds the mark. */
async function runs(pid: number, mark: string): Promise<boolean> {
  // No command line can be read of a process that has ended, nor of a zombie.
  const command = existsSync('/proc/self/cmdline')
    ? (readable(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8'), 'ENOENT', 'ESRCH') ?? '')
    : await run('ps', ['-ww', '-o', 'args=', '-p', String(pid)]).then(
        ({ stdout }) => stdout,
        (error: unknown) => {
          // `ps` ends with 1 where no process has the number.
          if (isOneOf(error, ['1'])) return '';
          throw error;
        },
      );
  return command.includes(mark);
}
