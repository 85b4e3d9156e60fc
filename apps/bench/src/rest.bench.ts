import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type Closers, whileOpen } from '@smartkey/lifecycle';
import { ClusterSystem, System } from '@smartkey/testing/end-to-end';
import { type Amount, secondsOf } from './measure.ts';
import { scratchPostgres, transactionsOf, withDatabase } from './scratch.ts';

/** So long a system has time to come to rest after its start. */
const CALM_SECONDS = 10;
/** Of a processor's time, as Linux counts it. */
const TICKS_A_SECOND = 100;
const ENVIRONMENT = {
  SMARTKEY_CLOCK: 'system',
  SMARTKEY_CLOCK_START: undefined,
  SMARTKEY_LOG_LEVEL: 'error',
} as unknown as Readonly<Record<string, string>>;

/**
 * What the system takes while nobody asks it anything, and how long it takes to be ready: standalone on PGlite and on PostgreSQL, and as a
 * cluster. Needs Linux, a PostgreSQL installation, and what the cluster needs.
 * @param seconds how long it is watched.
 */
export const restBench = async (seconds: number): Promise<readonly Amount[]> => [
  ...(await embedded(seconds)),
  ...(await onPostgres(seconds)),
  ...(await cluster(seconds)),
];

const embedded = (seconds: number): Promise<readonly Amount[]> =>
  whileOpen(async (closers) => {
    const { system, first, second } = await startedTwice(closers, ENVIRONMENT);
    const statements = await countedStatements(system.url, () => pause(seconds * 1_000));
    const cpu = await cpuOf([system.processId!], seconds);
    const megabytes = megabytesOf(system.processId!);
    await system.stop();
    const bare = await barePglite(join(system.dataFolder, 'postgres'));
    const leastIs = 'bare PGlite on the same folder';
    return [
      { name: 'start on a new folder, PGlite', unit: 's', amount: first },
      {
        name: 'start on an existing folder, PGlite',
        unit: 's',
        amount: second,
        least: bare.seconds,
        leastIs,
      },
      { name: 'memory at rest, PGlite', unit: 'MB', amount: megabytes, least: bare.megabytes, leastIs },
      { name: 'processor at rest, PGlite', unit: '% of a core', amount: cpu },
      { name: 'statements at rest, PGlite', unit: '/s', amount: statements / seconds },
    ];
  });

const onPostgres = (seconds: number): Promise<readonly Amount[]> =>
  whileOpen(async (closers) => {
    const { url } = await scratchPostgres(closers);
    const { system, first, second } = await startedTwice(closers, { ...ENVIRONMENT, DATABASE_URL: url });
    const [cpu, transactions] = await Promise.all([
      cpuOf([system.processId!], seconds),
      transactionsIn(url, seconds),
    ]);
    return [
      { name: 'start on a new database, PostgreSQL', unit: 's', amount: first },
      { name: 'start on an existing database, PostgreSQL', unit: 's', amount: second },
      { name: 'memory at rest, PostgreSQL', unit: 'MB', amount: megabytesOf(system.processId!) },
      { name: 'processor at rest, PostgreSQL', unit: '% of a core', amount: cpu },
      { name: 'transactions at rest, PostgreSQL', unit: '/s', amount: transactions / seconds },
    ];
  });

const cluster = (seconds: number): Promise<readonly Amount[]> =>
  whileOpen(async (closers) => {
    const { url } = await scratchPostgres(closers);
    const system = await ClusterSystem.start({ ...ENVIRONMENT, DATABASE_URL: url });
    closers.add('the cluster', () => system.dispose());
    const services = Object.entries(system.state.parts).filter(([name]) => / \d+$/.test(name));
    const pids = services.flatMap(([, { pid }]) => (pid === undefined ? [] : [pid]));
    await pause(CALM_SECONDS * 1_000);
    const [cpus, transactions] = await Promise.all([
      Promise.all(pids.map((pid) => cpuOf([pid], seconds))),
      transactionsIn(url, seconds),
    ]);
    const of = `the largest of ${pids.length} service processes`;
    return [
      { name: `processor at rest, ${of}`, unit: '% of a core', amount: Math.max(...cpus) },
      { name: `memory at rest, ${of}`, unit: 'MB', amount: Math.max(...pids.map(megabytesOf)) },
      { name: 'transactions at rest, cluster', unit: '/s', amount: transactions / seconds },
    ];
  });

/** A system that has come to rest. @returns with the seconds that it took to start with nothing, and with what it had left. */
async function startedTwice(
  closers: Closers,
  environment: Readonly<Record<string, string>>,
): Promise<{ readonly system: System; readonly first: number; readonly second: number }> {
  let system!: System;
  const first = await secondsOf(async () => (system = await System.start(environment)));
  closers.add('the system', () => system.dispose());
  await system.stop();
  const second = await secondsOf(() => system.resume());
  await pause(CALM_SECONDS * 1_000);
  return { system, first, second };
}

/** Statements that a process sent while the work went on, without those that looking for them takes. */
async function countedStatements(url: string, work: () => Promise<unknown>): Promise<number> {
  const look = async (): Promise<number> =>
    Number(
      /^smartkey_database_statements (\d+)$/m.exec(await (await fetch(`${url}/metrics`)).text())?.[1] ?? NaN,
    );
  const first = await look();
  const before = await look();
  await work();
  return (await look()) - before - (before - first);
}

/** Transactions of a database that ended in so many seconds, whoever's; the two looks are two of them. */
const transactionsIn = (url: string, seconds: number): Promise<number> =>
  withDatabase(url, 'public', async (database) => {
    const before = await transactionsOf(database);
    await pause(seconds * 1_000);
    return (await transactionsOf(database)) - before - 2;
  });

/** Percent of one core that processes took together over so many seconds. */
async function cpuOf(pids: readonly number[], seconds: number): Promise<number> {
  const ticks = (): number => pids.reduce((sum, pid) => sum + ticksOf(pid), 0);
  const before = ticks();
  await pause(seconds * 1_000);
  return ((ticks() - before) / TICKS_A_SECOND / seconds) * 100;
}

function ticksOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)!.split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

const megabytesOf = (pid: number): number =>
  (Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))![1]) * 1024) / 1e6;

/** The library by itself, in a process of its own, on a folder that exists. */
async function barePglite(folder: string): Promise<{ readonly seconds: number; readonly megabytes: number }> {
  const program = `
    import { PGlite } from ${JSON.stringify(import.meta.resolve('@electric-sql/pglite'))};
    const pglite = await PGlite.create(${JSON.stringify(folder)});
    await pglite.query('select 1');
    const seconds = performance.now() / 1000;
    setTimeout(async () => {
      console.log(JSON.stringify({ seconds, megabytes: process.memoryUsage.rss() / 1e6 }));
      await pglite.close();
    }, 2_000);`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program]);
  return JSON.parse(stdout) as { seconds: number; megabytes: number };
}
