import { derivedUuid } from '@smartkey/identity';
import { partitionOf } from '@smartkey/event-bus';
import { encodeMessage } from '@smartkey/kafka';
import type { Kafka } from 'kafkajs';
import type { Spoken } from './generated-feed.ts';
import { chunks, rateOf } from './measure.ts';

/** An idempotent producer of records that are made already, acks of all replicas, batches of 2,000. */
export async function bareProducerRate(
  kafka: Kafka,
  { topic, partitions }: { readonly topic: string; readonly partitions: number },
  count: number,
  say: (n: number) => Spoken,
): Promise<number> {
  const batches = [...chunks(count, 2_000)].map((chunk) =>
    chunk.map((n) => {
      const spoken = say(n);
      const record = encodeMessage({
        id: derivedUuid('bare', n),
        source: 'authentication',
        version: 1,
        position: BigInt(n + 1),
        previous: BigInt(n),
        recordedAt: spoken.occurredAt,
        ...spoken,
      });
      return { partition: partitionOf(spoken.stream, partitions), ...record };
    }),
  );
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
  });
  await producer.connect();
  try {
    return await rateOf(count, async () => {
      for (const messages of batches) await producer.send({ topic, acks: -1, messages });
    });
  } finally {
    await producer.disconnect();
  }
}

/** A consumer that takes whole batches of a topic and does nothing with them. */
export async function bareConsumerRate(kafka: Kafka, topic: string, count: number): Promise<number> {
  const consumer = kafka.consumer({
    groupId: `bare-${topic}`,
    maxWaitTimeInMs: 200,
    maxBytesPerPartition: 8_388_608,
    maxBytes: 33_554_432,
  });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  let seen = 0;
  try {
    return await rateOf(
      count,
      () =>
        new Promise<void>((resolve, reject) => {
          consumer
            .run({
              autoCommit: false,
              eachBatchAutoResolve: true,
              partitionsConsumedConcurrently: 4,
              eachBatch: async ({ batch }) => {
                seen += batch.messages.length;
                if (seen >= count) resolve();
              },
            })
            .catch(reject);
        }),
    );
  } finally {
    await consumer.disconnect();
  }
}
