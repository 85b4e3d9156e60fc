import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database } from '@smartkey/database';
import { createEventStore } from '@smartkey/event-store';
import { SystemClock } from '@smartkey/identity';
import { ReadAnchors } from '@smartkey/projections';
import { until, untilSeen } from '@smartkey/testing';
import { pino } from 'pino';
import { kafkaClient } from '../settings/kafka-settings.ts';
import { createTopics } from '../topics/kafka-topics.ts';
import { LedgerOnKafka, whyLeftOut } from '../bus/ledger-on-kafka.fixture.ts';
import { logEnds } from './log-ends.ts';
import { NotDrainedError } from './not-drained-error.ts';
import { formerTopics } from './refuse-holes.ts';
import { RelayCheckpoints } from '../relay/relay-checkpoint.ts';
import { repartition, type StoppedService } from './repartition.ts';

const missing = whyLeftOut('repartitioning on a real Kafka');
const plan = { from: 'smartkey', to: 'smartkey.g2', partitions: 5 };

(missing === undefined ? describe : describe.skip)(
  'repartitioning, on a real Kafka and a real PostgreSQL',
  () => {
    let kafka: LedgerOnKafka;

    const stopped = (): Promise<readonly StoppedService[]> =>
      Promise.all(
        (['authentication', 'billing'] as const).map(async (name) => {
          const database = await kafka.server.database(name);
          return { name, database, store: await createEventStore(database, new SystemClock()) };
        }),
      );
    const newTopics = async (topicPrefix: string, partitions: number): Promise<void> => {
      const settings = { ...kafka.settings, topicPrefix };
      const client = kafkaClient(settings, pino({ level: 'silent' }));
      await createTopics(client, settings, { partitions, replicationFactor: 1, retentionHours: 1 });
    };
    const topics = () =>
      formerTopics(kafkaClient(kafka.settings, pino({ level: 'silent' })), kafka.settings, () => undefined);
    const marks = async () =>
      (await kafka.server.database('billing')).query<{ partition: number; position: bigint; parked: number }>(
        'select partition, position, parked from projection_mark order by partition',
      );

    beforeAll(async () => {
      kafka = await LedgerOnKafka.start(3);
      await newTopics(plan.to, plan.partitions);
      LedgerOnKafka.refusing = true;
      await kafka.open();
      await kafka.append(200);
      // One stream that is parked, and what queues behind it.
      await kafka.append(1, { account: 'rid_1', device: 'dev_1', authentication: 'bad' }, 'account-3');
      await kafka.append(100);
      await until(async () => (await kafka.billing.host.parked())[0]?.waiting === 10);
      await pause(500);
    });
    afterAll(async () => {
      LedgerOnKafka.refusing = false;
      await kafka?.stop();
    });

    it('is refused while a reader has not taken everything in, and changes nothing', async () => {
      const before = await untilSteady(marks);
      await kafka.billing.stop();
      await kafka.append(20);
      await pause(500);
      await kafka.close();
      await expect(repartition(await stopped(), plan, topics())).rejects.toThrow(NotDrainedError);
      expect(await marks()).toEqual(before);
    });

    it('is refused where the former topic has not the whole log yet', async () => {
      const { database } = (await stopped())[0]!;
      const [row] = await database.query<{ position: bigint }>('select position from relay_checkpoint');
      await database.execute('update relay_checkpoint set position = 1');
      await expect(repartition(await stopped(), plan, topics())).rejects.toThrow(
        /^smartkey\.authentication has the log of/,
      );
      await database.execute('update relay_checkpoint set position = $1', [row!.position]);
    });

    it('is refused where the former topic lacks an event that its relay counts as published, unless that is known', async () => {
      await kafka.open();
      await untilDrained();
      await kafka.authentication.stop();
      await kafka.append(1, undefined, 'account-1');
      await kafka.close();
      // As a send left it that the library called a success.
      const [{ database, store }] = (await stopped()) as [StoppedService, StoppedService];
      const { settled, partitions } = await logEnds(store, [3]);
      await new RelayCheckpoints(database, 'smartkey.authentication', 3).write({
        position: settled,
        links: partitions.get(3)!,
      });
      await kafka.open();
      // The reader sees the gap by the next event of that partition, and fills it.
      await kafka.append(1, undefined, 'account-1');
      await untilDrained();
      await kafka.close();
      await expect(repartition(await stopped(), plan, topics())).rejects.toThrow(
        /^smartkey\.authentication lacks what the log of authentication has after \d+ up to \d+, on partition \d/,
      );
      expect(await marks()).toHaveLength(3);
      // The topic is made whole, as a relay does that begins again.
      await database.execute("update relay_checkpoint set position = 0, links = '{0,0,0}'");
      await kafka.open();
      await kafka.append(1);
      await untilDrained();
      await pause(1_000);
      await kafka.close();
    });

    it('lets a service that was cut off in the middle be done by the next run, and does nothing twice', async () => {
      await kafka.open();
      await untilDrained();
      await kafka.close();
      const [authentication, billing] = await stopped();
      const dying = dyingAtTransactions(billing!.database);
      await expect(
        repartition([authentication!, { ...billing!, database: dying }], plan, topics()),
      ).rejects.toThrow('the power failed');
      expect(await marks()).toHaveLength(3);
      expect(await repartition(await stopped(), plan, topics())).toEqual(['billing']);
      expect(await repartition(await stopped(), plan, topics())).toEqual([]);
      const rewritten = await marks();
      expect(rewritten.map(({ partition }) => partition)).toEqual([0, 1, 2, 3, 4]);
      expect(rewritten.reduce((sum, { parked }) => sum + parked, 0)).toBe(1);
      // What the new marks remember is in the log: nobody says that it went back.
      const { store } = authentication!;
      const remembered = (await new ReadAnchors(billing!.database).newest('authentication')).map(
        ({ event }) => event,
      );
      expect(remembered.map(({ position }) => position).sort()).toEqual(
        rewritten.flatMap(({ position }) => (position > 0n ? [position] : [])).sort(),
      );
      expect(await store.holds(remembered)).toEqual(remembered.map(() => true));
      expect(await store.standing.since()).toBeUndefined();
    });

    it('refuses the old topics from then on, for what was counted would count again', async () => {
      await expect(kafka.open()).rejects.toThrow(/with 3 partitions, but .* was built from 5/);
      await kafka.close();
    });

    it('counts everything exactly once on the new topics, what was parked too', async () => {
      kafka.settings = { ...kafka.settings, topicPrefix: plan.to };
      await kafka.open();
      await kafka.append(150);
      await untilDrained();
      expect(await kafka.billing.host.parked()).toMatchObject([{ stream: 'account-3' }]);
      LedgerOnKafka.refusing = false;
      expect(await kafka.billing.host.retry('ledger', 'authentication', 'account-3')).toBe(0);
      await kafka.append(50);
      await kafka.caughtUp();
      expect(await kafka.lines()).toEqual(await kafka.expected());
      await kafka.close();
    });

    it('may go back to topics that have served before: what is published again is known by its position', async () => {
      const back = { from: plan.to, to: 'smartkey', partitions: 3 };
      expect(await repartition(await stopped(), back, topics())).toContain('billing');
      kafka.settings = { ...kafka.settings, topicPrefix: back.to };
      await kafka.open();
      await kafka.append(50);
      await kafka.caughtUp();
      expect(await kafka.lines()).toEqual(await kafka.expected());
    });

    /** Everything but the parked stream is in the ledger. */
    async function untilDrained(): Promise<void> {
      const expected = await kafka.expected();
      delete expected['account-3'];
      await until(async () => {
        const lines = await kafka.lines();
        delete lines['account-3'];
        return JSON.stringify(sorted(lines)) === JSON.stringify(sorted(expected));
      });
      await untilSteady(marks);
    }
  },
);

const dyingAtTransactions = (database: Database): Database => ({
  searchPath: database.searchPath,
  query: (text, parameters) => database.query(text, parameters),
  execute: (text, parameters) => database.execute(text, parameters),
  script: (text) => database.script(text),
  checkWrites: () => database.checkWrites(),
  within: (...path) => database.within(...path),
  exclusively: (lock, work, options) => database.exclusively(lock, work, options),
  transaction: () => Promise.reject(new Error('the power failed')),
});

const sorted = (lines: Record<string, string>) => Object.entries(lines).sort();

/** Waits until two looks see the same. */
async function untilSteady<T>(look: () => Promise<T>): Promise<T> {
  const text = (value: T): string =>
    JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? String(each) : each));
  const twice = async (): Promise<readonly [T, T]> => {
    const before = await look();
    await pause(500);
    return [before, await look()];
  };
  return (await untilSeen(twice, ([before, now]) => text(now) === text(before)))[1];
}
