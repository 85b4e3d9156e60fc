import { kafkaClient, topicExtent } from '@smartkey/kafka';
import type { IHeaders } from 'kafkajs';
import { pino } from 'pino';

/** A record as it lies on a topic. */
export interface TakenRecord {
  readonly partition: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: IHeaders;
}

export const foreignClient = (brokers: string) =>
  kafkaClient(
    { brokers: brokers.split(','), clientId: 'foreign', topicPrefix: 'smartkey' },
    pino({ level: 'silent' }),
  );

/** Everything that lies on a topic now, as a consumer takes it that knows nothing of ours. */
export async function recordsOnTopic(brokers: string, topic: string): Promise<TakenRecord[]> {
  const kafka = foreignClient(brokers);
  const ends = await topicExtent(kafka, topic);
  const expected = ends.reduce((sum, { low, high }) => sum + Number(high) - Number(low), 0);
  const taken: TakenRecord[] = [];
  if (expected === 0) return taken;
  const consumer = kafka.consumer({
    groupId: `foreign-${topic}-${Date.now()}`,
    allowAutoTopicCreation: false,
  });
  await consumer.connect();
  try {
    await consumer.subscribe({ topic, fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      consumer.on(consumer.events.CRASH, ({ payload: { error } }) => reject(error));
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
  } finally {
    await consumer.disconnect();
  }
  return taken;
}
