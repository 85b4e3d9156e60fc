import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Database, type DatabaseServer, migrate, openPglite, openPostgres } from '@smartkey/database';
import type { Delivery, Message, Watermark } from '@smartkey/event-bus';
import { type PostgresHarness, startPostgres, until } from '@smartkey/testing';
import fc from 'fast-check';
import { pino } from 'pino';
import { Generations } from '../generations/generations.ts';
import { WrittenLog } from '../log.fixture.ts';
import { MarkBoard } from '../marks/mark-board.ts';
import { SourcesStanding } from '../marks/sources-standing.ts';
import { MarkMovedError, Marks } from '../marks/marks.ts';
import type { Projection } from '../projection.ts';
import { ANCHOR_MIGRATION, PROJECTION_MIGRATION } from '../projection-tables.ts';
import { Parking } from './parking.ts';
import { Projector } from './projector.ts';

/** Sums numbers by stream; refuses what `refused` holds, as a projection with a defect would. */
function sums(name: string, refused = new Set<unknown>()): Projection {
  return {
    name,
    version: 1,
    sources: ['contract'],
    ddl: 'create table sums (stream text primary key, total integer not null, count integer not null, last integer)',
    async apply(tx, messages) {
      for (const message of messages) {
        await tx.execute(
          `insert into sums values ($1, $2, 1, $3) on conflict (stream)
           do update set total = sums.total + $2, count = sums.count + 1, last = $3`,
          [message.stream, message.data, message.revision],
        );
        if (refused.has(message.data)) throw new TypeError(`cannot apply ${String(message.data)}`);
      }
    },
  };
}

let postgres: PostgresHarness;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

describe.each([
  ['PGlite', () => openPglite(undefined)],
  ['a PostgreSQL server', async () => openPostgres(await postgres.createDatabase())],
] as const)('a projector on %s', (_name, open) => {
  let server: DatabaseServer;
  let database: Database;
  let made = 0;

  beforeAll(async () => {
    server = await open();
    database = await server.database('billing');
    await migrate(database, [PROJECTION_MIGRATION, ANCHOR_MIGRATION], 'runtime');
  });
  afterAll(() => server.close());

  async function project(log: WrittenLog, options: { refused?: Set<unknown>; batch?: number } = {}) {
    const projection = sums(`sums-${(made += 1)}`, options.refused);
    const marks = new Marks(database);
    const generations = new Generations(database, marks);
    const generation = await generations.create(projection);
    await generations.enliven(generation);
    const parking = new Parking(marks);
    const make = () =>
      new Projector({
        projection,
        generation,
        tables: generations.tables(generation),
        marks,
        parking,
        board: new MarkBoard(),
        feeds: log,
        partitions: () => Promise.resolve(1),
        clock: { now: () => '2018-03-01T00:00:00.000Z' },
        log: pino({ level: 'silent' }),
        standing: new SourcesStanding(),
        service: 'billing',
        ...(options.batch === undefined ? {} : { batch: options.batch }),
      });
    const projector = make();
    await projector.open();
    return {
      projector,
      another: make,
      rows: () =>
        generations
          .tables(generation)
          .query<{ stream: string; total: number; count: number; last: number }>(
            'select * from sums order by stream collate "C"',
          ),
      mark: () => marks.read({ consumer: generation, source: 'contract', partition: 0 }),
      parked: () => parking.list(projection.name, generation),
    };
  }

  const deliver = (messages: readonly Message[], watermark?: Delivery['watermark']): Delivery => ({
    source: 'contract',
    partition: 0,
    messages,
    ...(watermark === undefined ? {} : { watermark }),
  });

  function written(numbers: readonly number[], streams = 2): WrittenLog {
    const log = new WrittenLog();
    numbers.forEach((number, index) => log.append(`s${index % streams}`, number));
    return log;
  }

  it('applies each message once, however often it comes', async () => {
    const log = written([1, 2, 3, 4]);
    const { projector, rows, mark } = await project(log);
    await projector.handle(deliver(log.messages.slice(0, 3)));
    await projector.handle(deliver(log.messages.slice(1)));
    await projector.handle(deliver(log.messages));
    expect(await rows()).toEqual([
      { stream: 's0', total: 4, count: 2, last: 1 },
      { stream: 's1', total: 6, count: 2, last: 1 },
    ]);
    expect(await mark()).toEqual({ position: 40n });
  });

  it('holds a gap without moving, and fills it once the owner can be asked', async () => {
    const log = written([1, 2, 3, 4]);
    const { projector, rows, mark } = await project(log);
    log.unreachable = true;
    await expect(projector.handle(deliver([log.messages[3]!]))).rejects.toThrow('the feed is down');
    expect(await rows()).toEqual([]);
    expect(await mark()).toEqual({ position: 0n });
    log.unreachable = false;
    await projector.handle(deliver([log.messages[3]!]));
    expect((await rows()).map((row) => row.total)).toEqual([4, 6]);
  });

  it('takes a watermark over only with everything before it', async () => {
    const log = written([1, 2]);
    const { projector, mark } = await project(log);
    const promise: Watermark = { instant: '2018-02-01T00:00:00.000Z', position: 20n };
    await projector.handle(deliver([], promise));
    expect(await mark()).toEqual({ position: 20n, watermark: promise.instant });
    await projector.handle(deliver([], { ...promise, instant: '2018-01-01T00:00:00.000Z' }));
    expect(await mark()).toEqual({ position: 20n, watermark: promise.instant });
  });

  it('lets two projectors work on one generation: each message counts once', async () => {
    const log = written(
      Array.from({ length: 300 }, (_, n) => n),
      7,
    );
    const { projector, another, rows } = await project(log, { batch: 10 });
    const second = another();
    await Promise.all([projector.handle(deliver(log.messages)), second.handle(deliver(log.messages))]);
    const counts = (await rows()).map((row) => row.count);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(300);
  });

  it('parks the stream of a message that cannot be applied; other streams go on', async () => {
    const log = written([1, 2, 3, 4, 5, 6]);
    const { projector, rows, mark, parked } = await project(log, { refused: new Set([3]) });
    await projector.handle(deliver(log.messages));
    expect(await rows()).toEqual([
      { stream: 's0', total: 1, count: 1, last: 0 },
      { stream: 's1', total: 12, count: 3, last: 2 },
    ]);
    expect(await mark()).toEqual({ position: 60n });
    expect(await parked()).toEqual([
      {
        projection: expect.any(String),
        source: 'contract',
        stream: 's0',
        contract: 'ctr_s0',
        revision: 1,
        waiting: 2,
        error: 'TypeError: cannot apply 3',
        parkedAt: '2018-03-01T00:00:00.000Z',
      },
    ]);
  });

  it('lets later messages of a parked stream wait behind it, and applies all in order after a retry', async () => {
    const refused = new Set<unknown>([3]);
    const log = written([1, 2, 3, 4]);
    const { projector, rows, parked } = await project(log, { refused });
    await projector.handle(deliver(log.messages));
    const later = [log.append('s0', 5), log.append('s1', 6)];
    await projector.handle(deliver(later));
    expect((await parked())[0]).toMatchObject({ stream: 's0', waiting: 2 });
    expect(await projector.retry('contract', 0, 's0')).toBe(2);
    refused.clear();
    expect(await projector.retry('contract', 0, 's0')).toBe(0);
    expect(await parked()).toEqual([]);
    await projector.handle(deliver([log.append('s0', 7)]));
    expect(await rows()).toEqual([
      { stream: 's0', total: 16, count: 4, last: 3 },
      { stream: 's1', total: 12, count: 3, last: 2 },
    ]);
  });

  it('applies what lies before the next culprit when a retry fails further on', async () => {
    const refused = new Set<unknown>([1, 3]);
    const log = written([1, 2, 3], 1);
    const { projector, rows, parked } = await project(log, { refused });
    await projector.handle(deliver(log.messages));
    refused.delete(1);
    expect(await projector.retry('contract', 0, 's0')).toBe(1);
    expect(await rows()).toEqual([{ stream: 's0', total: 3, count: 2, last: 1 }]);
    expect((await parked())[0]).toMatchObject({ revision: 2, error: 'TypeError: cannot apply 3' });
  });

  it('comes to the sums of the log, whatever is dropped, doubled, overtaken or refused on the way', async () => {
    const chaos = fc.record({
      numbers: fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 30 }),
      refuse: fc.uniqueArray(fc.integer({ min: 0, max: 50 }), { maxLength: 3 }),
      picks: fc.array(fc.array(fc.nat(29), { minLength: 1, maxLength: 8 }), { maxLength: 8 }),
      batch: fc.integer({ min: 1, max: 8 }),
    });
    await fc.assert(
      fc.asyncProperty(chaos, async ({ numbers, refuse, picks, batch }) => {
        const log = written(numbers, 4);
        const refused = new Set<unknown>(refuse);
        const { projector, rows, parked } = await project(log, { refused, batch });
        for (const pick of picks)
          await projector.handle(
            deliver(pick.filter((n) => n < numbers.length).map((n) => log.messages[n]!)),
          );
        await projector.handle(deliver([log.messages.at(-1)!]));
        refused.clear();
        for (const { stream } of await parked()) expect(await projector.retry('contract', 0, stream)).toBe(0);
        const total = (await rows()).reduce((sum, row) => sum + row.total, 0);
        expect(total).toBe(numbers.reduce((sum, number) => sum + number, 0));
        for (const { stream, last, count } of await rows()) {
          const own = log.messages.filter((each) => each.stream === stream);
          expect({ last, count }).toEqual({ last: own.length - 1, count: own.length });
        }
      }),
      { numRuns: 15 },
    );
  });

  describe('marks that are moved by themselves', () => {
    const marks = async (...consumers: readonly string[]) => {
      const made = new Marks(database);
      const keys = consumers.map((consumer) => ({ consumer, source: 'contract' as const, partition: 0 }));
      for (const key of keys) await made.open(key);
      return { made, keys };
    };

    it('those of several consumers are one statement, and each stays alone in its outcome', async () => {
      const { made, keys } = await marks('one', 'two', 'three');
      await made.move(database, keys[1]!, 0n, { position: 5n });
      const before = server.statements;
      const outcomes = await Promise.allSettled(
        keys.map((key, n) =>
          made.moveAlone(key, 0n, {
            position: 10n,
            ...(n === 2 && { watermark: '2018-02-01T00:00:00.000Z' }),
          }),
        ),
      );
      // One for all, and one that tells what became of the mark that was not there.
      expect(server.statements - before).toBeLessThanOrEqual(3);
      expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      expect((outcomes[1] as PromiseRejectedResult).reason).toBeInstanceOf(MarkMovedError);
      const [one, two, three] = await Promise.all(keys.map((key) => made.read(key)));
      expect([one, two]).toEqual([{ position: 10n }, { position: 5n }]);
      expect(three).toEqual({ position: 10n, watermark: '2018-02-01T00:00:00.000Z' });
    });

    it('one that is asked for twice goes on from where it was', async () => {
      const { made, keys } = await marks('twice');
      await Promise.all([
        made.moveAlone(keys[0]!, 0n, { position: 10n }),
        made.moveAlone(keys[0]!, 10n, { position: 20n }),
      ]);
      expect(await made.read(keys[0]!)).toEqual({ position: 20n });
    });

    if (_name !== 'PGlite')
      it('one that another instance holds keeps no other waiting', async () => {
        const { made, keys } = await marks('held', 'free');
        let letGo!: () => void;
        const free = new Promise<void>((resolve) => (letGo = resolve));
        let isHeld!: () => void;
        const held = new Promise<void>((resolve) => (isHeld = resolve));
        const holding = database.transaction(async (tx) => {
          await made.move(tx, keys[0]!, 0n, { position: 5n });
          isHeld();
          await free;
        });
        await held;
        const moves = keys.map((key) => made.moveAlone(key, 0n, { position: 10n }));
        await until(async () => (await made.read(keys[1]!)).position === 10n);
        letGo();
        await holding;
        const outcomes = await Promise.allSettled(moves);
        expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
        expect(await made.read(keys[0]!)).toEqual({ position: 5n });
      });
  });
});
