import { OperatorError, whileOpen } from '@smartkey/lifecycle';
import { ownProcess } from '@smartkey/servers';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { arch, cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { BY_PROCESSOR, type Measured } from './measure.ts';
import { ownDatabase } from './own-database.ts';
import { ofRuns, type OfRuns } from './runs.ts';

const SERVER = 'BENCH_DATABASE_URL';
/** These go on with what an earlier run has generated. */
const KEEPS: ReadonlySet<string> = new Set(['attempts']);

/** What the figures are of. */
export const MACHINE = `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? arch()}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.env[SERVER] === undefined ? 'PGlite' : 'PostgreSQL'}${BY_PROCESSOR ? ', by processor time' : ''}`;

/** A bench has ended without figures: why, it has said itself. */
class BenchFailedError extends OperatorError {
  override readonly name = 'BenchFailedError';
}

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
    const server = process.env[SERVER];
    const own = server === undefined || KEEPS.has(part) ? server : await ownDatabase(closers, server);
    const child = ownProcess(
      fork(join(import.meta.dirname, 'main.js'), [part, '--once', ...(small ? ['--small'] : [])], {
        env: { ...process.env, ...(own !== undefined && { [SERVER]: own }) },
      }),
      // It takes its own servers away.
      'SIGTERM',
    );
    let figures: readonly Measured[] | undefined;
    child.on('message', (message) => (figures = message as readonly Measured[]));
    const [code] = (await once(child, 'exit')) as [number | null];
    if (code !== 0 || figures === undefined) throw new BenchFailedError(`the bench ${part} failed (${code})`);
    return figures;
  });
}
