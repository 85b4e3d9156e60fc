import { runToItsEnd } from '@smartkey/runtime';
import { Kafka, logLevel } from 'kafkajs';
import type { BareConsumed, BareConsumption } from '../bare-kafka.ts';
import { rateOf, RateOnceRunning } from '../measure.ts';
import { tellParent } from '../told-by.ts';

const { brokers, topic, count } = JSON.parse(process.argv[2]!) as BareConsumption;

/** Reads the whole topic by a group of that name. */
async function consumeAll(group: string): Promise<BareConsumed> {
  const kafka = new Kafka({ clientId: 'bench', brokers: [...brokers], logLevel: logLevel.ERROR });
  const consumer = kafka.consumer({ groupId: `${group}-${topic}`, maxWaitTimeInMs: 200 });
  let seen = 0;
  const running = new RateOnceRunning();
  try {
    const rate = await rateOf(count, async () => {
      await consumer.connect();
      await consumer.subscribe({ topic, fromBeginning: true });
      await new Promise<void>((resolve, reject) => {
        consumer
          .run({
            autoCommit: false,
            eachBatchAutoResolve: true,
            partitionsConsumedConcurrently: 4,
            eachBatch: async ({ batch }) => {
              seen += batch.messages.length;
              running.look(seen);
              if (seen >= count) resolve();
            },
          })
          .catch(reject);
      });
    });
    return { rate, onceRunning: running.rate };
  } finally {
    await consumer.disconnect();
  }
}

await runToItsEnd(async () => {
  await consumeAll('warm');
  const consumed = await consumeAll('bare');
  await tellParent(consumed);
});
