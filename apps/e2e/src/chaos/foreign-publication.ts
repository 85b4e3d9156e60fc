import type { ClusterSystem } from '@smartkey/testing/end-to-end';
import { foreignClient, recordsOnTopic } from './foreign-reader.ts';

/**
 * Publishes what lies on a topic once more, on its partitions but in another order: what a relay that had lost its place, two
 * relays at once, or a restored broker would do at the worst.
 * @returns the number of records.
 */
export async function publishAgainShuffled(
  cluster: ClusterSystem,
  topic: string,
  chance: () => number,
): Promise<number> {
  const taken = await recordsOnTopic(cluster.brokers, topic);
  for (let last = taken.length - 1; last > 0; last -= 1) {
    const other = Math.floor(chance() * (last + 1));
    [taken[last], taken[other]] = [taken[other]!, taken[last]!];
  }
  const producer = foreignClient(cluster.brokers).producer({ allowAutoTopicCreation: false });
  await producer.connect();
  for (let start = 0; start < taken.length; start += 500)
    await producer.send({ topic, acks: -1, messages: taken.slice(start, start + 500) });
  await producer.disconnect();
  return taken.length;
}
