import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { SERVICES } from '@smartkey/event-bus';
import { ownProcess } from '@smartkey/servers';
import { type ClusterSystem, ROOT } from '@smartkey/testing/end-to-end';
import type { Whole } from '../drill/stage/whole.ts';

/** Something that befalls a system without any log losing an event. */
export interface Disturbance {
  readonly name: string;
  strike(whole: Whole): Promise<void>;
}

/** System time. */
const MOMENT_MILLIS = 1_000;

const cluster = (whole: Whole): ClusterSystem => whole.program as ClusterSystem;

async function mustSucceed(whole: Whole, ...words: readonly string[]): Promise<void> {
  const { code, lines } = await whole.cli(...words);
  if (code !== 0) throw new Error(`${words.join(' ')} ended with ${code}: ${lines.join('\n')}`);
}

/** Waits until a build beside those that serve has taken their place. */
const rebuilt: Disturbance = {
  name: 'the ledger and the list of IDs are built anew, beside those that serve',
  strike: async (whole) => {
    await mustSucceed(whole, 'rebuild', 'billing', 'usage-ledger');
    await mustSucceed(whole, 'rebuild', 'device-registry', 'account-directory');
  },
};

let partitions = 6;

const repartitioned: Disturbance = {
  name: 'services are stopped, the topics get another number of partitions in another generation, and services start',
  strike: async (whole) => {
    const next = partitions === 6 ? 9 : 6;
    const prefix = `smartkey.g${Date.now()}`;
    await whole.stopServices();
    // It refuses what readers have not taken in yet, and says who: they go on where they were.
    for (let attempt = 1; ; attempt += 1) {
      const { code, lines } = await whole.cli('repartition', String(next), prefix);
      if (code === 0) break;
      if (attempt === 5) throw new Error(`it could not be repartitioned: ${lines.join('\n')}`);
      await whole.startServices();
      await pause(5 * MOMENT_MILLIS);
      await whole.stopServices();
    }
    partitions = next;
    whole.settings['SMARTKEY_KAFKA_PARTITIONS'] = String(next);
    whole.settings['SMARTKEY_TOPIC_PREFIX'] = prefix;
    await whole.startServices();
  },
};

const moreInstances: Disturbance = {
  name: 'a third instance of each service comes, takes its part, and goes',
  strike: async (whole) => {
    for (const service of SERVICES) {
      const child = ownProcess(
        spawn(process.execPath, [join(ROOT, `apps/${service}/dist/main.js`)], {
          cwd: ROOT,
          stdio: ['ignore', 'pipe', 'inherit'],
          env: {
            PATH: process.env['PATH'],
            ...whole.settings,
            ...whole.addresses,
            SMARTKEY_KEY_FILE: join(whole.dataFolder, 'keys.json'),
            SMARTKEY_CLOCK: 'sandbox',
            SMARTKEY_CLOCK_START: '2018-01-01T00:00:00Z',
            SMARTKEY_LOG_LEVEL: 'error',
            PORT: '0',
          },
        }),
      );
      const gone = once(child, 'exit');
      await Promise.race([
        once(child.stdout, 'data'),
        gone.then(([code]) => Promise.reject(new Error(`a third ${service} ended with ${String(code)}`))),
      ]);
      // It joins the groups of its readers, and takes partitions over.
      await pause(5 * MOMENT_MILLIS);
      child.kill('SIGTERM');
      await gone;
    }
  },
};

const killedInstances: Disturbance = {
  name: 'one instance of each service is killed, between whatever it does',
  strike: async (whole) => {
    for (const service of SERVICES) {
      const part = `${service} 1`;
      await cluster(whole).untilBack(part, await cluster(whole).killPart(part));
    }
  },
};

const postgresKilled: Disturbance = {
  name: 'PostgreSQL is killed and comes again',
  strike: async (whole) => {
    await whole.postgres!.kill();
    await pause(MOMENT_MILLIS);
    await whole.postgres!.resume();
  },
};

const startedAgain: Disturbance = {
  name: 'all services are stopped, their folder is moved, and they start there',
  strike: async (whole) => {
    await whole.stopServices();
    await whole.moveData(`moved-${Date.now()}`);
    await whole.startServices();
  },
};

export const DISTURBANCES: readonly Disturbance[] = [
  rebuilt,
  moreInstances,
  killedInstances,
  postgresKilled,
  startedAgain,
  repartitioned,
];
