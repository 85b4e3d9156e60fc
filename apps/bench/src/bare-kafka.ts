import { derivedUuid } from '@smartkey/identity';
import { partitionOf } from '@smartkey/event-bus';
import { encodeMessage } from '@smartkey/kafka';
import type { Kafka } from 'kafkajs';
import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { Spoken } from './generated-feed.ts';
import { chunks, rateOf } from './measure.ts';
import { toldBy } from './told-by.ts';

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

/** What the process of the bare consumer is told. */
export interface BareConsumption {
  readonly brokers: readonly string[];
  readonly topic: string;
  readonly count: number;
}

/** Records a second. */
export interface BareConsumed {
  /** Joining the group included. */
  readonly rate: number;
  /** From the first batch on. */
  readonly onceRunning: number;
}

/**
 * A consumer that takes whole batches of a topic and does nothing with them, by the library as it is: in a process of its own, for the
 * services' consumers let it make records in another way. It reads the topic twice, the second time counts.
 */
export function bareConsumerRate(consumption: BareConsumption): Promise<BareConsumed> {
  const child = fork(join(import.meta.dirname, 'bare-consumer/main.js'), [JSON.stringify(consumption)]);
  return toldBy<BareConsumed>(child, 'the bare consumer');
}
