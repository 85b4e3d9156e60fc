import { runAmongServers } from '@smartkey/servers';
import { setFlagsFromString } from 'node:v8';
import { benchSettings, USAGE } from './bench-settings.ts';
import { MACHINE, runInProcesses } from './bench-runs.ts';
import { partsOf } from './parts.ts';
import { reportOf } from './runs.ts';
import { tellParent } from './told-by.ts';

/*
 * `npm run bench [-- part…] [--small] [--runs=3] [--json]`: every hot path beside its limit. Each run is a process of its own and measures both; medians are
 * told, with the least and the most. kafka needs Java and Maven, and starts a PostgreSQL server of its own; BENCH_DATABASE_URL puts all others on an empty one.
 * BENCH_CLOCK=processor measures by processor time instead of walls.
 */
const names = Object.keys(partsOf((full) => full));
const settings = benchSettings(process.argv.slice(2), names);
if (settings === undefined) {
  process.stderr.write(`${USAGE}; parts are ${names.join(', ')}\n`);
  process.exit(1);
}
const { parts, small, runs, json, once } = settings;
const print = (line: string): void => void process.stdout.write(`${line}\n`);

await runAmongServers(async () => {
  if (once) {
    setFlagsFromString('--expose-gc');
    const size = (full: number): number => (small ? Math.ceil(full / 10) : full);
    await tellParent(await partsOf(size)[parts[0]!]!());
    return;
  }
  if (!json) print(MACHINE);
  const figures = [];
  for (const part of parts)
    for (const figure of await runInProcesses(part, { runs, small })) {
      if (!json) print(reportOf(figure));
      figures.push(figure);
    }
  if (json)
    print(JSON.stringify({ machine: MACHINE, date: new Date().toISOString(), small, figures }, null, 2));
});
