import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ClusterSystem, ROOT } from '@smartkey/testing/end-to-end';
import type { Disturbance } from './disturbances.ts';

const run = promisify(execFile);

/**
 * One instance after the other is stopped as the version before, and started as this one, while the others are still the former: in the folder that
 * they run from, the commit of this checkout takes the place of theirs.
 * @param folder of a checkout of the version before, a worktree of this repository.
 */
export const rollingUpgrade = (folder: string): Disturbance => ({
  name: 'each instance of the version before is started again as this one, one after the other',
  strike: async (whole) => {
    const cluster = whole.program as ClusterSystem;
    const { stdout } = await run('git', ['rev-parse', 'HEAD'], { cwd: ROOT });
    await run('git', ['checkout', '--quiet', '--detach', stdout.trim()], { cwd: folder });
    await run(process.execPath, ['scripts/build.mjs', '--quiet'], { cwd: folder });
    for (const part of cluster.partNames.filter((name) => / \d+$/.test(name) || name === 'gateway')) {
      const former = cluster.pid(part);
      cluster.signal(part, 'SIGTERM');
      await cluster.untilBack(part, former);
    }
  },
});
