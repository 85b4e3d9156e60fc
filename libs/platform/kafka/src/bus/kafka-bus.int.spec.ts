import { until } from '@smartkey/testing';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { partitionOf } from '@smartkey/event-bus';
import kafkajs, { type ProducerRecord } from 'kafkajs';
import { pino } from 'pino';
import { encodeMessage } from '../records/cloud-event.codec.ts';
import { kafkaClient, topicOf } from '../settings/kafka-settings.ts';
import { LedgerOnKafka, whyLeftOut } from './ledger-on-kafka.fixture.ts';
import { withAdmin } from '../brokers/with-admin.ts';

const missing = whyLeftOut('a projection on a real Kafka');
const PARTITIONS = 3;

(missing === undefined ? describe : describe.skip)('a projection fed by a real Kafka', () => {
  let kafka: LedgerOnKafka;

  beforeAll(async () => {
    kafka = await LedgerOnKafka.start(PARTITIONS);
  });
  afterEach(async () => {
    await kafka.close();
    LedgerOnKafka.refusing = false;
  });
  afterAll(() => kafka?.stop());

  /** Publishes to the topic as somebody else than the relay. */
  const publishAs = async (messages: ProducerRecord['messages']): Promise<void> => {
    const producer = kafkaClient(kafka.settings, pino({ level: 'silent' })).producer();
    await producer.connect();
    await producer.send({ topic: topicOf(kafka.settings, 'authentication'), messages });
    await producer.disconnect();
  };
  const topicLimit = (bytes: number) =>
    withAdmin(kafkaClient(kafka.settings, pino({ level: 'silent' })), (admin) =>
      admin.alterConfigs({
        validateOnly: false,
        resources: [
          {
            type: kafkajs.ConfigResourceTypes.TOPIC,
            name: topicOf(kafka.settings, 'authentication'),
            configEntries: [{ name: 'max.message.bytes', value: String(bytes) }],
          },
        ],
      }),
    );
  it('counts once what a foreign producer publishes twice and out of order', async () => {
    await kafka.open();
    await kafka.append(60);
    await kafka.caughtUp();
    // All of the log again: the second half first, each partition backwards.
    const { events } = await kafka.authentication.store.readAll({ after: 0n, limit: 1_000 });
    const links = new Map<number, bigint>();
    const records = events.map((event) => {
      const partition = partitionOf(event.stream, PARTITIONS);
      const previous = links.get(partition) ?? 0n;
      links.set(partition, event.position);
      return { partition, ...encodeMessage({ ...event, source: 'authentication', previous }) };
    });
    await publishAs([...records.slice(30).reverse(), ...records.slice(0, 30)]);
    await kafka.append(20);
    await kafka.caughtUp();
    expect(await kafka.lines()).toEqual(await kafka.expected());
  });

  it('fills a gap where a foreign producer was faster than the relay', async () => {
    await kafka.open();
    await kafka.append(20);
    await kafka.caughtUp();
    await kafka.authentication.stop();
    await kafka.append(30);
    const { events } = await kafka.authentication.store.readAll({ after: 0n, limit: 1_000 });
    const last = events.at(-1)!;
    const message = { ...last, source: 'authentication', previous: events.at(-2)!.position } as const;
    const partition = partitionOf(last.stream, PARTITIONS);
    await publishAs([{ partition, ...encodeMessage(message) }]);
    const lines = async () => (await kafka.lines())[last.stream] ?? '';
    const complete = (await kafka.expected())[last.stream]!;
    await until(async () => (await lines()).length >= complete.length);
    expect(await lines()).toBe(complete);
  });

  it('keeps a record that it cannot read, goes on past it, and misses nothing: be it the last of its partition', async () => {
    await kafka.open();
    await kafka.append(11);
    await kafka.caughtUp();
    await kafka.authentication.stop();
    await kafka.append(33);
    // In place of what the relay would have published: nothing follows, and no watermark.
    for (let partition = 0; partition < PARTITIONS; partition += 1)
      await publishAs([
        { partition, key: 'k', value: `{"cut off`, headers: { ce_type: 'com.example.thing' } },
      ]);
    await kafka.caughtUp();
    expect(await kafka.lines()).toEqual(await kafka.expected());
    const kept = await kafka.billing.bus.unreadable!.list();
    expect(kept).toHaveLength(PARTITIONS);
    expect(kept.map(({ partition }) => partition).sort()).toEqual([0, 1, 2]);
    for (const { group, topic, headers, value, reason } of kept) {
      expect(group).toBe('smartkey.billing.billing.ledger.v1');
      expect(topic).toBe('smartkey.authentication');
      expect(headers).toEqual({ ce_type: 'com.example.thing' });
      expect(Buffer.from(value!).toString()).toBe('{"cut off');
      expect(reason).toContain('ce_specversion');
    }
  });

  it('lets a kept record go once it can be read, and keeps it with the newest reason until then', async () => {
    await kafka.open();
    const records = kafka.billing.bus.unreadable!;
    const [first, second] = await records.list();
    expect(await records.retry(first!.id)).toContain('ce_specversion');
    expect(await records.find(first!.id)).toMatchObject({ headers: { ce_type: 'com.example.thing' } });
    // As a program would see it that knows this kind of record.
    await kafka.server.database('billing').then((database) =>
      database.execute('update unreadable_record set headers = $2::jsonb, value = $3 where id = $1', [
        second!.id,
        JSON.stringify(
          encodeMessage({
            id: '00000000-0000-8000-8000-000000000001',
            source: 'authentication',
            type: 'AuthSucceeded',
            version: 9,
            stream: streamOn(second!.partition),
            revision: 0,
            position: 1n,
            previous: 0n,
            occurredAt: '2018-01-01T00:00:00.000Z',
            recordedAt: '2018-01-01T00:00:00.000Z',
            data: {},
          }).headers,
        ),
        Buffer.from('{"cut":2}'),
      ]),
    );
    expect(await records.retry(second!.id)).toBeUndefined();
    expect(await records.find(second!.id)).toBeUndefined();
    expect(await records.discard(first!.id)).toBe(true);
    expect(await records.discard(first!.id)).toBe(false);
    expect(await records.list()).toHaveLength(PARTITIONS - 2);
  });

  it('goes on past an event that the topic does not take, and the reader has it from the log feed', async () => {
    await kafka.open();
    await kafka.append(20);
    await kafka.caughtUp();
    // As the relay has not seen it: its limit was read when it took over.
    await topicLimit(20_000);
    await pause(500);
    try {
      const large = (n: number) => ({
        account: 'rid_1',
        device: 'dev_1',
        authentication: `${n}`.repeat(30_000),
      });
      await kafka.append(1, large(1));
      await kafka.append(20);
      await kafka.append(1, large(2));
      await kafka.append(20);
      await kafka.caughtUp();
      expect(await kafka.lines()).toEqual(await kafka.expected());
      const left = await (
        await kafka.server.database('authentication')
      ).query<{ bytes: number }>('select bytes from left_to_feed');
      expect(left.map(({ bytes }) => Math.floor(bytes / 10_000))).toEqual([3, 3]);
      kafka.authentication.checkRelay(0);
      await kafka.close();
      await expect(kafka.open()).rejects.toThrow(
        /^KAFKA_BROKERS names brokers whose topic smartkey\.authentication takes 20000 bytes at most/,
      );
    } finally {
      await topicLimit(1_048_576);
    }
  });

  it('publishes nothing that does not fit its schema, nor anything behind it, and says so', async () => {
    await kafka.open();
    await kafka.append(5);
    await kafka.caughtUp();
    const before = await kafka.lines();
    await kafka.append(1, { account: 'rid_1', secret: 'never to be seen' });
    await kafka.append(5);
    await until(() => {
      try {
        kafka.authentication.checkRelay(1_000);
        return false;
      } catch (error) {
        return (error as Error).message.includes('AuthSucceeded.v1 does not fit its schema');
      }
    });
    expect(await kafka.lines()).toEqual(before);
  });
});

/** A stream whose place is that partition. */
function streamOn(partition: number): string {
  for (let n = 0; ; n += 1) if (partitionOf(`s-${n}`, PARTITIONS) === partition) return `s-${n}`;
}
