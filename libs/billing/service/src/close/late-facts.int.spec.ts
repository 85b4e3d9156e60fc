import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { firstDayOf, nextMonth, startOfDay, type JstDay, type ServiceMonth } from '@smartkey/calendar';
import { openPglite, type DatabaseServer } from '@smartkey/database';
import { createEventStore } from '@smartkey/event-store';
import type { Instant, AccountId, FeeId } from '@smartkey/kernel';
import type { InvoiceMessage } from '@smartkey/messages';
import type { SandboxClock } from '@smartkey/runtime';
import { until } from '@smartkey/testing';
import { BillingWorld, contractor, operator } from '../testing/billing-world.fixture.ts';
import { ctr, enterpriseQuote, type Logs } from '../testing/logs.fixture.ts';

const [A, B] = [ctr('a'), ctr('b')];
let server: DatabaseServer;
let world: BillingWorld;
let logs: Logs;
beforeAll(async () => {
  server = await openPglite(undefined);
});
afterEach(() => world.dispose());
afterAll(() => server.close());

async function begin(on: JstDay): Promise<void> {
  world = await BillingWorld.make(server, startOfDay(on));
  logs = world.logs;
  logs.promise(startOfDay(on));
  await world.start();
}

/** The first day of the next month comes, and the month is closed. */
async function close(month: ServiceMonth, on: JstDay = firstDayOf(nextMonth(month))): Promise<void> {
  const now: Instant = startOfDay(on);
  if (now > world.clock.now()) await (world.clock as SandboxClock).takeOver(now);
  logs.promise(now);
  await world.caughtUp();
  const run = await world.close(month);
  expect(run.state).toBe('completed');
}

const documents = async (): Promise<readonly InvoiceMessage[]> =>
  (await world.get<{ items: InvoiceMessage[] }>('/invoices?limit=200')).items;
const short = async (from = 0) =>
  (await documents())
    .slice(from)
    .map(({ kind, month, lines, tax, total }) => [
      kind,
      month,
      lines.map(({ amount }) => Number(amount)),
      Number(tax),
      Number(total),
    ]);
async function allVerify(): Promise<void> {
  for (const { number } of await documents())
    expect([number, (await world.call('POST', `/invoices/${number}/verification`)).body]).toEqual([
      number,
      { identical: true },
    ]);
}

/** J of the rules: 100 accounts all month, 3 on 17 days and 2 on one; 100 from February on. January 2024 is issued. */
async function j(): Promise<void> {
  await begin('2024-01-01');
  logs.accepted(A, '2024-01-01', 'enterprise', '2024-01-01', enterpriseQuote('2024-01'));
  logs.registeredMany(A, 'rid_all_', 100, '2024-01-01');
  for (const n of [1, 2, 3]) logs.registered(A, `rid_17_${n}`, '2024-01-01', '2024-01-17');
  for (const n of [1, 2]) logs.registered(A, `rid_1_${n}`, '2024-01-05', '2024-01-05');
  await close('2024-01');
}

/** Five accounts from January 2018 on, base 10,000 `full`. */
async function five(...closed: readonly ServiceMonth[]): Promise<void> {
  await begin('2018-01-01');
  logs.accepted(A, '2018-01-01', 'enterprise', '2018-01-01', enterpriseQuote('2018-01'));
  logs.registeredMany(A, 'rid_', 5, '2018-01-01');
  for (const month of closed) await close(month);
}

describe('Corrections: the table of the rules, through the service', () => {
  it('J: a 17-day account found in February, another in March', async () => {
    await j();
    logs.registered(A, 'rid_found', '2024-01-01', '2024-01-17');
    await close('2024-02');
    logs.registered(A, 'rid_found_2', '2024-01-15', '2024-01-31');
    await close('2024-03');
    expect(await short()).toEqual([
      ['invoice', '2024-01', [10000, 30512, 0], 4051, 44563],
      ['invoice', '2024-02', [10000, 30000, 164], 4016, 44180],
      ['invoice', '2024-03', [10000, 30000, 165], 4016, 44181],
    ]);
    const [, february] = await documents();
    expect(february!.lines[2]).toMatchObject({
      item: 'adjustment',
      quantity: '1',
      unitPrice: '164',
      corrects: {
        number: 'SK-000000001',
        issuedOn: '2024-02-01',
        month: '2024-01',
        item: 'account-usage',
        ground: 'error',
        causes: [
          { stream: 'account-rid_found', revision: 0, day: '2024-01-01' },
          { stream: 'account-rid_found', revision: 1, day: '2024-01-18' },
        ],
        wrong: [{ taxCode: 'JP-STD-10-2019', rate: '10', taxable: '40512', tax: '4051' }],
        right: [{ taxCode: 'JP-STD-10-2019', rate: '10', taxable: '40676', tax: '4067' }],
      },
    });
    await allVerify();
    const evidence = await world.get<{ items: { account: AccountId }[] }>(
      '/invoices/SK-000000002/lines/3/evidence?limit=200',
    );
    expect(evidence.items.map(({ account }) => account)).toContain('rid_found');
    expect(evidence.items).toHaveLength(106);
  });

  it('J: one all-month account ended on 20 January, and a 17-day account found', async () => {
    await j();
    logs.deregistered(A, 'rid_all_0', '2024-01-01', '2024-01-20');
    logs.registered(A, 'rid_found', '2024-01-01', '2024-01-17');
    await close('2024-02');
    expect(await short(1)).toEqual([['invoice', '2024-02', [10000, 29700, 58], 3975, 43733]]);
    await allVerify();
  });

  it('5 accounts; start 01-01 → 02-20: March untouched, corrections of January and February', async () => {
    await five('2018-01', '2018-02');
    logs.billingStart(A, '2018-03-05', '2018-02-20');
    await close('2018-03');
    expect(await short(2)).toEqual([
      ['invoice', '2018-03', [10000, 1500], 920, 12420],
      ['correction', '2018-01', [-10000, -1500], -920, -12420],
      ['correction', '2018-02', [-1019], -82, -1101],
    ]);
    const [, , march, january] = await documents();
    expect(march!.apart).toEqual(['SK-000000001', 'SK-000000002']);
    expect(january).toMatchObject({
      number: 'SK-000000004',
      issuedOn: '2018-04-01',
      dueOn: '2018-05-31',
      corrects: { number: 'SK-000000001', issuedOn: '2018-02-01', month: '2018-01' },
      lines: [{ corrects: { ground: 'agreement' } }, {}],
    });
    await allVerify();
    await close('2018-03', '2018-04-02');
    expect(await documents()).toHaveLength(5);
  });

  it('5 accounts; an arrival corrected so that the end moves from 04-19 to 03-12', async () => {
    await five('2018-01', '2018-02', '2018-03');
    logs.cancelled(A, '2018-03-20', '2018-04-19');
    await close('2018-04');
    logs.cancellationCorrected(A, '2018-02-10', '2018-03-12');
    await close('2018-04', '2018-05-10');
    expect(await short(3)).toEqual([
      ['invoice', '2018-04', [10000, 949], 875, 11824],
      ['correction', '2018-03', [-920], -74, -994],
      ['correction', '2018-04', [-10000, -949], -875, -11824],
    ]);
    await allVerify();
  });

  it('a fee on January 2018’s invoice waived; one found for an ended contract’s last month', async () => {
    await begin('2018-01-01');
    logs.accepted(A, '2018-01-01', 'enterprise', '2018-01-01', enterpriseQuote('2018-01'));
    logs.registeredMany(A, 'rid_', 5, '2018-01-01');
    const { data } = logs.fee(A, '2018-01-10', '3000');
    logs.accepted(B, '2018-01-01', 'enterprise', '2018-01-01', enterpriseQuote('2018-01'));
    logs.registeredMany(B, 'rid_b_', 5, '2018-01-01');
    logs.cancelled(B, '2018-01-01', '2018-01-31');
    await close('2018-01');
    logs.waived(A, '2018-02-10', (data as { fee: FeeId }).fee);
    logs.fee(B, '2018-01-20', '3000');
    await close('2018-02');
    expect(await short(2)).toEqual([
      ['invoice', '2018-02', [10000, 1500, -3000], 680, 9180],
      ['correction', '2018-01', [3000], 240, 3240],
    ]);
    await allVerify();
  });

  it.each([
    ['2024-01-20', [10000, 300, -1613, -48], 863, 9502],
    ['2024-01-10', [10000, 300, 1613, 48], 1196, 13157],
  ] as const)('`prorated`, one account since 10 January, start 15 → %s', async (start, lines, tax, total) => {
    await begin('2024-01-01');
    const quote = enterpriseQuote('2024-01', { baseFeeInPartialMonth: 'prorated' });
    logs.accepted(A, '2024-01-05', 'enterprise', '2024-01-15', quote);
    logs.registered(A, 'rid_1', '2024-01-10');
    await close('2024-01');
    logs.billingStart(A, '2024-02-10', start);
    await close('2024-02');
    expect(await short(1)).toEqual([['invoice', '2024-02', lines, tax, total]]);
    await allVerify();
  });

  it('what waits says where it is going: to a correction, where it would bring the next invoice below 0', async () => {
    await five();
    const fees = (['20000', '3000'] as const).map(
      (amount) => (logs.fee(A, '2018-01-10', amount).data as { fee: FeeId }).fee,
    );
    await close('2018-01');
    const going = async () =>
      (
        await world.get<{ items: { difference: string; goesTo: string }[] }>(
          `/contracts/${A}/corrections?state=waiting`,
        )
      ).items.map(({ difference, goesTo }) => [difference, goesTo]);
    logs.waived(A, '2018-02-01', fees[1]!);
    await world.caughtUp();
    expect(await going()).toEqual([['-3000', 'next-invoice']]);
    logs.waived(A, '2018-02-01', fees[0]!);
    await world.caughtUp();
    expect((await going()).sort()).toEqual([
      ['-20000', 'correction'],
      ['-3000', 'correction'],
    ]);
    await close('2018-02');
    expect(await short(1)).toEqual([
      ['invoice', '2018-02', [10000, 1500], 920, 12420],
      ['correction', '2018-01', [-20000, -3000], -1840, -24840],
    ]);
    expect(await going()).toEqual([]);
  });
});

describe('Corrections: what a run says', () => {
  it('documents, what is corrected, and what waits', async () => {
    await five('2018-01', '2018-02');
    logs.registered(A, 'rid_found', '2018-01-01', '2018-01-31');
    logs.promise(startOfDay('2018-03-10'));
    await (world.clock as SandboxClock).takeOver(startOfDay('2018-03-10'));
    await world.caughtUp();
    expect(await world.close('2018-02')).toMatchObject({
      contracts: { total: 1, issued: 1, corrected: 0, nothingDue: 0, parked: 0 },
      documents: { invoices: 0, overtaken: 0, corrections: 0 },
      waiting: { contracts: 1, net: '300' },
    });
    logs.cancelled(A, '2018-01-29', '2018-02-28');
    await world.caughtUp();
    expect(await world.close('2018-02')).toMatchObject({
      contracts: { total: 1, issued: 1, corrected: 0, nothingDue: 0 },
      documents: { invoices: 0, overtaken: 0, corrections: 1 },
      waiting: { contracts: 0, net: '0' },
    });
    logs.registered(A, 'rid_found_2', '2018-01-01', '2018-01-31');
    logs.promise(startOfDay('2018-04-01'));
    await (world.clock as SandboxClock).takeOver(startOfDay('2018-04-01'));
    await world.caughtUp();
    expect(await world.close('2018-03')).toMatchObject({
      contracts: { issued: 0, corrected: 1, nothingDue: 0 },
      documents: { invoices: 0, corrections: 1 },
    });
    await allVerify();
  });
});

describe('Corrections: the list of what was put right, and of what waits', () => {
  interface Row {
    readonly state: string;
    readonly month: string;
  }
  const rows = async (path: string, actor = operator) =>
    (await world.get<{ items: Row[]; nextCursor: string | null }>(path, actor)).items;

  it('what waits beforehand, what is billed afterwards, by contract, by invoice and over all', async () => {
    await five('2018-01', '2018-02');
    logs.accepted(B, '2018-02-01', 'enterprise', '2018-02-01', enterpriseQuote('2018-02'));
    logs.registered(A, 'rid_found', '2018-01-01', '2018-01-31');
    logs.fee(A, '2018-01-20', '700');
    await world.caughtUp();
    const waiting = {
      contract: A,
      month: '2018-01',
      number: 'SK-000000001',
      taxCode: 'JP-STD-8-2014',
      ground: 'error',
      state: 'waiting',
      goesTo: 'next-invoice',
    };
    const usage = { item: 'account-usage', issued: '1500', shouldBe: '1800', difference: '300' };
    const fee = { item: 'one-time-fee', issued: '0', shouldBe: '700', difference: '700' };
    for (const path of [`/contracts/${A}/corrections`, '/corrections', '/invoices/SK-000000001/corrections'])
      expect(await rows(path)).toMatchObject([
        {
          ...waiting,
          ...usage,
          causes: [{ stream: 'account-rid_found', revision: 0, day: '2018-01-01' }],
        },
        { ...waiting, ...fee, causes: [{ stream: `contract-${A}`, day: '2018-01-20' }] },
      ]);
    expect(await rows('/invoices/SK-000000002/corrections')).toEqual([]);
    expect(await rows('/corrections?state=billed')).toEqual([]);
    expect(await rows('/corrections', contractor(B))).toEqual([]);
    expect((await world.call('GET', '/invoices/SK-000000001/corrections', contractor(B))).status).toBe(404);

    await close('2018-03');
    const billed = ({ goesTo: _goesTo, ...row }: typeof waiting) => ({ ...row, state: 'billed' });
    const march = (await documents()).find(({ contract, month }) => contract === A && month === '2018-03')!;
    expect(march.lines.map(({ amount }) => amount)).toEqual(['10000', '1500', '700', '300']);
    expect(await rows('/corrections?state=billed')).toMatchObject([
      { ...billed(waiting), ...fee, billedIn: { number: march.number, n: 3 } },
      { ...billed(waiting), ...usage, billedIn: { number: march.number, n: 4 } },
    ]);
    expect(await rows('/corrections?state=waiting')).toEqual([]);
    const first = await world.get<{ items: Row[]; nextCursor: string }>('/corrections?limit=1');
    const second = await world.get<{ items: Row[]; nextCursor: string | null }>(
      `/corrections?limit=1&cursor=${first.nextCursor}`,
    );
    expect([first.items.length, second.items.length, second.nextCursor]).toEqual([1, 1, null]);
  });

  it('an overtaken month has a row for each item, without a number until it is billed', async () => {
    await begin('2018-01-01');
    logs.accepted(A, '2018-01-01', 'enterprise', undefined, enterpriseQuote('2018-01'));
    logs.registered(A, 'rid_1', '2018-01-01');
    logs.fee(A, '2018-02-10', '3000');
    await close('2018-01');
    await close('2018-02');
    logs.billingStart(A, '2018-03-10', '2018-01-01');
    await world.caughtUp();
    expect(await rows(`/contracts/${A}/corrections`)).toMatchObject([
      { month: '2018-01', number: null, item: 'base', issued: '0', shouldBe: '10000', state: 'waiting' },
      { month: '2018-01', number: null, item: 'account-usage', difference: '300' },
      { month: '2018-02', number: 'SK-000000001', item: 'base', difference: '10000', goesTo: 'next-invoice' },
      { month: '2018-02', number: 'SK-000000001', item: 'account-usage', difference: '300' },
    ]);
    await close('2018-03');
    expect(await rows(`/contracts/${A}/corrections`)).toMatchObject([
      { month: '2018-01', number: 'SK-000000002', item: 'base', state: 'billed' },
      { month: '2018-01', number: 'SK-000000002', item: 'account-usage', billedIn: { n: 2 } },
      { month: '2018-02', number: 'SK-000000001', item: 'base', billedIn: { number: 'SK-000000003', n: 3 } },
      { month: '2018-02', item: 'account-usage', state: 'billed' },
    ]);
  });
});

describe('Corrections: usage and preview of issued months', () => {
  const usage = (month: string) => world.get<object>(`/contracts/${A}/usage/${month}`);
  const preview = (month: string) => world.get<object>(`/contracts/${A}/invoices/preview?month=${month}`);

  it('usage shows what is known, what documents say, and the difference, also where it makes no yen', async () => {
    await j();
    const billed = { accounts: { count: 105, coefficientSum: '101.708' } };
    expect(await usage('2024-01')).toMatchObject({
      accounts: { count: 105, coefficientSum: '101.708' },
      billed,
    });
    expect(await usage('2024-01')).not.toHaveProperty('difference');
    expect(await usage('2024-02')).not.toHaveProperty('billed');
    logs.registered(A, 'rid_found', '2024-01-01', '2024-01-17');
    await world.caughtUp();
    expect(await usage('2024-01')).toMatchObject({
      accounts: { count: 106, coefficientSum: '102.256' },
      billed,
      difference: { accounts: { count: 1, coefficientSum: '0.548' } },
    });
    expect(await preview('2024-01')).toMatchObject({
      outcome: 'issued',
      number: 'SK-000000001',
      issued: ['SK-000000001'],
      waiting: [{ month: '2024-01', item: 'account-usage', difference: '164', goesTo: 'next-invoice' }],
    });
    expect(await preview('2024-02')).toMatchObject({
      outcome: 'invoice',
      lines: [{ item: 'base' }, {}, { item: 'adjustment', amount: '164' }],
    });
    await close('2024-02');
    expect(await usage('2024-01')).toMatchObject({
      billed: { accounts: { count: 106, coefficientSum: '102.256' } },
    });
    expect(await usage('2024-01')).not.toHaveProperty('difference');
    expect(await preview('2024-01')).toMatchObject({ issued: ['SK-000000001'], waiting: [] });
    // One leaves as another comes, on as many days: nothing to bill, and nothing hidden.
    logs.voided(A, 'rid_17_1', { spell: 1, from: '2024-01-01', to: '2024-01-17' });
    logs.registered(A, 'rid_found_2', '2024-01-02', '2024-01-18');
    await world.caughtUp();
    expect(await usage('2024-01')).not.toHaveProperty('difference');
    logs.registered(A, 'rid_found_3', '2023-12-31', '2023-12-31');
    logs.deregistered(A, 'rid_all_0', '2024-01-01', '2024-01-30');
    await world.caughtUp();
    expect(await usage('2024-01')).toMatchObject({
      difference: { accounts: { count: 0, coefficientSum: '-0.033' } },
    });
  });
});

describe('Corrections: the process dies', () => {
  /** The documents that follow from January and February issued, and the start moved to 20 February. */
  async function untilMarch(): Promise<void> {
    await five('2018-01', '2018-02');
    logs.billingStart(A, '2018-03-05', '2018-02-20');
    await (world.clock as SandboxClock).takeOver(startOfDay('2018-04-01'));
    logs.promise(startOfDay('2018-04-01'));
    await world.caughtUp();
  }

  it('a run that dies behind its invoice makes the corrections which that left apart, once', async () => {
    await untilMarch();
    const run = await world.requestClose('2018-03');
    await world.finished(run);
    const whole = await documents();
    const store = await createEventStore(await world.environment.server.database('billing'), world.clock);
    const log = (await store.readAll({ after: 0n, limit: 1000 })).events;
    // The same log as it stood when only the invoice of the run had been written.
    const cut = log.slice(
      0,
      log.findIndex(({ type }) => type === 'CorrectionIssued'),
    );
    const dead = world;
    const { logs: told } = dead;
    world = await BillingWorld.make(server, startOfDay('2018-04-01'));
    for (const [index, source] of world.logs.all.entries()) {
      source.messages.push(...told.all[index]!.messages);
      source.promise(startOfDay('2018-04-01'));
    }
    logs = world.logs;
    const other = await createEventStore(await world.environment.server.database('billing'), world.clock);
    for (const { stream, revision, position: _position, hash: _hash, recordedAt: _at, ...event } of cut)
      await other.append({ stream, expected: revision === 0 ? 'no-stream' : revision - 1, events: [event] });
    await world.start();
    await world.caughtUp();
    // Of the run only the log knows: it is taken up by itself.
    await until(async () => (await world.call('GET', `/billing/runs/${run}`)).status !== 404);
    await world.finished(run);
    // But for how far its own log had been read: that is shorter by what was lost.
    const content = (all: readonly InvoiceMessage[]) =>
      all.map(
        ({ inputs: { positions: _positions, heads: _heads, root: _root, ...inputs }, ...document }) => ({
          ...document,
          inputs,
        }),
      );
    expect(content(await documents())).toEqual(content(whole));
    await world.close('2018-03');
    expect(content(await documents())).toEqual(content(whole));
    // Documents that were copied name places of the log that they were copied from; all else of them is derived again.
    const copied = cut.filter(({ type }) => /^(Invoice|Correction)Issued$/.test(type)).length;
    for (const [index, { number }] of (await documents()).entries()) {
      const { body } = await world.call('POST', `/invoices/${number}/verification`);
      const { differences = [] } = body as { differences?: readonly { pointer: string }[] };
      const others = differences.filter(({ pointer }) => index >= copied || !pointer.startsWith('/inputs/'));
      expect([number, others]).toEqual([number, []]);
    }
    await dead.dispose();
  });
});
