import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@smartkey/testing';
import type { Consumer } from 'kafkajs';
import { BusOnKafka, PARTITIONS, whyLeftOut } from './bus-on-kafka.fixture.ts';
import { type KafkaRelay, topicOf, withAdmin } from '../index.ts';

const missing = whyLeftOut('three brokers of a real Kafka');

(missing === undefined ? describe : describe.skip)('of three brokers with three copies, two in sync', () => {
  let kafka: BusOnKafka;
  let relay: KafkaRelay | undefined;
  let consumer: Consumer | undefined;
  /** Ids on the topic, by partition, as a consumer takes them that knows nothing of ours. */
  const taken = new Map<string, number>();

  beforeAll(async () => {
    kafka = await BusOnKafka.start(3);
  });
  afterEach(async () => {
    await relay?.close();
    await consumer?.disconnect();
  });
  afterAll(() => kafka?.stop());

  const topic = (): string => topicOf(kafka.settings, 'authentication');
  const read = async (): Promise<void> => {
    consumer = kafka
      .client()
      .consumer({ groupId: 'foreign', sessionTimeout: 6_000, allowAutoTopicCreation: false });
    await consumer.connect();
    await consumer.subscribe({ topic: topic(), fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachMessage: async ({ message: { key, headers } }) => {
        const id = String(headers!['ce_id']);
        if (key?.toString() !== 'watermark') taken.set(id, (taken.get(id) ?? 0) + 1);
      },
    });
  };

  it('one dies under load, with the leader of a partition: every event comes to the topic meanwhile', async () => {
    const [metadata] = await withAdmin(
      kafka.client(),
      async (admin) => (await admin.fetchTopicMetadata({ topics: [topic()] })).topics,
    );
    expect(metadata!.partitions).toHaveLength(PARTITIONS);
    expect(metadata!.partitions.every(({ isr }) => isr.length === 3)).toBe(true);
    const dying = kafka.brokers[metadata!.partitions[0]!.leader - 1]!;
    relay = kafka.relay();
    relay.start();
    await kafka.appendingDuring(async () => {
      await pause(1_000);
      await dying.kill();
      await pause(5_000);
    });
    await read();
    const logged = new Set<string>();
    for (let after = 0n; ;) {
      const { events, upTo } = await kafka.store.readAll({ after, limit: 1_000 });
      for (const { id } of events) logged.add(id);
      if (upTo === after) break;
      after = upTo;
    }
    expect(logged.size).toBe(kafka.appended);
    const lacking = () => [...logged].filter((id) => !taken.has(id)).length;
    await until(() => lacking() === 0);
    expect([...taken.keys()].filter((id) => !logged.has(id))).toEqual([]);
    relay.check(10_000);
  });
});
