import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startPostgres, type PostgresHarness } from '@smartkey/testing';
import { FakeEventStoreDb } from '@smartkey/testing/eventstoredb';
import { eventsOf, freshStream, testEvent } from '../event-store.contract.ts';
import { BehindFenceError, EventStoreUnavailableError, verifyStream } from '../index.ts';
import { openLog, SHORT, type OpenedLog } from './eventstoredb-log.fixture.ts';

const BEFORE = '2018-01-01T00:00:00.000Z';
const FENCE = '2018-01-01T00:00:01.000Z';

let postgres: PostgresHarness;
beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);
afterAll(() => postgres.stop());

describe('a log in EventStoreDB', () => {
  let fake: FakeEventStoreDb;
  let databaseUrl: string;
  let log: string;
  const opened: OpenedLog[] = [];
  const open = async (more: Partial<Parameters<typeof openLog>[0]> = {}) => {
    const one = await openLog({ fake, databaseUrl, log, ...more });
    opened.push(one);
    return one;
  };
  beforeEach(async () => {
    fake = await FakeEventStoreDb.start();
    databaseUrl = await postgres.createDatabase();
    log = `test-${randomUUID()}`;
  });
  afterEach(async () => {
    fake.speakAgain();
    for (const one of opened.splice(0)) await one.close();
    await fake.stop();
  });
  const appendTo = ({ store }: OpenedLog, stream: string, stampedAt?: string, count = 1) =>
    store.append({
      stream,
      expected: 'any',
      events: eventsOf(stream, count),
      ...(stampedAt === undefined ? {} : { stampedAt }),
    });
  /** Appends to the server but for the one by which the log was begun. */
  const appendCalls = () => fake.calls('append') - 1;
  const until = async (reached: () => boolean) => {
    while (!reached()) await new Promise((resolve) => setTimeout(resolve, 5));
  };

  describe('appends', () => {
    it.each(['broken', 'silent'] as const)(
      'again with the same ids where the answer is lost (%s): stored once, told as the first',
      async (how) => {
        const one = await open();
        fake.loseNextAppendAnswer(how);
        const stream = freshStream();
        expect(await appendTo(one, stream, BEFORE, 3)).toMatchObject({ revision: 2, repeated: false });
        expect(appendCalls()).toBeGreaterThanOrEqual(2);
        const stored = await one.store.readStream(stream);
        expect(stored).toHaveLength(3);
        expect(verifyStream(stored)).toBeUndefined();
      },
    );

    it('again where the node is not ready', async () => {
      const one = await open();
      fake.failNextAppend();
      fake.failNextAppend();
      expect(await appendTo(one, freshStream())).toMatchObject({ revision: 0, repeated: false });
      expect(appendCalls()).toBeGreaterThanOrEqual(3);
    });

    it('as the first what another instance repeats before the answer is there', async () => {
      const [one, two] = [await open(), await open()];
      fake.loseNextAppendAnswer('silent');
      const stream = freshStream();
      const first = appendTo(one, stream);
      await until(() => fake.log.stream(`${log}/${stream}`).length > 0);
      expect(await appendTo(two, stream)).toMatchObject({ repeated: true });
      expect(await first).toMatchObject({ repeated: false });
      expect(await one.store.readStream(stream)).toHaveLength(1);
    });

    it('by the plain call only, though the server offers batches', async () => {
      const one = await open();
      await appendTo(one, freshStream());
      expect(appendCalls()).toBeGreaterThanOrEqual(1);
      expect(fake.calls('batchAppend') + fake.calls('features')).toBe(0);
    });

    it('undisturbed by another store in the process, whose server fails', async () => {
      const failing = await FakeEventStoreDb.start();
      const another = { fake: failing, databaseUrl: await postgres.createDatabase() };
      const [one, other] = [await open(), await open(another)];
      const held = fake.holdNextAppend();
      const stream = freshStream();
      const first = appendTo(one, stream);
      await held.arrived;
      failing.failNextAppend();
      const second = appendTo(other, stream);
      await until(() => failing.calls('append') >= 3);
      held.release();
      expect(await first).toMatchObject({ revision: 0, repeated: false });
      expect(await second).toMatchObject({ revision: 0, repeated: false });
      await failing.stop();
    });

    it('nothing that is larger than the server takes, and leaves its ids free', async () => {
      const small = await FakeEventStoreDb.start({ maxAppendBytes: 2_000 });
      const one = await open({ fake: small });
      const stream = freshStream();
      const large = testEvent(stream, { text: 'x'.repeat(3_000) });
      await expect(one.store.append({ stream, expected: 'any', events: [large] })).rejects.toThrow(
        /Maximum Append Size/,
      );
      expect(await appendTo(one, stream)).toMatchObject({ revision: 0 });
      const other = freshStream();
      const again = { ...large, data: {} };
      expect(await one.store.append({ stream: other, expected: 'any', events: [again] })).toMatchObject({
        revision: 0,
      });
      await one.close();
      opened.splice(opened.indexOf(one), 1);
      await small.stop();
    });
  });

  describe('a server that is silent', () => {
    it('is not waited for without end: the call is refused as unavailable, and nothing is stored', async () => {
      const one = await open();
      fake.fallSilent();
      const stream = freshStream();
      await expect(appendTo(one, stream)).rejects.toBeInstanceOf(EventStoreUnavailableError);
      await expect(one.store.readAll({ after: 0n, limit: 1 })).rejects.toBeInstanceOf(
        EventStoreUnavailableError,
      );
      await expect(one.store.check()).rejects.toBeInstanceOf(EventStoreUnavailableError);
      fake.speakAgain();
      expect(await one.store.readStream(stream)).toEqual([]);
      await one.store.check();
      expect(await appendTo(one, stream)).toMatchObject({ revision: 0, repeated: false });
    });
  });

  describe('reading', () => {
    it('sees nothing of other logs on the server, and passes over what they hold', async () => {
      const [one, other] = [
        await open(),
        await open({ log: `${log}2`, databaseUrl: await postgres.createDatabase() }),
      ];
      const first = await appendTo(one, freshStream());
      for (let i = 0; i < 40; i += 1) await appendTo(other, freshStream());
      const page = await one.store.readAll({ after: 0n, limit: 10 });
      expect(page.events).toEqual(first.events);
      expect(page.upTo).toBeGreaterThan(first.position);
      const reads = fake.calls('read');
      expect(await one.store.readAll({ after: page.upTo, limit: 10 })).toEqual({
        events: [],
        upTo: page.upTo,
      });
      // The end of the log is all that had to be looked at.
      expect(fake.calls('read')).toBe(reads + 1);
      expect(await one.store.settledPosition()).toBe(page.upTo);
    });

    it('stops at an event that something else has written, and names it', async () => {
      const one = await open();
      const foreign = { type: 'Odd', contentType: 'application/json', data: Buffer.from('{}') };
      fake.log.append(`${log}/odd`, 'any', [
        { ...foreign, id: randomUUID(), customMetadata: new Uint8Array() },
      ]);
      await expect(one.store.readAll({ after: 0n, limit: 10 })).rejects.toThrow(
        /event 0 of .*\/odd was written by something else/,
      );
    });

    it('finds the node by discovery', async () => {
      const discovering = { connectionString: `esdb+discover://127.0.0.1:${fake.port}?tls=false` };
      const one = await open({ fake: discovering });
      expect(await appendTo(one, freshStream())).toMatchObject({ revision: 0 });
      expect(fake.calls('gossip')).toBeGreaterThan(0);
    });
  });

  describe('the appends of other instances', () => {
    it.each(['error', 'end'] as const)(
      'are told, each once, also those made while the subscription was down (%s)',
      async (how) => {
        const [one, two] = [await open(), await open()];
        await until(() => fake.subscribers === 2);
        let told = 0;
        one.store.onAppended(() => (told += 1));
        await appendTo(two, freshStream());
        await until(() => told === 1);
        fake.dropSubscriptions(how);
        expect(fake.subscribers).toBe(0);
        await appendTo(two, freshStream(), undefined, 2);
        await until(() => told >= 3);
        await until(() => fake.subscribers === 2);
        await appendTo(two, freshStream());
        await until(() => told >= 4);
        expect(told).toBe(4);
      },
    );
  });

  describe('the fence', () => {
    it('waits for an append under way, of this instance and of another', async () => {
      const [one, two] = [await open({ times: { deadline: 10_000, lease: 60_000 } }), await open()];
      const held = fake.holdNextAppend();
      const stream = freshStream();
      const append = appendTo(one, stream, BEFORE);
      await held.arrived;
      const up: string[] = [];
      const raised = [
        one.store.raiseFence(FENCE).then(() => up.push('one')),
        two.store.raiseFence(FENCE).then(() => up.push('two')),
      ];
      const refused = async () =>
        (await appendTo(two, freshStream(), BEFORE).catch((error: unknown) => error)) instanceof
        BehindFenceError;
      while (!(await refused()));
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(up).toEqual([]);
      held.release();
      expect(await append).toMatchObject({ revision: 0 });
      await Promise.all(raised);
      const { events } = await two.store.readAll({ after: 0n, limit: 1_000 });
      expect(events.filter((event) => event.stream === stream)).toHaveLength(1);
    });

    it('waits for the lease of an instance that is not heard of any more, which refuses appends by then', async () => {
      const [one, two] = [await open(), await open()];
      const leaseUntil = async () => {
        const rows = await two.database.query<{ until: string }>(
          `SELECT min(lease_until) AS until FROM log_instances`,
        );
        return rows[0]!.until;
      };
      one.cut(/log_instances|log_fence/);
      const ends = await leaseUntil();
      await two.store.raiseFence(FENCE);
      const [now] = await two.database.query<{ now: string }>('SELECT clock_timestamp() AS now');
      expect(now!.now >= ends).toBe(true);
      // It does not even know of the fence.
      await expect(appendTo(one, freshStream(), BEFORE)).rejects.toBeInstanceOf(EventStoreUnavailableError);
      await expect(appendTo(one, freshStream())).rejects.toBeInstanceOf(EventStoreUnavailableError);
      await expect(one.store.check()).rejects.toThrow(/no lease/);
      one.cut(/nothing/);
      for (;;) {
        const answer = await appendTo(one, freshStream(), BEFORE).catch((error: unknown) => error);
        if (answer instanceof EventStoreUnavailableError) continue;
        expect(answer).toBeInstanceOf(BehindFenceError);
        break;
      }
    });

    it('is known to an instance that joins later', async () => {
      await (await open()).store.raiseFence(FENCE);
      await expect(appendTo(await open(), freshStream(), BEFORE)).rejects.toBeInstanceOf(BehindFenceError);
    });

    it('is not waited for when the log is closed', async () => {
      const [one, two] = [await open(), await open({ times: { deadline: 10_000, lease: 60_000 } })];
      const held = fake.holdNextAppend();
      const append = appendTo(two, freshStream(), BEFORE);
      await held.arrived;
      const raised = one.store.raiseFence(FENCE);
      const outcome = expect(raised).rejects.toBeInstanceOf(EventStoreUnavailableError);
      await one.store.close();
      await outcome;
      held.release();
      await append;
    });
  });

  describe('the id of an event', () => {
    const claim = (one: OpenedLog, id: string, stream: string, holder: string) =>
      one.database.execute('INSERT INTO event_claims VALUES ($1, $2, 0, ARRAY[$3])', [id, stream, holder]);

    it('is free again where its append was refused', async () => {
      const one = await open();
      const [stream, other] = [freshStream(), freshStream()];
      const events = eventsOf(other, 2);
      await expect(one.store.append({ stream, expected: 4, events })).rejects.toMatchObject({
        name: 'WrongExpectedRevisionError',
      });
      expect(await one.store.append({ stream: other, expected: 'no-stream', events })).toMatchObject({
        revision: 1,
        repeated: false,
      });
      expect((await one.store.findEvent(events[1]!.id))!.stream).toBe(other);
    });

    it('is taken over from an instance whose lease has ended without the event being there', async () => {
      const one = await open();
      const dead = randomUUID();
      await one.database.execute(
        `INSERT INTO log_instances VALUES ($1, clock_timestamp() - interval '1 second')`,
        [dead],
      );
      const [stream, other] = [freshStream(), freshStream()];
      const events = eventsOf(stream, 1);
      await claim(one, events[0]!.id, other, `${dead}/1`);
      expect(await one.store.append({ stream, expected: 'no-stream', events })).toMatchObject({
        revision: 0,
      });
      await expect(one.store.append({ stream: other, expected: 'any', events })).rejects.toMatchObject({
        name: 'DuplicateEventError',
      });
    });

    it('is waited for while a live instance may append it elsewhere', async () => {
      const one = await open({ times: { patience: 20_000 } });
      const alive = randomUUID();
      await one.database.execute(
        `INSERT INTO log_instances VALUES ($1, clock_timestamp() + interval '1 hour')`,
        [alive],
      );
      const [stream, other] = [freshStream(), freshStream()];
      const events = eventsOf(stream, 1);
      await claim(one, events[0]!.id, other, `${alive}/1`);
      let ended = false;
      const append = one.store
        .append({ stream, expected: 'no-stream', events })
        .finally(() => (ended = true));
      await new Promise((resolve) => setTimeout(resolve, 200));
      expect(ended).toBe(false);
      await one.database.execute('DELETE FROM log_instances WHERE id = $1', [alive]);
      expect(await append).toMatchObject({ revision: 0 });
    });

    it('is claimed again at the opening where the database was restored to before its append', async () => {
      const one = await open();
      const stream = freshStream();
      for (let i = 0; i < 300; i += 50)
        await one.store.append({ stream, expected: 'any', events: eventsOf(stream, 50, `/${i}`) });
      const lost = eventsOf(stream, 50, '/50');
      // A backup from when a third of it was there.
      await one.database.execute('DELETE FROM event_claims WHERE from_revision >= 50');
      await one.close();
      opened.splice(0);
      const two = await open();
      expect(await two.store.append({ stream, expected: 'any', events: lost })).toMatchObject({
        revision: 99,
        repeated: true,
      });
      expect((await two.store.findEvent(lost[0]!.id))?.revision).toBe(50);
    });

    it('stays claimed by an append whose outcome is not known, and the same append finds out', async () => {
      const [one, two] = [await open(), await open()];
      const held = fake.holdNextAppend();
      const stream = freshStream();
      const append = appendTo(one, stream).catch((error: unknown) => error);
      await held.arrived;
      // Tried again in vain, until the instance has no lease for it any more.
      fake.fallSilent();
      one.cut(/log_instances|log_fence/);
      await new Promise((resolve) => setTimeout(resolve, SHORT.lease + 100));
      fake.speakAgain();
      expect(await append).toBeInstanceOf(EventStoreUnavailableError);
      held.release();
      expect(await appendTo(two, stream)).toMatchObject({ revision: 0, repeated: true });
      const other = two.store.append({ stream: freshStream(), expected: 'any', events: eventsOf(stream, 1) });
      await expect(other).rejects.toMatchObject({ name: 'DuplicateEventError' });
    });
  });
});
