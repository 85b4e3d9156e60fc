import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { openPglite, openPostgres, type Database, type DatabaseServer } from '@smartkey/database';
import { startPostgres, TestClock, type PostgresHarness } from '@smartkey/testing';
import { eventsOf, fenceOf, freshStream, testEvent } from '../contract/tested-log.contract.ts';
import {
  canonicalEvent,
  createEventStore,
  DuplicateEventError,
  verifyLog,
  verifyStream,
  WrongExpectedRevisionError,
  type ChainBreak,
  type PostgresEventStore,
} from '../index.ts';

let postgres: PostgresHarness;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

interface Log {
  readonly database: Database;
  readonly store: PostgresEventStore;
}

function logIn(open: () => Promise<DatabaseServer>): Log {
  const log = {} as { database: Database; store: PostgresEventStore };
  let server: DatabaseServer;
  beforeAll(async () => {
    server = await open();
    log.database = await server.database('service');
    log.store = await createEventStore(log.database, new TestClock());
  });
  afterAll(() => server.close());
  return log;
}

function eventLog(adapter: string, open: () => Promise<DatabaseServer>): void {
  describe(`the log in PostgreSQL's dialect on ${adapter}`, () => {
    const log = logIn(open);

    describe('events of a transaction of the service', () => {
      beforeAll(() => log.database.script('CREATE TABLE device (id text PRIMARY KEY, step bigint)'));

      it('come with its rows, or neither does', async () => {
        const stream = freshStream();
        const append = { stream, expected: 'any' as const, events: eventsOf(stream, 2) };
        const write = (fail: boolean) =>
          log.database.transaction(async (tx) => {
            await tx.execute('INSERT INTO device VALUES ($1, 1)', [stream]);
            const result = await log.store.appendWithin(tx, append);
            if (fail) throw new Error('stop');
            return result;
          });
        await expect(write(true)).rejects.toThrow('stop');
        expect(await log.store.readStream(stream)).toEqual([]);
        const { events } = await write(false);
        expect(await log.store.readStream(stream)).toEqual(events);
        expect(await log.database.query('SELECT step FROM device WHERE id = $1', [stream])).toEqual([
          { step: 1n },
        ]);
      });

      it('may go to several streams, and several times to one', async () => {
        const [a, b] = [freshStream(), freshStream()];
        await log.database.transaction(async (tx) => {
          await log.store.appendWithin(tx, { stream: a, expected: 'no-stream', events: eventsOf(a, 2) });
          await log.store.appendWithin(tx, { stream: b, expected: 'no-stream', events: eventsOf(b, 1) });
          await log.store.appendWithin(tx, { stream: a, expected: 1, events: eventsOf(a, 1, '/more') });
        });
        const [ofA, ofB] = await log.store.readStreams([a, b]);
        expect(ofA!.map(({ revision }) => revision)).toEqual([0, 1, 2]);
        expect(verifyStream(ofA!)).toBeUndefined();
        const positions = [ofA![0], ofA![1], ofB![0], ofA![2]].map((event) => event!.position);
        expect(positions).toEqual(positions.map((_, i) => positions[0]! + BigInt(i)));
      });

      it('are checked as any append, and tell listeners after the commit', async () => {
        const stream = freshStream();
        const append = { stream, expected: 'no-stream' as const, events: eventsOf(stream, 1) };
        const within = (one: Parameters<PostgresEventStore['append']>[0]) =>
          log.database.transaction((tx) => log.store.appendWithin(tx, one));
        let told = 0;
        const stop = log.store.onAppended(() => (told += 1));
        const first = await within(append);
        expect(told).toBe(1);
        expect(await within(append)).toEqual({ ...first, repeated: true });
        await expect(within({ ...append, events: eventsOf(stream, 1, '/b') })).rejects.toBeInstanceOf(
          WrongExpectedRevisionError,
        );
        await expect(within({ ...append, stream: freshStream() })).rejects.toBeInstanceOf(
          DuplicateEventError,
        );
        expect(told).toBe(2);
        stop();
      });

      it('may be appended by functions of the service, through append_events', async () => {
        const stream = freshStream();
        await log.database.script(`
          CREATE FUNCTION note(stream text, before text, after text) RETURNS text LANGUAGE plpgsql AS $$
          BEGIN
            RETURN (SELECT outcome FROM append_events(stream, -1, ARRAY[before], ARRAY[after], NULL, false));
          END $$`);
        const { beforeRevision, afterRevision } = canonicalEvent(
          stream,
          testEvent(stream),
          '2018-01-01T00:00:00.000Z',
        );
        const call = () =>
          log.database.query('SELECT note($1, $2, $3) AS outcome', [stream, beforeRevision, afterRevision]);
        expect(await call()).toEqual([{ outcome: 'appended' }]);
        expect(await call()).toEqual([{ outcome: 'repeated' }]);
        const events = await log.store.readStream(stream);
        expect(events).toMatchObject([testEvent(stream)]);
        expect(verifyStream(events)).toBeUndefined();
      });
    });

    describe('a history that was tampered with is found and named', () => {
      async function tampered(change: string): Promise<ChainBreak | undefined> {
        const stream = freshStream();
        await log.store.append({ stream, expected: 'no-stream', events: eventsOf(stream, 5) });
        expect(verifyStream(await log.store.readStream(stream))).toBeUndefined();
        expect(await log.database.execute(change, [stream])).toBeGreaterThan(0);
        return verifyStream(await log.store.readStream(stream));
      }

      it.each([
        ['data', `data = data || '{"name":"another"}'`],
        ['a number in the metadata', `metadata = metadata || '{"extra":1}'`],
        ['the type', `type = 'Testes'`],
        ['the version', 'version = 2'],
        ['the business time', `occurred_at = occurred_at + interval '1 millisecond'`],
        ['the recorded time', `recorded_at = recorded_at - interval '1 day'`],
        ['the id', `id = gen_random_uuid()`],
        ['a bit of the hash', 'hash = set_bit(hash, 77, 1 - get_bit(hash, 77))'],
      ])('%s changed', async (_what, assignment) => {
        expect(
          await tampered(`UPDATE event_log SET ${assignment} WHERE stream = $1 AND revision = 2`),
        ).toMatchObject({
          revision: 2,
          kind: 'altered',
        });
      });

      it('an event removed', async () => {
        expect(await tampered('DELETE FROM event_log WHERE stream = $1 AND revision = 3')).toMatchObject({
          revision: 3,
          kind: 'missing',
        });
      });

      it('an event removed, and those behind it moved up', async () => {
        expect(
          await tampered(`
            WITH gone AS (DELETE FROM event_log WHERE stream = $1 AND revision >= 3 RETURNING *)
            INSERT INTO event_log SELECT position, stream, revision - 1, id, type, version, data, metadata, occurred_at, recorded_at, hash
            FROM gone WHERE revision > 3`).catch((error: unknown) => error),
        ).toMatchObject({ revision: 3, kind: 'altered' });
      });

      it('two events swapped', async () => {
        expect(
          await tampered(`
            UPDATE event_log l SET data = o.data, metadata = o.metadata, hash = o.hash
            FROM event_log o WHERE l.stream = $1 AND o.stream = l.stream AND l.revision IN (1, 2) AND o.revision = 3 - l.revision`),
        ).toMatchObject({ revision: 1, kind: 'altered' });
      });

      it('the first event removed', async () => {
        expect(await tampered('DELETE FROM event_log WHERE stream = $1 AND revision = 0')).toMatchObject({
          revision: 0,
          kind: 'missing',
        });
      });
    });

    it('takes one statement for an append, and one for 500 of them; what does not fit is asked about by another', async () => {
      const sent = jest.spyOn(log.database, 'query');
      const statementsOf = async (work: () => Promise<unknown>): Promise<number> => {
        sent.mockClear();
        await work();
        return sent.mock.calls.length;
      };
      const stream = freshStream();
      const next = (expected: number | 'no-stream' | 'any', mark: string, count = 1) =>
        log.store.append({ stream, expected, events: eventsOf(stream, count, mark) });
      try {
        expect(await statementsOf(() => next('no-stream', '/first'))).toBe(1);
        expect(await statementsOf(() => next(0, '/second'))).toBe(1);
        expect(await statementsOf(() => next('any', '/third'))).toBe(1);
        expect(await statementsOf(() => next(1, '/late').catch(() => undefined))).toBe(2);
        const many = Array.from({ length: 500 }, () => freshStream());
        const appends = many.map((each) => ({
          stream: each,
          expected: 'no-stream' as const,
          events: eventsOf(each, 1),
        }));
        expect(await statementsOf(() => log.store.appendMany(appends))).toBe(1);
      } finally {
        sent.mockRestore();
      }
      expect(verifyStream(await log.store.readStream(stream))).toBeUndefined();
    });

    it('goes on behind its last position where it was restored into a server with lower transaction ids', async () => {
      const clock = new TestClock();
      const stream = freshStream();
      const { position } = await log.store.append({ stream, expected: 'any', events: eventsOf(stream, 1) });
      const { upTo } = await log.store.readAll({ after: position, limit: 1 });
      // What a server that is a million transactions behind looks like from here.
      await log.database.execute('UPDATE event_log_state SET base = base - 1000000');
      expect(await log.store.settledPosition()).toBeLessThan(position);
      const restored = await createEventStore(log.database, clock);
      expect(await restored.settledPosition()).toBeGreaterThanOrEqual(position);
      const next = await restored.append({ stream, expected: 0, events: eventsOf(stream, 1, '/next') });
      expect(next.position).toBeGreaterThan(position);
      const after = await restored.readAll({ after: position, limit: 10 });
      expect(after.events).toEqual(next.events);
      expect(after.upTo).toBeGreaterThan(upTo - (1n << 40n));

      const base = async () => (await log.database.query('SELECT base FROM event_log_state'))[0];
      const lifted = await base();
      await createEventStore(log.database, clock);
      expect(await base()).toEqual(lifted);
    });
  });
}

eventLog('PGlite', () => openPglite(undefined));
eventLog('PostgreSQL', async () => openPostgres(await postgres.createDatabase(), { max: 20 }));

describe('the log on a PostgreSQL server with transactions that commit late', () => {
  const log = logIn(async () => openPostgres(await postgres.createDatabase(), { max: 20 }));

  /** A transaction that has taken its id and waits to be let go. */
  async function begun(
    work: (tx: Parameters<Parameters<Database['transaction']>[0]>[0]) => Promise<unknown>,
  ) {
    let release!: () => void;
    const held = new Promise<void>((resolve) => (release = resolve));
    let ready!: () => void;
    const isReady = new Promise<void>((resolve) => (ready = resolve));
    const ended = log.database.transaction(async (tx) => {
      await tx.query('SELECT pg_current_xact_id()');
      ready();
      await held;
      await work(tx);
    });
    await isReady;
    return { release, ended };
  }

  it('holds readers back at an open transaction, and shows its events in their place', async () => {
    const [slow, fast] = [freshStream(), freshStream()];
    const start = await log.store.settledPosition();
    const late = await begun((tx) =>
      log.store.appendWithin(tx, { stream: slow, expected: 'no-stream', events: eventsOf(slow, 1) }),
    );
    const { position } = await log.store.append({ stream: fast, expected: 'any', events: eventsOf(fast, 1) });
    const before = await log.store.readAll({ after: start, limit: 10 });
    expect(before.events).toEqual([]);
    expect(before.upTo).toBeLessThan(position);
    expect(await log.store.settledPosition()).toBeLessThan(position);
    expect(await log.store.lastPosition()).toBe(position);
    late.release();
    await late.ended;
    const { events } = await log.store.readAll({ after: before.upTo, limit: 10 });
    expect(events.map(({ stream }) => stream)).toEqual([slow, fast]);
  });

  it('ends at its last event, however far transactions have come: a younger copy that is put in has events behind that', async () => {
    const stream = freshStream();
    const { position } = await log.store.append({ stream, expected: 'any', events: eventsOf(stream, 1) });
    for (let n = 0; n < 5; n += 1) await log.database.query('SELECT pg_current_xact_id()');
    expect(await log.store.settledPosition()).toBe(position);
    const places = [
      await log.store.readAll({ after: position, limit: 10 }),
      await log.store.readAll({ after: position - 1n, limit: 10 }),
      await log.store.readLeaves({ after: position, limit: 10 }),
      await log.store.readAsStored({ after: position, limit: 10 }),
    ];
    expect(places.map(({ upTo }) => upTo)).toEqual([position, position, position, position]);
  });

  it('is verified to its last event, also behind an open transaction', async () => {
    const stream = freshStream();
    const open = await begun(() => Promise.resolve());
    const append = (turn: number) =>
      log.store.append({ stream, expected: 'any', events: eventsOf(stream, 1, `/${turn}`) });
    for (const turn of [0, 1, 2]) await append(turn);
    const sound = await verifyLog(log.store, { pageSize: 2 });
    expect(sound.breaks).toEqual([]);
    const { position } = await append(3);
    expect(await log.store.settledPosition()).toBeLessThan(position);
    expect(await verifyLog(log.store, { pageSize: 2 })).toEqual({ ...sound, events: sound.events + 1 });
    const tampered = async (text: string) => {
      await log.database.execute(`UPDATE event_log SET ${text} WHERE stream = $1 AND revision = 3`, [stream]);
      return (await verifyLog(log.store)).breaks;
    };
    expect(await tampered(`version = 2`)).toMatchObject([{ stream, revision: 3, kind: 'altered' }]);
    expect(await tampered(`version = 1`)).toEqual([]);
    expect(await tampered(`position = ${position + (1n << 40n)}`)).toMatchObject([
      { stream, revision: 3, detail: 'its position lies behind all that were ever given' },
    ]);
    open.release();
    await open.ended;
    // Nobody reads so far, but the verification does.
    expect((await log.store.readAll({ after: 0n, limit: 10_000 })).events.length).toBe(sound.events);
    expect((await verifyLog(log.store)).broken).toBe(1);
    expect(await tampered(`position = ${position}`)).toEqual([]);
  });

  it('never goes backwards within a stream: a transaction that was overtaken has to begin again', async () => {
    const stream = freshStream();
    const overtaken = await begun((tx) =>
      log.store.appendWithin(tx, { stream, expected: 'any', events: eventsOf(stream, 1, '/slow') }),
    );
    await log.store.append({ stream, expected: 'any', events: eventsOf(stream, 1) });
    overtaken.release();
    await expect(overtaken.ended).rejects.toMatchObject({ name: 'WrongExpectedRevisionError', actual: 0 });
    expect(await log.store.readStream(stream)).toHaveLength(1);
  });

  it('never skips an event, while 12 transactions commit in any order', async () => {
    const start = await log.store.settledPosition();
    let writing = true;
    const writers = Promise.all(
      Array.from({ length: 12 }, async () => {
        for (let i = 0; i < 8; i += 1) {
          const stream = freshStream();
          await log.database.transaction(async (tx) => {
            await tx.query('SELECT pg_current_xact_id(), pg_sleep(random() * 0.01)');
            await log.store.appendWithin(tx, { stream, expected: 'no-stream', events: eventsOf(stream, 2) });
            await tx.query('SELECT pg_sleep(random() * 0.02)');
          });
        }
      }),
    ).finally(() => (writing = false));
    const seen: string[] = [];
    let pagesWhileWriting = 0;
    for (let after = start; ;) {
      const last = !writing;
      const { events, upTo } = await log.store.readAll({ after, limit: 7 });
      seen.push(...events.map(({ id }) => id));
      if (writing && events.length > 0) pagesWhileWriting += 1;
      if (last && upTo === after) break;
      after = upTo;
      if (events.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await writers;
    const written = await log.database.query<{ id: string }>(
      'SELECT id FROM event_log WHERE position > $1 ORDER BY position',
      [start],
    );
    expect(written).toHaveLength(12 * 8 * 2);
    expect(seen).toEqual(written.map(({ id }) => id));
    expect(pagesWhileWriting).toBeGreaterThan(0);
  });

  it('raises the fence only when the appends under way have ended and can be read', async () => {
    const stream = freshStream();
    const append = {
      stream,
      expected: 'any' as const,
      events: eventsOf(stream, 1),
      stampedAt: '2018-01-01T00:00:00.000Z' as const,
    };
    let appended!: () => void;
    const isAppended = new Promise<void>((resolve) => (appended = resolve));
    let release!: () => void;
    const held = new Promise<void>((resolve) => (release = resolve));
    const underWay = log.database.transaction(async (tx) => {
      await log.store.appendWithin(tx, append);
      appended();
      await held;
    });
    await isAppended;
    const start = await log.store.settledPosition();
    let up = false;
    const raised = log.store.raiseFence('2018-01-01T00:00:01.000Z').then(() => (up = true));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(up).toBe(false);
    release();
    await underWay;
    await raised;
    expect(
      (await log.store.readAll({ after: start, limit: 10 })).events.map((event) => event.stream),
    ).toEqual([stream]);
    const second = freshStream();
    await expect(
      log.store.append({ ...append, stream: second, events: eventsOf(second, 1) }),
    ).rejects.toMatchObject({ name: 'BehindFenceError' });
  });

  it('raises the fence only when what stands before it is settled, also behind an older transaction', async () => {
    const older = await begun(async () => undefined);
    const stream = freshStream();
    await log.store.append({
      stream,
      expected: 'any',
      events: eventsOf(stream, 1),
      stampedAt: '2018-01-01T00:00:02.000Z',
    });
    let up = false;
    const raised = log.store.raiseFence('2018-01-01T00:00:03.000Z').then(() => (up = true));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(up).toBe(false);
    older.release();
    await older.ended;
    await raised;
    expect(await fenceOf(log.store)).toBe('2018-01-01T00:00:03.000Z');
  });
});
