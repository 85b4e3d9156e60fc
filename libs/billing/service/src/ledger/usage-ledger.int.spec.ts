import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  addDays,
  distinctDays,
  jstDayOf,
  monthOf,
  spanOfMonth,
  startOfDay,
  type DaySpan,
  type JstDay,
} from '@smartkey/calendar';
import { histogramOf } from '@smartkey/billing-domain';
import { migrate, type Database, type DatabaseServer } from '@smartkey/database';
import { FeedDirectory, type EventBus, type Message, type Subscriber } from '@smartkey/event-bus';
import { plusMillis, type Instant, type AccountId, type ContractId } from '@smartkey/kernel';
import { foldAccountFacts, noAccountFacts } from '@smartkey/facts';
import {
  ProjectionHost,
  ANCHOR_MIGRATION,
  PROJECTION_MIGRATION,
  type ProjectionReader,
} from '@smartkey/projections';
import fc from 'fast-check';
import { pino } from 'pino';
import { Logs } from '../testing/logs.fixture.ts';
import { openServer } from '../testing/servers.fixture.ts';
import type { SourceLog } from '../testing/source-log.fixture.ts';
import { usedDaysAt } from './as-read.ts';
import { accountDaysOf } from './account-days.query.ts';
import { usageLedger } from './usage-ledger.projection.ts';
import { successesByDay, successesOf } from './successes.query.ts';
import { usedDaysOf } from './used-days.query.ts';

/** A bus that delivers when, and in whatever cuts, a test says. */
class HandBus implements EventBus {
  subscriber!: Subscriber;
  partitions = () => Promise.resolve(1);
  subscribe(subscriber: Subscriber) {
    this.subscriber = subscriber;
    return Promise.resolve({ close: () => Promise.resolve() });
  }
  deliver(log: SourceLog, messages: readonly Message[]): Promise<void> {
    return this.subscriber.handle({ source: log.source, partition: 0, messages });
  }
}

const CONTRACTS = ['ctr_1', 'ctr_2'] as const;
const MONTHS = ['2018-01', '2018-02', '2018-03'] as const;
const day = fc.integer({ min: 0, max: 100 }).map((n) => addDays('2017-12-10', n));
const account = fc.tuple(fc.constantFrom(...CONTRACTS), fc.integer({ min: 1, max: 4 }));
const registration = fc.record({
  kind: fc.constant('registration' as const),
  account,
  from: day,
  length: fc.option(fc.integer({ min: 0, max: 70 })),
});
const success = fc.record({
  kind: fc.constant('success' as const),
  account,
  on: day,
  millis: fc.constantFrom(0, 1, 43_200_000, 86_399_999),
});
const facts = fc.array(fc.oneof(registration, success), { maxLength: 40 });
type AnyFact = typeof facts extends fc.Arbitrary<(infer F)[]> ? F : never;

interface Recount {
  readonly spells: Map<string, DaySpan[]>;
  readonly successes: { readonly contract: ContractId; readonly at: Instant }[];
}

/** Writes the facts into the logs, and counts them the plain way. */
function tell(story: readonly AnyFact[]): { logs: Logs; recount: Recount } {
  const logs = new Logs();
  const recount: Recount = { spells: new Map(), successes: [] };
  const open = new Set<string>();
  for (const fact of story) {
    const [contract, number] = fact.account;
    const id: AccountId = `rid_${contract}_${number}`;
    if (fact.kind === 'success') {
      const at = plusMillis(startOfDay(fact.on), fact.millis);
      logs.succeeded(contract, id, at);
      recount.successes.push({ contract, at });
    } else if (!open.has(id)) {
      const to = fact.length === null ? undefined : addDays(fact.from, fact.length);
      logs.registered(contract, id, fact.from, to);
      if (to === undefined) open.add(id);
      recount.spells.set(id, [...(recount.spells.get(id) ?? []), { from: fact.from, to }]);
    }
  }
  return { logs, recount };
}

/** Deliveries of a log: consecutive cuts, each perhaps twice, perhaps with what came before it once more. */
async function deliver(bus: HandBus, logs: Logs, sizes: readonly number[], overlap: number): Promise<void> {
  const rest = logs.all.map((log) => ({ log, at: 0 }));
  for (let turn = 0; rest.some(({ log, at }) => at < log.messages.length); turn += 1) {
    const each = rest[turn % rest.length]!;
    const size = sizes[turn % sizes.length]!;
    const cut = each.log.messages.slice(Math.max(0, each.at - overlap), each.at + size);
    if (cut.length > 0) await bus.deliver(each.log, cut);
    if (overlap > 2 && cut.length > 0) await bus.deliver(each.log, cut);
    each.at = Math.min(each.log.messages.length, each.at + size);
  }
}

describe.each(['pglite', 'postgres'] as const)(
  'the usage ledger equals a recount of the logs, on %s',
  (kind) => {
    let server: DatabaseServer;
    let schemas = 0;
    let stop: () => Promise<void>;
    beforeAll(async () => {
      ({ server, stop } = await openServer(kind));
    });
    afterAll(() => stop());

    async function ledgerOf(
      logs: Logs,
      batch: number,
    ): Promise<{ reader: ProjectionReader; bus: HandBus; host: ProjectionHost }> {
      const database: Database = await server.database(`ledger_${(schemas += 1)}`);
      await migrate(database, [PROJECTION_MIGRATION, ANCHOR_MIGRATION], 'runtime');
      const bus = new HandBus();
      const feeds = new FeedDirectory();
      for (const log of logs.all) feeds.add(log.source, log);
      const host = new ProjectionHost(
        {
          service: 'billing',
          database,
          bus,
          feeds,
          settled: () => Promise.resolve(0n),
          clock: { now: () => '2018-04-01T00:00:00.000Z' },
          log: pino({ level: 'silent' }),
          batch,
        },
        [usageLedger],
      );
      await host.open();
      await host.start();
      return { reader: host.reader('usage-ledger'), bus, host };
    }

    const wanted = CONTRACTS.flatMap((contract) =>
      MONTHS.map((month) => ({ contract, days: spanOfMonth(month) })),
    );

    it('for any registrations, ends and successes, delivered twice, overlapping and in any cuts', async () => {
      await fc.assert(
        fc.asyncProperty(
          facts,
          fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 4 }),
          fc.integer({ min: 0, max: 5 }),
          fc.constantFrom(1, 3, 5_000),
          async (story, sizes, overlap, batch) => {
            const { logs, recount } = tell(story);
            const { reader, bus, host } = await ledgerOf(logs, batch);
            await deliver(bus, logs, sizes, overlap);
            const histograms = await usedDaysOf(reader.sql, wanted);
            const counts = await successesOf(reader.sql, wanted);
            for (const [index, { contract, days }] of wanted.entries()) {
              const own = [...recount.spells].filter(([id]) => id.startsWith(`rid_${contract}_`));
              const naive = own.map(([id, spells]) => [id, distinctDays(spells, days)] as const);
              expect(histograms[index]).toEqual(histogramOf(naive.map(([, usedDays]) => usedDays)));
              const statement = await accountDaysOf(reader.sql, { contract, days }, '', 100);
              expect(statement.map(({ account: id, usedDays }) => [id, usedDays])).toEqual(
                naive.filter(([, usedDays]) => usedDays > 0).sort(([a], [b]) => (a < b ? -1 : 1)),
              );
              const inMonth = recount.successes.filter(
                (each) => each.contract === contract && monthOf(each.at) === days.from.slice(0, 7),
              );
              expect(counts[index]).toBe(inMonth.length);
              const byDay: Record<string, number> = {};
              for (const { at } of inMonth) byDay[jstDayOf(at)] = (byDay[jstDayOf(at)] ?? 0) + 1;
              expect(await successesByDay(reader.sql, { contract, days })).toEqual(byDay);
            }
            await host.stop();
          },
        ),
        { numRuns: 20 },
      );
    });

    it('Invoices, late facts: for any corrections and voids too, now and as it was known at every position', async () => {
      const pick = fc.nat(1000);
      const act = fc.record({
        kind: fc.constantFrom('register', 'end', 'correct', 'void'),
        account: fc.constantFrom('rid_1', 'rid_2'),
        pick,
        day,
        length: fc.integer({ min: 0, max: 20 }),
        open: fc.boolean(),
      });
      await fc.assert(
        fc.asyncProperty(
          fc.array(act, { maxLength: 25 }),
          fc.integer({ min: 1, max: 9 }),
          fc.constantFrom(1, 3, 5_000),
          async (acts, size, batch) => {
            const logs = new Logs();
            const { messages } = logs.registry;
            /** What the messages up to a position say, folded as every reader folds them. */
            const spellsAt = (account: AccountId, upTo = 1n << 60n) =>
              messages
                .filter(({ stream, position }) => stream === `account-${account}` && position <= upTo)
                .reduce(foldAccountFacts, noAccountFacts(account)).spells;
            for (const { kind, account, pick: nth, day: from, length, open } of acts) {
              const spells = spellsAt(account);
              const lasting = spells.find(({ to }) => to === undefined);
              const spell = spells[nth % Math.max(1, spells.length)];
              const to = addDays(from, length);
              if (kind === 'register' && lasting === undefined)
                logs.registered('ctr_1', account, from, open ? undefined : to);
              else if (kind === 'end' && lasting !== undefined)
                logs.deregistered(
                  'ctr_1',
                  account,
                  lasting.from,
                  addDays(lasting.from, length),
                  lasting.spell,
                );
              else if (kind === 'correct' && spell !== undefined)
                logs.corrected('ctr_1', account, spell, spell.to === undefined ? { from } : { from, to });
              else if (kind === 'void' && spell !== undefined) logs.voided('ctr_1', account, spell);
            }
            const { reader, bus, host } = await ledgerOf(logs, batch);
            await deliver(bus, logs, [size], 1);
            const days = spanOfMonth('2018-01');
            const recount = (upTo?: bigint) =>
              histogramOf(
                (['rid_1', 'rid_2'] as const).map((account) => distinctDays(spellsAt(account, upTo), days)),
              );
            expect((await usedDaysOf(reader.sql, [{ contract: 'ctr_1', days }]))[0]).toEqual(recount());
            for (const { position } of messages)
              expect(await usedDaysAt(reader.sql, 'ctr_1', days, { position })).toEqual(recount(position));
            await host.stop();
          },
        ),
        { numRuns: 40 },
      );
    });

    it('used days of a month are additive over its parts for one spell a day, and never more than the month has', async () => {
      const { logs } = tell([]);
      logs.registered('ctr_1', 'rid_1', '2018-01-01', '2018-01-10');
      logs.registered('ctr_1', 'rid_1', '2018-01-10', '2018-01-20');
      logs.registered('ctr_1', 'rid_1', '2018-01-21');
      const { reader, bus, host } = await ledgerOf(logs, 5_000);
      await deliver(bus, logs, [50], 0);
      const used = async (from: JstDay, to: JstDay) => {
        const [[pair] = []] = await usedDaysOf(reader.sql, [{ contract: 'ctr_1', days: { from, to } }]);
        return pair?.[0] ?? 0;
      };
      expect(await used('2018-01-01', '2018-01-31')).toBe(31);
      expect((await used('2018-01-01', '2018-01-15')) + (await used('2018-01-16', '2018-01-31'))).toBe(31);
      await host.stop();
    });

    it('an account that was deregistered before the month has no used day in it', async () => {
      const { logs } = tell([]);
      logs.registered('ctr_1', 'rid_1', '2018-01-10', '2018-01-20');
      const { reader, bus, host } = await ledgerOf(logs, 5_000);
      await deliver(bus, logs, [50], 0);
      expect(await usedDaysOf(reader.sql, wanted.slice(0, 3))).toEqual([[[11, 1]], [], []]);
      await host.stop();
    });

    it('made once more it is the same, whether the successes of a day came together or one by one', async () => {
      const on: JstDay = '2018-01-05';
      const told: AnyFact[] = [
        { kind: 'registration', account: ['ctr_1', 1], from: '2018-01-01', length: null },
      ];
      for (const millis of [0, 1, 43_200_000] as const)
        told.push({ kind: 'success', account: ['ctr_1', 1], on, millis });
      const { logs } = tell(told);
      const { reader, bus, host } = await ledgerOf(logs, 5_000);
      await deliver(bus, logs, [1], 0);
      const [rows] = await reader.sql.query<{ count: number }>(
        'select count(*)::integer as count from success_places',
      );
      expect(rows).toEqual({ count: 3 });
      const { same, tables } = await host.replay('usage-ledger', () => undefined);
      expect(same).toBe(true);
      expect(tables.find(({ table }) => table === 'success_places')).toMatchObject({ live: { rows: 3 } });
      await host.stop();
    });

    it('a message that cannot be applied parks its stream with its contract; others go on', async () => {
      const { logs } = tell([]);
      logs.registered('ctr_1', 'rid_1', '2018-01-10');
      logs.registry.say('account-rid_2', 'ctr_2', startOfDay('2018-01-10'), 'IdRegistered', {
        account: 'rid_2',
        spell: 1,
        registeredOn: '2018-02-30',
      });
      logs.registered('ctr_1', 'rid_3', '2018-01-31');
      const { reader, bus, host } = await ledgerOf(logs, 5_000);
      await deliver(bus, logs, [50], 0);
      const parked = await reader.snapshot((_sql, _watermarks, streams) => Promise.resolve(streams));
      expect(parked).toMatchObject([
        { stream: 'account-rid_2', contract: 'ctr_2', source: 'device-registry' },
      ]);
      expect((await usedDaysOf(reader.sql, wanted))[0]).toEqual([
        [1, 1],
        [22, 1],
      ]);
      await host.stop();
    });
  },
);
