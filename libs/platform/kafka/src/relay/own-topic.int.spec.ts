import { until } from '@smartkey/testing';
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { BusOnKafka, whyLeftOut } from '../bus/bus-on-kafka.fixture.ts';
import { clusterIdOf } from '../brokers/cluster-id.ts';
import { withAdmin } from '../brokers/with-admin.ts';
import { encodeWatermark } from '../records/cloud-event.codec.ts';
import { topicOf } from '../settings/kafka-settings.ts';
import { createTopics } from '../topics/kafka-topics.ts';
import { topicExtent } from '../topics/topic-extent.ts';
import type { KafkaRelay } from './kafka-relay.ts';
import { OwnTopic } from './own-topic.ts';

const missing = whyLeftOut('the topic of another system');

(missing === undefined ? describe : describe.skip)('a relay before a topic of another system', () => {
  let kafka: BusOnKafka;
  let relay: KafkaRelay | undefined;
  let topic: string;

  beforeEach(async () => {
    kafka ??= await BusOnKafka.start();
    topic = topicOf(kafka.settings, 'authentication');
  });
  afterEach(() => relay?.close());
  afterAll(() => kafka?.stop());

  const publishAsAnother = async (): Promise<void> => {
    const producer = kafka.client().producer();
    await producer.connect();
    const watermark = { instant: '2018-02-01T00:00:00.000Z', position: 41n } as const;
    const record = encodeWatermark('authentication', 1, watermark, 'ba9876543210');
    await producer.send({ topic, messages: [{ partition: 1, ...record }] });
    await producer.disconnect();
  };
  const records = async (): Promise<number> =>
    (await topicExtent(kafka.client(), topic)).reduce(
      (sum, { low, high }) => sum + Number(high) - Number(low),
      0,
    );
  const makeAnew = async (): Promise<void> => {
    await withAdmin(kafka.client(), (admin) => admin.deleteTopics({ topics: [topic] }));
    const plan = { partitions: 3, replicationFactor: 1, retentionHours: 1 };
    await until(async () =>
      createTopics(kafka.client(), kafka.settings, plan).then(
        async () => (await records()) === 0,
        () => false,
      ),
    );
  };

  it('publishes nothing there, says so, and goes on where the topic is made anew', async () => {
    await publishAsAnother();
    await kafka.append(5);
    relay = kafka.relay();
    relay.start();
    await until(() => relay!.refused().length > 0);
    expect(relay.refused()).toEqual([topic]);
    expect(() => relay!.check(60_000)).toThrow("authentication is another system's");
    expect(await records()).toBe(1);
    await relay.close();
    await makeAnew();
    relay = kafka.relay();
    relay.start();
    await until(async () => (await records()) >= 5);
    expect(relay.refused()).toEqual([]);
    expect(await new OwnTopic(kafka.database, topic).isKnownOn(await clusterIdOf(kafka.client()))).toBe(true);
  });

  it('stops where it finds out while it publishes, though it had looked before', async () => {
    await publishAsAnother();
    relay = kafka.relay();
    relay.start();
    await until(() => relay!.refused().length > 0);
    const before = await records();
    await kafka.append(5);
    expect(await records()).toBe(before);
  });
});
