import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Database, type DatabaseServer, migrate, openPglite } from '@smartkey/database';
import {
  EmbeddedEventBus,
  FeedDirectory,
  partitionOf,
  SourceLacksEventError,
  type EventBus,
  type Message,
  type Subscriber,
} from '@smartkey/event-bus';
import { until } from '@smartkey/testing';
import fc from 'fast-check';
import { pino } from 'pino';
import { factsProjection } from './facts/facts-projection.ts';
import { FactsStore } from './facts/facts-store.ts';
import { NewerGenerationError } from './generations/generations.ts';
import { WrittenLog } from './log.fixture.ts';
import { ProjectionHost, UnknownProjectionError } from './projection-host.ts';
import { RebuildRunningError } from './host-parts.ts';
import { SourcesStanding } from './marks/sources-standing.ts';
import type { Projection } from './projection.ts';
import { ANCHOR_MIGRATION, PROJECTION_MIGRATION } from './projection-tables.ts';

const log = pino({ level: 'silent' });

/** Keeps the words of each stream in order: a fold where order and doubling show. */
const words = (version = 1, decorate = ''): Projection => ({
  name: 'words',
  version,
  sources: ['contract'],
  ddl: 'create table words (stream text primary key, text text not null)',
  async apply(tx, messages) {
    for (const message of messages)
      await tx.execute(
        `insert into words values ($1, $2) on conflict (stream) do update set text = words.text || $2`,
        [message.stream, `${decorate}${String(message.data)};`],
      );
  },
});

describe('the projections of a service on PGlite', () => {
  let server: DatabaseServer;
  let database: Database;
  let schemas = 0;
  const stops: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    server = await openPglite(undefined);
  });
  afterAll(() => server.close());
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  });

  async function freshSchema(): Promise<void> {
    database = await server.database(`service_${(schemas += 1)}`);
    await migrate(database, [PROJECTION_MIGRATION, ANCHOR_MIGRATION], 'runtime');
  }

  async function host(
    source: WrittenLog,
    projections: readonly Projection[],
    {
      batch = 5_000,
      broker,
      standing,
    }: { readonly batch?: number; readonly broker?: EventBus; readonly standing?: SourcesStanding } = {},
  ) {
    const feeds = new FeedDirectory();
    feeds.add('contract', { read: (request) => source.read('contract', request) });
    const embedded = new EmbeddedEventBus(feeds, { log, pollMillis: 5, batch });
    const bus = broker ?? embedded;
    const made = new ProjectionHost(
      {
        service: 'billing',
        database,
        bus,
        feeds,
        settled: () => Promise.resolve(0n),
        clock: { now: () => '2018-03-01T00:00:00.000Z' },
        log,
        batch,
        ...(standing && { standing }),
      },
      projections,
    );
    stops.push(() => embedded.close());
    stops.push(() => made.stop());
    return made;
  }

  const read = (of: ProjectionHost) =>
    of
      .reader('words')
      .sql.query<{ stream: string; text: string }>('select * from words order by stream collate "C"');
  const expected = (source: WrittenLog, decorate = '') =>
    [...new Set(source.messages.map((each) => each.stream))].sort().map((stream) => ({
      stream,
      text: source.messages
        .filter((each) => each.stream === stream)
        .map((each) => `${decorate}${String(each.data)};`)
        .join(''),
    }));
  const generations = () =>
    database.query<{ schema_name: string }>(
      `select schema_name from information_schema.schemata where schema_name like $1 order by 1`,
      [`${database.searchPath[0]!}\\_words\\_%`],
    );

  it('serves a first version at once, and follows the log', async () => {
    await freshSchema();
    const source = new WrittenLog();
    const running = await host(source, [words()]);
    await running.open();
    expect(await read(running)).toEqual([]);
    await running.start();
    source.append('a', 1);
    const last = source.append('a', 2);
    expect(await running.reader('words').reached('contract', last.position)).toBe(true);
    expect(await read(running)).toEqual(expected(source));
  });

  it('made once more from the log it is the same, table by table, while it goes on; what does not follow from the log is told', async () => {
    await freshSchema();
    const source = new WrittenLog();
    const running = await host(source, [words()]);
    await running.open();
    await running.start();
    for (let n = 0; n < 30; n += 1) source.append(`s${n % 7}`, n);
    await running.reader('words').reached('contract', source.append('a', 'last').position);
    let applied = 0;
    const replay = () => running.replay('words', (messages) => (applied += messages));
    // More comes meanwhile: it is compared as far as the one that serves had read.
    const replaying = replay();
    source.append('a', 'more');
    expect(await replaying).toMatchObject({ projection: 'words', version: 1, parked: 0, same: true });
    expect(applied).toBeGreaterThanOrEqual(31);
    const [live] = await generations();
    expect(await generations()).toHaveLength(1);
    expect((await running.status())[0]).toMatchObject({ rebuilding: false });

    await database.execute(`update ${live!.schema_name}.words set text = 'x;' where stream = 's3'`);
    const wrong = await replay();
    expect(wrong).toMatchObject({
      same: false,
      tables: [{ table: 'words', live: { rows: 8 }, replayed: { rows: 8 } }],
    });
    expect(wrong.tables[0]!.live.checksum).not.toBe(wrong.tables[0]!.replayed.checksum);
    await running.rebuild('words');
    expect(await replay()).toMatchObject({ same: true });
    expect(() => running.replay('nothing', () => undefined)).toThrow(UnknownProjectionError);
  });

  it('made once more it reads a log once, in however many partitions that was delivered', async () => {
    await freshSchema();
    const partitions = 12;
    const source = new WrittenLog('contract', partitions);
    for (let n = 0; n < 90; n += 1) source.append(`s${n % 29}`, n);
    let subscriber: Subscriber | undefined;
    const running = await host(source, [words()], {
      broker: {
        partitions: () => Promise.resolve(partitions),
        subscribe: (each) => {
          subscriber = each;
          return Promise.resolve({ close: () => Promise.resolve() });
        },
      },
    });
    await running.open();
    await running.start();
    const delivered = async (partition: number, most: number): Promise<void> =>
      subscriber!.handle({
        source: 'contract',
        partition,
        messages: source.messages
          .filter(({ stream }) => partitionOf(stream, partitions) === partition)
          .slice(0, most),
      });
    // Each partition has come another way.
    for (let partition = 0; partition < partitions; partition += 1) await delivered(partition, partition);
    const before = source.reads;
    let applied = 0;
    const replayed = await running.replay('words', (messages) => (applied += messages));
    expect(replayed).toMatchObject({ same: true, messages: applied });
    expect(replayed.tables).toMatchObject([
      { table: 'words', live: { rows: replayed.tables[0]!.replayed.rows } },
    ]);
    expect(applied).toBeGreaterThan(20);
    expect(source.reads - before).toBe(1);
  });

  it('goes on from its marks after a restart', async () => {
    await freshSchema();
    const source = new WrittenLog();
    source.append('a', 1);
    const first = await host(source, [words()]);
    await first.open();
    await first.start();
    await first.reader('words').reached('contract', 10n);
    await first.stop();
    const last = source.append('a', 2);
    const second = await host(source, [words()]);
    await second.open();
    expect(await read(second)).toEqual([{ stream: 'a', text: '1;' }]);
    await second.start();
    await second.reader('words').reached('contract', last.position);
    expect(await read(second)).toEqual(expected(source));
  });

  it('says no where a position is not reached in time, and yes for sources that it does not read', async () => {
    await freshSchema();
    const source = new WrittenLog();
    const { position } = source.append('a', 1);
    const running = await host(source, [words()]);
    await running.open();
    expect(await running.reader('words').reached('contract', position, 20)).toBe(false);
    expect(await running.reader('words').reached('billing', 99n, 20)).toBe(true);
    expect(() => running.reader('nobody')).toThrow(UnknownProjectionError);
  });

  it('builds a raised version beside the old one, swaps, and drops the old', async () => {
    await freshSchema();
    const source = new WrittenLog();
    source.append('a', 1);
    const old = await host(source, [words(1)]);
    await old.open();
    await old.start();
    await old.reader('words').reached('contract', 10n);
    await old.stop();
    source.append('b', 2);

    const next = await host(source, [words(2, 'v2:')]);
    await next.open();
    expect(await read(next)).toEqual([{ stream: 'a', text: '1;' }]);
    await next.start();
    await until(async () => (await next.status())[0]!.version === 2);
    const last = source.append('a', 3);
    await next.reader('words').reached('contract', last.position);
    expect(await read(next)).toEqual(expected(source, 'v2:'));
    await next.stop();
    const names = (await generations()).map((row) => row.schema_name);
    expect(names).toEqual([`${database.searchPath[0]!}_words_v2_1`]);
  });

  it('is fed on where the tables that it has replaced could not be dropped', async () => {
    await freshSchema();
    const whole = database;
    let refused = 0;
    database = new Proxy(whole, {
      get: (target, name: keyof Database) => {
        if (name === 'execute')
          return (text: string, parameters?: readonly unknown[]) => {
            if (!text.startsWith('drop schema')) return target.execute(text, parameters);
            refused += 1;
            return Promise.reject(new Error('the server ended the connection'));
          };
        const member: unknown = target[name];
        return typeof member === 'function' ? (member.bind(target) as unknown) : member;
      },
    });
    const source = new WrittenLog();
    source.append('a', 1);
    const running = await host(source, [words()]);
    await running.open();
    await running.start();
    await running.rebuild('words');
    expect(refused).toBe(1);
    const last = source.append('a', 2);
    expect(await running.reader('words').reached('contract', last.position)).toBe(true);
    expect(await read(running)).toEqual(expected(source));
    database = whole;
  });

  it('is not built without end where the one that serves has read what the log lacks; what was given up of another log does not count', async () => {
    await freshSchema();
    const source = new WrittenLog();
    for (const n of [1, 2, 3]) Object.assign(source.append('a', n), { hash: 'ab'.repeat(32) });
    const standing = new SourcesStanding();
    const running = await host(source, [words()], { standing });
    await running.open();
    await running.start();
    await running.reader('words').reached('contract', 30n);
    source.messages.pop();
    standing.told('contract', { lacks: true });
    await expect(running.rebuild('words')).rejects.toThrow(SourceLacksEventError);
    expect((await running.status())[0]!.generation).toMatch(/_v1_1$/);
    // Of whatever source the rebuild is asked for.
    const incarnation = { number: 2, id: '11111111-1111-4111-8111-111111111111', keptPosition: 20n };
    standing.told('contract', { lacks: false, incarnations: [incarnation] });
    await running.rebuild('words');
    expect(await read(running)).toEqual([{ stream: 'a', text: '1;2;' }]);
  });

  it('does not write to what a newer program has built while it ran', async () => {
    await freshSchema();
    const source = new WrittenLog();
    source.append('a', 1);
    const older = await host(source, [words(1)]);
    await older.open();
    await older.start();
    await older.reader('words').reached('contract', 10n);
    const newer = await host(source, [words(2, 'v2:')]);
    await newer.open();
    await newer.start();
    await until(async () => (await newer.status())[0]!.version === 2);
    await newer.stop();
    const last = source.append('a', 2);
    expect(await newer.reader('words').reached('contract', last.position, 100)).toBe(false);
    await older.stop();
    const again = await host(source, [words(2, 'v2:')]);
    await again.open();
    await again.start();
    await again.reader('words').reached('contract', last.position);
    expect(await read(again)).toEqual(expected(source, 'v2:'));
  });

  it('refuses to read what a newer program has built', async () => {
    await freshSchema();
    const newer = await host(new WrittenLog(), [words(2)]);
    await newer.open();
    const older = await host(new WrittenLog(), [words(1)]);
    await expect(older.open()).rejects.toThrow(NewerGenerationError);
  });

  it('rebuilds to the same rows as were made in passing, at any cut and with any batches', async () => {
    const story = fc.record({
      events: fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.nat(99)), {
        minLength: 1,
        maxLength: 40,
      }),
      cut: fc.nat(40),
      batches: fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 10, max: 5_000 })),
    });
    await fc.assert(
      fc.asyncProperty(story, async ({ events, cut, batches }) => {
        await freshSchema();
        const source = new WrittenLog();
        for (const [stream, data] of events.slice(0, cut)) source.append(stream, data);
        const running = await host(source, [words()], { batch: batches[0] });
        await running.open();
        await running.start();
        for (const [stream, data] of events.slice(cut)) source.append(stream, data);
        await running.reader('words').reached('contract', source.messages.at(-1)!.position);
        const inPassing = await read(running);
        await running.stop();
        const again = await host(source, [words()], { batch: batches[1] });
        await again.open();
        await again.start();
        await again.rebuild('words');
        expect((await again.status())[0]!.generation).toMatch(/_v1_2$/);
        expect(await read(again)).toEqual(inPassing);
        expect(inPassing).toEqual(expected(source));
        await again.stop();
      }),
      { numRuns: 8 },
    );
  });

  it('rebuilds while messages keep coming: readers never see fewer of them', async () => {
    await freshSchema();
    const source = new WrittenLog();
    for (let n = 0; n < 200; n += 1) source.append(`s${n % 5}`, n);
    const running = await host(source, [words()]);
    await running.open();
    await running.start();
    await running.reader('words').reached('contract', source.messages.at(-1)!.position);
    let least = 0;
    let rebuilt = false;
    const rebuilding = running.rebuild('words').then(() => (rebuilt = true));
    // At once: whoever does not wait for the end is told too.
    expect(() => running.rebuild('words')).toThrow(RebuildRunningError);
    while (!rebuilt) {
      const { position } = source.append('s0', 'x');
      await running.reader('words').reached('contract', position);
      const [row] = await running
        .reader('words')
        .sql.query<{ length: number }>(`select length(text) as length from words where stream = 's0'`);
      expect(row!.length).toBeGreaterThanOrEqual(least);
      least = row!.length;
    }
    await rebuilding;
    await running.reader('words').reached('contract', source.messages.at(-1)!.position);
    expect(await read(running)).toEqual(expected(source));
  });

  it('reads rows, watermarks, positions and parked streams in one snapshot', async () => {
    await freshSchema();
    const source = new WrittenLog();
    source.append('a', 1);
    const last = source.append('b', 'bad');
    source.watermark = '2018-02-01T00:00:00.000Z';
    const picky: Projection = {
      ...words(),
      async apply(tx, messages) {
        if (messages.some((message) => message.data === 'bad')) throw new Error('unreadable');
        await words().apply(tx, messages);
      },
    };
    const running = await host(source, [picky]);
    await running.open();
    await running.start();
    await running.reader('words').reached('contract', last.position);
    await until(async () => (await running.watermarks()).size > 0);
    const seen = await running.reader('words').snapshot(async (sql, watermarks, parked, positions) => ({
      rows: await sql.query('select * from words'),
      watermarks: [...watermarks],
      parked: parked.map(({ stream, contract, waiting }) => ({ stream, contract, waiting })),
      positions: [...positions],
    }));
    expect(seen).toEqual({
      rows: [{ stream: 'a', text: '1;' }],
      watermarks: [['contract', '2018-02-01T00:00:00.000Z']],
      parked: [{ stream: 'b', contract: 'ctr_b', waiting: 1 }],
      positions: [['contract/0', 20n]],
    });
    expect(await running.parked()).toHaveLength(1);
    expect(await running.retry('words', 'contract', 'b')).toBe(1);
  });

  it('lets a reactor react at least once and in order, and go on from its durable mark', async () => {
    await freshSchema();
    const source = new WrittenLog();
    const seen: unknown[] = [];
    let failures = 2;
    const reactor = {
      name: 'echo',
      sources: ['contract'] as const,
      react: (messages: readonly Message[]) => {
        if (failures > 0) {
          failures -= 1;
          return Promise.reject(new Error('not now'));
        }
        seen.push(...messages.map((message) => message.data));
        return Promise.resolve();
      },
    };
    for (const n of [1, 2, 3]) source.append('a', n);
    const running = await host(source, []);
    await running.open();
    await running.start([reactor]);
    expect(await running.reached('contract', 30n, 5_000)).toBe(true);
    expect(seen).toEqual([1, 2, 3]);
    await running.stop();
    source.append('a', 4);
    const again = await host(source, []);
    await again.open();
    await again.start([reactor]);
    expect(await again.reached('contract', 40n, 5_000)).toBe(true);
    expect(seen).toEqual([1, 2, 3, 4]);
  });

  it('lets a reactor see what concerns it alone, and passes the rest without a look at its mark', async () => {
    await freshSchema();
    const source = new WrittenLog();
    const seen: unknown[] = [];
    const reactor = {
      name: 'few',
      sources: ['contract'] as const,
      types: new Set(['Rare']),
      react: (messages: readonly Message[]) => {
        seen.push(messages.map(({ data }) => data));
        return Promise.resolve();
      },
    };
    for (let n = 0; n < 2_000; n += 1) source.append('a', n, n === 700 || n === 900 ? 'Rare' : 'Counted');
    const running = await host(source, []);
    await running.open();
    await running.start([reactor]);
    expect(await running.reached('contract', 20_000n, 5_000)).toBe(true);
    expect(seen).toEqual([[700, 900]]);
    const [mark] = (await running.status())[0]!.marks;
    expect(mark).toMatchObject({ position: 20_000n });

    const before = server.statements;
    for (let n = 0; n < 100; n += 1) source.append('a', n);
    expect(await running.reached('contract', 21_000n, 5_000)).toBe(true);
    // The move, and who waits looks at the marks.
    expect(server.statements - before).toBeLessThanOrEqual(5);
    await running.stop();

    // Another instance has moved on meanwhile: what it reacted to does not come again.
    const other = await host(source, []);
    await other.open();
    await other.start([reactor]);
    source.append('a', 'x', 'Rare');
    expect(await other.reached('contract', 21_010n, 5_000)).toBe(true);
    expect(seen).toEqual([[700, 900], ['x']]);
  });

  describe('facts of another service, by revision', () => {
    interface Total {
      readonly id: string;
      readonly revision: number;
      readonly total: number;
    }
    const folding = {
      source: 'contract' as const,
      streamPrefix: 'count-',
      initial: (id: string): Total => ({ id, revision: -1, total: 0 }),
      fold: (facts: Total, message: { readonly revision: number; readonly data: unknown }): Total =>
        message.revision <= facts.revision
          ? facts
          : { ...facts, revision: message.revision, total: facts.total + Number(message.data) },
    };
    const totals = () => factsProjection({ ...folding, name: 'totals', version: 1 });

    async function facts() {
      await freshSchema();
      const source = new WrittenLog();
      const running = await host(source, [totals()]);
      await running.open();
      return { source, running, store: new FactsStore(running.reader('totals'), folding) };
    }

    it('come to the same whether told directly, by the bus, or both, in either order', async () => {
      const { source, running, store } = await facts();
      const first = source.append('count-a', 5);
      const second = source.append('count-a', 7);
      expect(await store.apply('a', first)).toBe('applied');
      expect(await store.apply('a', first)).toBe('known');
      await running.start();
      await running.reader('totals').reached('contract', second.position);
      expect(await store.one('a')).toEqual({ id: 'a', revision: 1, total: 12 });
      expect(await store.apply('a', second)).toBe('known');
      expect(await store.many(['a', 'b'])).toEqual(new Map([['a', { id: 'a', revision: 1, total: 12 }]]));
    });

    it('are asked from the owner where a message in between is missing', async () => {
      const { source, running, store } = await facts();
      source.append('count-a', 5);
      const second = source.append('count-a', 7);
      expect(await store.apply('a', second)).toBe('gap');
      expect(await store.one('a')).toBeUndefined();
      await store.put('a', { id: 'a', revision: 1, total: 12 });
      await store.put('a', { id: 'a', revision: 0, total: 5 });
      await running.start();
      const third = source.append('count-a', 1);
      await running.reader('totals').reached('contract', third.position);
      expect(await store.one('a')).toEqual({ id: 'a', revision: 2, total: 13 });
    });

    it('are not lost in a rebuild before the log shows them', async () => {
      const { source, running, store } = await facts();
      await running.start();
      await store.put('a', { id: 'a', revision: 4, total: 40 });
      source.append('other', 1);
      await running.rebuild('totals');
      expect(await store.one('a')).toEqual({ id: 'a', revision: 4, total: 40 });
    });
  });
});
