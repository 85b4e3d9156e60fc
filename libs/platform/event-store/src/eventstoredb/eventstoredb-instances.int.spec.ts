import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { plusMillis } from '@smartkey/kernel';
import { until, untilSeen } from '@smartkey/testing';
import { FakeEventStoreDb } from '@smartkey/testing/eventstoredb';
import { eventsOf, fenceOf, freshStream } from '../contract/tested-log.contract.ts';
import { BehindFenceError, EventStoreUnavailableError, verifyStream } from '../index.ts';
import { appendTo, LogsUnderTest, SHORT, type OpenedLog } from './eventstoredb-log.fixture.ts';

const BEFORE = '2018-01-01T00:00:00.000Z';
const FENCE = '2018-01-01T00:00:01.000Z';

describe('a log in EventStoreDB, among the processes that append to it', () => {
  const logs = LogsUnderTest.ready();

  describe('whose commits take their time', () => {
    /** Longer than the commit timeout, so that a repeat of what is under way always fails. */
    const slow = (commitMillis: number) =>
      FakeEventStoreDb.start({ commitMillis, commitTimeoutMillis: commitMillis - 50 });

    it('lets instances begin a log together', async () => {
      logs.fake = await slow(300);
      // The tables are there already, so that making them keeps none of them back.
      await logs.open();
      const log = `test-${randomUUID()}`;
      const many = await Promise.all([1, 2, 3, 4].map(() => logs.open({ log })));
      for (const one of many) await one.store.check();
      expect(logs.fake.log.stream(`${log}-identity`)).toHaveLength(1);
    });

    it('waits for somebody else’s attempt with the same ids instead of running into the commit timeout', async () => {
      logs.fake = await FakeEventStoreDb.start({ commitMillis: 200, commitTimeoutMillis: 2_500 });
      const times = { ...SHORT, deadline: 3_000, lease: 20_000 };
      const instances = [await logs.open({ times }), await logs.open({ times }), await logs.open({ times })];
      const stream = freshStream();
      const results = await Promise.all(instances.map((one) => appendTo(one, stream)));
      expect(results.filter(({ repeated }) => !repeated)).toHaveLength(1);
      expect(logs.fake.log.stream(`${logs.log}/${stream}`)).toHaveLength(1);
      // One for the log’s own beginning, one for the stream: none that the server would let fail after its time.
      expect(logs.fake.calls('append')).toBe(2);
    });

    it('waits for it no longer than is of use', async () => {
      const one = await logs.open();
      const alive = randomUUID();
      await one.database.execute(
        `INSERT INTO log_instances VALUES ($1, clock_timestamp() + interval '1 hour')`,
        [alive],
      );
      const stream = freshStream();
      const [event] = eventsOf(stream, 1);
      await one.database.execute('INSERT INTO event_claims VALUES ($1, $2, 0, ARRAY[$3])', [
        event!.id,
        stream,
        `${alive}/1`,
      ]);
      let waited = false;
      const timer = setTimeout(() => (waited = true), SHORT.sameIds * 0.9);
      expect(await appendTo(one, stream)).toMatchObject({ revision: 0, repeated: false });
      expect(waited).toBe(true);
      clearTimeout(timer);
    });

    it('waits for what was faster to be seen, and appends behind it', async () => {
      logs.fake = await FakeEventStoreDb.start({ commitMillis: 100 });
      const instances = [await logs.open(), await logs.open(), await logs.open()];
      const stream = freshStream();
      const results = await Promise.all(
        instances.map(({ store }, i) =>
          store.append({ stream, expected: 'any', events: eventsOf(stream, 1, `/${i}`) }),
        ),
      );
      expect(results.map(({ revision }) => revision).sort()).toEqual([0, 1, 2]);
      expect(verifyStream(await instances[0]!.store.readStream(stream))).toBeUndefined();
      // Not asked again and again while nothing has changed.
      expect(logs.fake.calls('append')).toBeLessThan(12);
    });
  });

  describe('the fence', () => {
    it('is told to the others, however seldom they look for it', async () => {
      const times = { poll: 3_600_000, lease: 7_200_000 };
      const [one, two] = [await logs.open({ times }), await logs.open({ times })];
      for (let millis = 0; millis < 6; millis += 2) {
        await one.store.raiseFence(plusMillis(FENCE, millis));
        await two.store.raiseFence(plusMillis(FENCE, millis + 1));
      }
      expect(await fenceOf(one.store)).toBe(plusMillis(FENCE, 5));
    });

    it('waits for an append under way, of this instance and of another', async () => {
      const [one, two] = [await logs.open({ times: { deadline: 10_000, lease: 60_000 } }), await logs.open()];
      const held = logs.fake.holdNextAppend();
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
      await until(refused);
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(up).toEqual([]);
      held.release();
      expect(await append).toMatchObject({ revision: 0 });
      await Promise.all(raised);
      const { events } = await two.store.readAll({ after: 0n, limit: 1_000 });
      expect(events.filter((event) => event.stream === stream)).toHaveLength(1);
    });

    it('waits for the lease of an instance that is not heard of any more, which refuses appends by then', async () => {
      const [one, two] = [await logs.open(), await logs.open()];
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
      const answer = await untilSeen(
        () => appendTo(one, freshStream(), BEFORE).catch((error: unknown) => error),
        (seen) => !(seen instanceof EventStoreUnavailableError),
      );
      expect(answer).toBeInstanceOf(BehindFenceError);
    });

    it('is known to an instance that joins later', async () => {
      await (await logs.open()).store.raiseFence(FENCE);
      await expect(appendTo(await logs.open(), freshStream(), BEFORE)).rejects.toBeInstanceOf(
        BehindFenceError,
      );
    });

    it('is not waited for when the log is closed', async () => {
      const [one, two] = [await logs.open(), await logs.open({ times: { deadline: 10_000, lease: 60_000 } })];
      const held = logs.fake.holdNextAppend();
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

    it('stands once in an append, and concerns no other append beside it', async () => {
      const one = await logs.open();
      const [stream, other] = [freshStream(), freshStream()];
      const [event] = eventsOf(stream, 1);
      const twice = one.store.append({ stream, expected: 'any', events: [event!, event!] });
      const beside = appendTo(one, other);
      await expect(twice).rejects.toMatchObject({ name: 'DuplicateEventError', eventId: event!.id });
      expect(await beside).toMatchObject({ revision: 0, repeated: false });
      expect(await one.store.readStream(stream)).toEqual([]);
    });

    it('is free again where its append was refused', async () => {
      const one = await logs.open();
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
      const one = await logs.open();
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
      const one = await logs.open({ times: { patience: 20_000 } });
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
      const one = await logs.open();
      const stream = freshStream();
      for (let i = 0; i < 300; i += 50)
        await one.store.append({ stream, expected: 'any', events: eventsOf(stream, 50, `/${i}`) });
      const lost = eventsOf(stream, 50, '/50');
      // A backup from when a third of it was there.
      await one.database.execute('DELETE FROM event_claims WHERE from_revision >= 50');
      await logs.closeAll();
      const two = await logs.open();
      expect(await two.store.append({ stream, expected: 'any', events: lost })).toMatchObject({
        revision: 99,
        repeated: true,
      });
      expect((await two.store.findEvent(lost[0]!.id))?.revision).toBe(50);
    });

    it('stays claimed by an append whose outcome is not known, and the same append finds out', async () => {
      const [one, two] = [await logs.open(), await logs.open()];
      const held = logs.fake.holdNextAppend();
      const stream = freshStream();
      const append = appendTo(one, stream).catch((error: unknown) => error);
      await held.arrived;
      // Tried again in vain, until the instance has no lease for it any more.
      logs.fake.fallSilent();
      one.cut(/log_instances|log_fence/);
      await new Promise((resolve) => setTimeout(resolve, SHORT.lease + 100));
      logs.fake.speakAgain();
      expect(await append).toBeInstanceOf(EventStoreUnavailableError);
      held.release();
      expect(await appendTo(two, stream)).toMatchObject({ revision: 0, repeated: true });
      const other = two.store.append({ stream: freshStream(), expected: 'any', events: eventsOf(stream, 1) });
      await expect(other).rejects.toMatchObject({ name: 'DuplicateEventError' });
    });
  });
});
