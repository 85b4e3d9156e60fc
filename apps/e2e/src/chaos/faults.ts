import { setTimeout as pause } from 'node:timers/promises';
import type { ClusterSystem } from '@smartkey/testing/end-to-end';
import { publishAgainShuffled } from './foreign-publication.ts';
import { foreignClient } from './foreign-reader.ts';

/** Something that goes wrong while people use the system; it answers when it is over, not when all is well again. */
export interface Fault {
  readonly name: string;
  strike(cluster: ClusterSystem, chance: () => number): Promise<void>;
}

/** Shorter than that of the services, whose setting the course of faults lowers to the least that brokers allow. */
export const SESSION_MILLIS = 6_000;

const killed = (part: string): Fault => ({
  name: `SIGKILL of ${part}`,
  strike: async (cluster) => void (await cluster.untilBack(part, await cluster.killPart(part))),
});

/** One of the two leads the relay and the watermark: once both have died, the leader has. */
const bothKilled = (service: string): Fault => ({
  name: `SIGKILL of one instance of ${service} after the other, the relay's leader among them`,
  strike: async (cluster, chance) => {
    for (const instance of chance() < 0.5 ? [1, 2] : [2, 1]) {
      const part = `${service} ${instance}`;
      const former = await cluster.killPart(part);
      await pause(1_000);
      await cluster.untilBack(part, former);
    }
  },
});

/** One of each kind, and all that befalls the servers and consumers: for every change. */
export const SHORT_FAULTS: readonly Fault[] = [
  bothKilled('device-registry'),
  bothKilled('billing'),
  killed('kafka'),
  killed('postgres'),
  {
    name: 'a consumer is paused past its session timeout, and wakes up',
    strike: async (cluster) => {
      cluster.pause('billing 1');
      await pause(SESSION_MILLIS + 3_000);
      cluster.unpause('billing 1');
    },
  },
  {
    name: 'everything is published again, in another order',
    strike: async (cluster, chance) => {
      for (const service of ['contract', 'device-registry', 'authentication'])
        await publishAgainShuffled(cluster, `smartkey.${service}`, chance);
    },
  },
];

export const FAULTS: readonly Fault[] = [
  bothKilled('contract'),
  bothKilled('authentication'),
  killed('gateway'),
  {
    name: 'an instance of billing leaves and another joins',
    strike: async (cluster) => {
      const former = cluster.signal('billing 2', 'SIGTERM');
      await cluster.untilBack('billing 2', former);
    },
  },
  ...SHORT_FAULTS,
];

const brokers = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `kafka ${index + 1}`);

/** What happens to brokers of which there are several. */
export const brokerFaults = (count: number): readonly Fault[] => [
  ...brokers(count).map(killed),
  {
    name: 'the brokers are killed in turn, each as soon as the one before is back',
    strike: async (cluster) => {
      for (const broker of brokers(count)) {
        await cluster.untilBack(broker, await cluster.killPart(broker));
        // Until it is in sync again, less than two others would be left for the next.
        await untilInSync(cluster.brokers);
      }
    },
  },
  {
    name: 'the brokers are stopped in order and started again, one after the other',
    strike: async (cluster) => {
      for (const broker of brokers(count)) {
        await cluster.untilBack(broker, cluster.signal(broker, 'SIGTERM'));
        await untilInSync(cluster.brokers);
      }
    },
  },
  {
    name: 'a broker is paused until the others have put it out, and wakes up',
    strike: async (cluster, chance) => {
      const broker = brokers(count)[Math.floor(chance() * count)]!;
      cluster.pause(broker);
      await pause(15_000);
      cluster.unpause(broker);
    },
  },
];

/** Waits until every partition has all of its copies. */
async function untilInSync(addresses: string): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const admin = foreignClient(addresses).admin();
    try {
      await admin.connect();
      const { topics } = await admin.fetchTopicMetadata();
      const partitions = topics.flatMap((topic) => topic.partitions);
      if (partitions.every(({ isr, replicas }) => isr.length === replicas.length)) return;
    } catch (error) {
      // One that is just coming up answers nothing yet.
      if (Date.now() > deadline) throw error;
    } finally {
      await admin.disconnect();
    }
    if (Date.now() > deadline) throw new Error('a partition lacks a copy, a minute after its broker is back');
    await pause(250);
  }
}
