import { whileOpen } from '@smartkey/lifecycle';
import { ownProcess } from '@smartkey/servers';
import { fork } from 'node:child_process';
import { arch, cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { BY_PROCESSOR, type Measured } from './measure.ts';
import { ofRuns, type OfRuns } from './runs.ts';
import { DATABASE_URL, ownDatabase } from './scratch.ts';
import { toldBy } from './told-by.ts';

/** These go on with what an earlier run has generated. */
const KEEPS: ReadonlySet<string> = new Set(['attempts']);

/** What the figures are of. */
export const MACHINE = `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? arch()}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${DATABASE_URL === undefined ? 'PGlite' : 'PostgreSQL'}${BY_PROCESSOR ? ', by processor time' : ''}`;

/** Runs a part so many times, each in a process and on a database of its own, so that none inherits memory, compiled code or rows. */
export async function runInProcesses(
  part: string,
  { runs, small }: { readonly runs: number; readonly small: boolean },
): Promise<readonly OfRuns[]> {
  const measured: (readonly Measured[])[] = [];
  for (let run = 0; run < runs; run += 1) measured.push(await runOnce(part, small));
  return ofRuns(measured);
}

async function runOnce(part: string, small: boolean): Promise<readonly Measured[]> {
  return whileOpen(async (closers) => {
    const own =
      DATABASE_URL === undefined || KEEPS.has(part) ? DATABASE_URL : await ownDatabase(closers, DATABASE_URL);
    const child = ownProcess(
      fork(join(import.meta.dirname, 'main.js'), [part, '--once', ...(small ? ['--small'] : [])], {
        env: { ...process.env, ...(own !== undefined && { BENCH_DATABASE_URL: own }) },
      }),
      // It takes its own servers away.
      'SIGTERM',
    );
    return toldBy<readonly Measured[]>(child, `the bench ${part}`);
  });
}
