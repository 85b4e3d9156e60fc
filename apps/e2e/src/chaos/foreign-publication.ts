import { kafkaClient } from '@smartkey/event-bus/kafka';
import type { ClusterSystem } from '@smartkey/testing/end-to-end';
import type { IHeaders } from 'kafkajs';
import { pino } from 'pino';

interface TakenRecord {
  readonly partition: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: IHeaders;
}

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
  const kafka = kafkaClient(
    { brokers: cluster.brokers.split(','), clientId: 'foreign', topicPrefix: 'smartkey' },
    pino({ level: 'silent' }),
  );
  const admin = kafka.admin();
  await admin.connect();
  const ends = await admin.fetchTopicOffsets(topic);
  await admin.disconnect();
  const expected = ends.reduce((sum, { low, high }) => sum + Number(high) - Number(low), 0);
  const taken: TakenRecord[] = [];
  const consumer = kafka.consumer({ groupId: `foreign-${Date.now()}` });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await new Promise<void>((resolve, reject) => {
    consumer
      .run({
        autoCommit: false,
        eachMessage: async ({ partition, message: { key, value, headers = {} } }) => {
          taken.push({ partition, key, value, headers });
          if (taken.length >= expected) resolve();
        },
      })
      .catch(reject);
  });
  await consumer.disconnect();
  for (let last = taken.length - 1; last > 0; last -= 1) {
    const other = Math.floor(chance() * (last + 1));
    [taken[last], taken[other]] = [taken[other]!, taken[last]!];
  }
  const producer = kafka.producer({ allowAutoTopicCreation: false });
  await producer.connect();
  for (let start = 0; start < taken.length; start += 500)
    await producer.send({ topic, acks: -1, messages: taken.slice(start, start + 500) });
  await producer.disconnect();
  return taken.length;
}
