import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from '@smartkey/lifecycle';
import { freePort } from './free-port.ts';
import { KafkaBroker, newClusterId } from './kafka-broker.ts';
import { signalled } from './processes.ts';

export interface KafkaBrokersOptions {
  /** The repository (for the pinned jars). */
  readonly root: string;
  /** Holds a folder for each of them: `1`, `2` … */
  readonly folder: string;
  readonly count: number;
  /** Hears the id of each process that is started, before it is ready, and whose it is: 1, 2 … */
  readonly onSpawn?: (node: number, pid: number | undefined) => void;
}

/** Several Apache Kafka brokers that are one cluster, on the loopback interface: for development and tests. */
export class KafkaBrokers {
  private constructor(readonly all: readonly KafkaBroker[]) {}

  /** `host:port` of each, between commas. */
  get addresses(): string {
    return this.all.map(({ address }) => address).join();
  }

  /** Starts all of them at once: none is ready before most of them run. @throws KafkaUnavailableError */
  static async start({ root, folder, count, onSpawn }: KafkaBrokersOptions): Promise<KafkaBrokers> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const clusterId = await clusterIdOf(folder);
    const controllers: number[] = [];
    while (controllers.length < count) {
      const port = await freePort();
      if (!controllers.includes(port)) controllers.push(port);
    }
    const spawned: number[] = [];
    const starts = controllers.map((_, index) =>
      KafkaBroker.start({
        root,
        folder: join(folder, String(index + 1)),
        among: { id: index + 1, controllers, clusterId },
        onSpawn: (pid) => {
          if (pid !== undefined) spawned.push(pid);
          onSpawn?.(index + 1, pid);
        },
      }),
    );
    try {
      return new KafkaBrokers(await Promise.all(starts));
    } catch (error) {
      // One alone is of no use, and would be left behind.
      for (const pid of spawned) signalled(pid, 'SIGKILL');
      await Promise.allSettled(starts);
      throw error;
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.all.map((broker) => broker.stop()));
  }

  async kill(): Promise<void> {
    await Promise.all(this.all.map((broker) => broker.kill()));
  }
}

/** Brokers that were formatted with one id take no other. */
async function clusterIdOf(folder: string): Promise<string> {
  const file = join(folder, 'cluster-id');
  try {
    await writeFile(file, newClusterId(), { flag: 'wx' });
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
  return (await readFile(file, 'utf8')).trim();
}
