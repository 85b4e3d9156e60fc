import { until } from '@smartkey/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Database, type DatabaseServer, migrate, openPglite } from '@smartkey/database';
import { pino } from 'pino';
import { partitionOf } from '@smartkey/event-bus';
import { KAFKA_MIGRATIONS } from '../bus/kafka-migrations.ts';
import { KafkaRelay } from './kafka-relay.ts';
import { type LeftToFeed, LeftToFeeds } from './left-to-feed.ts';
import { RelayCheckpoints } from './relay-checkpoint.ts';
import { ScriptedBrokers, ScriptedLog } from '../brokers/scripted-brokers.fixture.ts';

const PARTITIONS = 3;
/** The first stream that lies on that partition. */
const streamOn = (partition: number): string => {
  for (let n = 0; ; n += 1) if (partitionOf(`s-${n}`, PARTITIONS) === partition) return `s-${n}`;
};

describe('a relay', () => {
  let server: DatabaseServer;
  let database: Database;
  let topics = 0;
  const relays: KafkaRelay[] = [];

  const start = (
    brokers: ScriptedBrokers,
    log: ScriptedLog,
    more: { readonly promiseAgainMillis?: number } = {},
  ) => {
    const topic = `t${(topics += 1)}`;
    const left: LeftToFeed[] = [];
    const published: number[] = [];
    const again = () => {
      const relay = new KafkaRelay({
        source: 'billing',
        topic,
        partitions: PARTITIONS,
        kafka: brokers.client(),
        feed: log,
        database,
        log: pino({ level: 'silent' }),
        pollMillis: 10,
        ...more,
        onPublished: (events) => published.push(events),
        onLeftToFeed: (event) => left.push(event),
      });
      relay.start();
      relays.push(relay);
      return relay;
    };
    return {
      relay: again(),
      again,
      left,
      leftToFeeds: new LeftToFeeds(database, topic),
      published: () => published.reduce((sum, each) => sum + each, 0),
      checkpoint: () => new RelayCheckpoints(database, topic, PARTITIONS).read(),
    };
  };
  beforeAll(async () => {
    server = await openPglite(undefined);
    database = await server.database('billing');
    await migrate(database, KAFKA_MIGRATIONS, 'relay');
  });
  afterEach(async () => {
    await Promise.all(relays.splice(0).map((relay) => relay.close()));
  });
  afterAll(() => server.close());

  it('tells every partition how the log goes on after a loss, before the first record of that, and once', async () => {
    const [brokers, log] = [new ScriptedBrokers(), new ScriptedLog()];
    log.add(streamOn(0));
    const { checkpoint, relay, again } = start(brokers, log);
    await until(async () => (await checkpoint()).position === 1n);
    const id = '11111111-1111-4111-8111-111111111111';
    log.incarnations = [{ number: 2, id, keptPosition: '1' }];
    log.add(streamOn(1), {}, 2);
    await until(async () => (await checkpoint()).position === 2n);
    await relay.close();
    again();
    log.add(streamOn(2), {}, 2);
    await until(async () => (await checkpoint()).position === 3n);
    const keys = [0, 1, 2].map((partition) => brokers.topic.get(partition)!.map(({ key }) => key));
    expect(keys).toEqual([
      [streamOn(0), 'log-restored'],
      ['log-restored', streamOn(1)],
      ['log-restored', streamOn(2)],
    ]);
  });

  it('tells a topic also where nothing but a promise follows the loss, and a topic to which nothing was published yet', async () => {
    const [brokers, log] = [new ScriptedBrokers(), new ScriptedLog()];
    log.incarnations = [
      { number: 2, id: '11111111-1111-4111-8111-111111111111', keptPosition: '0' },
      { number: 4, id: '22222222-2222-4222-8222-222222222222', keptPosition: '0' },
    ];
    const { checkpoint, relay, again } = start(brokers, log);
    await until(async () => (await checkpoint()).incarnation === 4);
    await relay.close();
    again();
    log.incarnations = [
      ...log.incarnations,
      { number: 5, id: '33333333-3333-4333-8333-333333333333', keptPosition: '0' },
    ];
    log.watermark = '2024-02-01T00:00:00.000Z';
    await until(() => (brokers.topic.get(2) ?? []).some(({ key }) => key === 'watermark'));
    for (const partition of [0, 1, 2])
      expect(
        brokers.topic
          .get(partition)!
          .map(({ key, headers }) => `${String(key)} ${String(headers!['ce_incarnation'])}`),
      ).toEqual(['log-restored 2', 'log-restored 4', 'log-restored 5', 'watermark 5']);
  });

  it('publishes eight hundred documents of one stream, each batch within the limit of the topic', async () => {
    const [brokers, log] = [new ScriptedBrokers(), new ScriptedLog()];
    for (let n = 0; n < 800; n += 1) log.add('series-A', { lines: 'x'.repeat(4_000) });
    const { checkpoint, published } = start(brokers, log);
    await until(async () => (await checkpoint()).position === 800n);
    const partition = partitionOf('series-A', PARTITIONS);
    expect(brokers.positions(partition)).toEqual(log.positions(partition, PARTITIONS));
    expect(brokers.largestBatch).toBeLessThanOrEqual(brokers.limit);
    expect(brokers.largestBatch).toBeGreaterThan(brokers.limit - 5_000);
    expect(published()).toBe(800);
  });

  it('halves batches where the brokers take less than the topic said', async () => {
    const [brokers, log] = [new ScriptedBrokers(), new ScriptedLog()];
    brokers.told = 1_000_000;
    brokers.limit = 10_000;
    for (let n = 0; n < 100; n += 1) log.add('series-A', { lines: 'x'.repeat(1_000) });
    const { checkpoint } = start(brokers, log);
    await until(async () => (await checkpoint()).position === 100n);
    const partition = partitionOf('series-A', PARTITIONS);
    expect(brokers.positions(partition)).toEqual(log.positions(partition, PARTITIONS));
  });

  it.each([
    ['as the topic says', undefined],
    ['as the brokers say only when they get it', 2_000_000],
  ])(
    'leaves an event that is too large, %s, to the log feed, counts and keeps it, and goes on',
    async (_, told) => {
      const [brokers, log] = [new ScriptedBrokers(), new ScriptedLog()];
      brokers.told = told;
      log.add('series-A', { n: 1 });
      log.add('series-A', { parked: 'x'.repeat(1_200_000) });
      log.add('series-A', { n: 3 });
      log.add('series-A', { parked: 'x'.repeat(1_200_000) });
      log.watermark = '2024-02-01T00:00:00.000Z';
      const { checkpoint, left, leftToFeeds } = start(brokers, log);
      const partition = partitionOf('series-A', PARTITIONS);
      await until(() => (brokers.topic.get(partition) ?? []).some(({ key }) => key === 'watermark'));
      expect(brokers.positions(partition)).toEqual([1n, 3n]);
      const headers = brokers.topic.get(partition)!.map((record) => record.headers!);
      // Both show the hole to a reader: the next event, and where none follows the watermark.
      expect(headers[1]!['ce_previous']).toBe('2');
      expect(headers[2]!['ce_position']).toBe('4');
      expect(left.map(({ position, stream }) => [position, stream])).toEqual([
        [2n, 'series-A'],
        [4n, 'series-A'],
      ]);
      const kept: LeftToFeed[] = [];
      for await (const event of leftToFeeds.all()) kept.push(event);
      expect(kept).toEqual(left);
      expect(kept[1]).toMatchObject({ position: 4n, partition, previous: 3n });
      expect((await checkpoint()).position).toBe(4n);
    },
  );

  it('does not count as published what the answer to a successful send does not name, and sends it again', async () => {
    const [brokers, log] = [new ScriptedBrokers(), new ScriptedLog()];
    for (let partition = 0; partition < PARTITIONS; partition += 1) log.add(streamOn(partition));
    let lost = 0;
    // As kafkajs 2.2.4 does where a partition has moved to a broker that had already answered: resolved, and never sent.
    brokers.before = (messages) =>
      messages.some(({ partition }) => partition === 1) && lost < 4 ? ((lost += 1), []) : undefined;
    const { checkpoint } = start(brokers, log);
    await until(async () => (await checkpoint()).position === 3n);
    for (let partition = 0; partition < PARTITIONS; partition += 1)
      expect(brokers.positions(partition)).toEqual(log.positions(partition, PARTITIONS));
    expect(lost).toBe(4);
  });

  it('tells a promise again after a while that is not raised: a topic may have been lost while the clock stands', async () => {
    const [brokers, log] = [new ScriptedBrokers(), new ScriptedLog()];
    log.watermark = '2024-02-01T00:00:00.000Z';
    start(brokers, log, { promiseAgainMillis: 50 });
    await until(() => (brokers.topic.get(2) ?? []).length > 0);
    // As made anew.
    brokers.topic.clear();
    await until(() => [0, 1, 2].every((partition) => (brokers.topic.get(partition) ?? []).length > 0));
    expect(brokers.topic.get(0)![0]!.key).toBe('watermark');
  });

  it('sends a watermark again to those partitions only that no answer has named', async () => {
    const [brokers, log] = [new ScriptedBrokers(), new ScriptedLog()];
    log.watermark = '2024-02-01T00:00:00.000Z';
    let sends = 0;
    brokers.before = (messages) => {
      sends += 1;
      if (sends > 1) return undefined;
      expect(messages).toHaveLength(PARTITIONS);
      return [{ topicName: `t${topics}`, partition: 0, errorCode: 0 }];
    };
    start(brokers, log);
    await until(() => brokers.topic.size > 0);
    expect([...brokers.topic.keys()].sort()).toEqual([1, 2]);
  });

  it('does not publish again what went through where another partition failed, also by another instance', async () => {
    const [brokers, log] = [new ScriptedBrokers(), new ScriptedLog()];
    for (let n = 0; n < 300; n += 1) log.add(streamOn(n % PARTITIONS));
    let failures = 0;
    brokers.before = (messages) => {
      if (messages[0]!.partition !== 2) return undefined;
      failures += 1;
      throw new Error('no leader');
    };
    const { relay, again, checkpoint, published } = start(brokers, log);
    await until(() => failures > 2);
    await relay.close();
    expect(published()).toBe(200);
    expect((await checkpoint()).position).toBe(0n);
    brokers.before = () => undefined;
    again();
    await until(async () => (await checkpoint()).position === 300n);
    for (let partition = 0; partition < PARTITIONS; partition += 1)
      expect(brokers.positions(partition)).toEqual(log.positions(partition, PARTITIONS));
    const chain = brokers.topic.get(0)!.map(({ headers }) => String(headers!['ce_previous']));
    expect(chain).toEqual(['0', ...log.positions(0, PARTITIONS).slice(0, -1).map(String)]);
  });

  it('stops where a send is never answered, and keeps what the other partitions got', async () => {
    const [brokers, log] = [new ScriptedBrokers(), new ScriptedLog()];
    for (let partition = 0; partition < PARTITIONS; partition += 1) log.add(streamOn(partition));
    let asked = false;
    brokers.before = (messages) => {
      if (messages[0]!.partition !== 1) return undefined;
      asked = true;
      return new Promise(() => undefined);
    };
    const { relay, checkpoint } = start(brokers, log);
    await until(() => asked && brokers.topic.size === 2);
    await relay.close();
    const { position, links } = await checkpoint();
    expect(position).toBe(0n);
    expect(links).toEqual([0, 1, 2].map((n) => (n === 1 ? 0n : log.positions(n, PARTITIONS)[0])));
  });
});
