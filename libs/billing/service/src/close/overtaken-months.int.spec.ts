import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { openPglite, type DatabaseServer } from '@smartkey/database';
import type { Instant } from '@smartkey/kernel';
import type { InvoiceMessage } from '@smartkey/messages';
import type { SandboxClock } from '@smartkey/runtime';
import { BillingWorld } from '../testing/billing-world.fixture.ts';
import { ctr, enterpriseQuote, type Logs } from '../testing/logs.fixture.ts';

const [A, B, C] = [ctr('a'), ctr('b'), ctr('c')];
let server: DatabaseServer;
let world: BillingWorld;
let logs: Logs;
beforeAll(async () => {
  server = await openPglite(undefined);
});
afterEach(() => world.dispose());
afterAll(() => server.close());

async function begin(clock: Instant): Promise<void> {
  world = await BillingWorld.make(server, clock);
  logs = world.logs;
  await world.start();
}
const at = (now: Instant) => (world.clock as SandboxClock).takeOver(now);
const invoices = async (): Promise<readonly InvoiceMessage[]> =>
  (await world.get<{ items: InvoiceMessage[] }>('/invoices?limit=200')).items;
const short = async () =>
  (await invoices()).map(({ contract, month, issuedOn, lines }) => [
    contract,
    month,
    issuedOn,
    lines.map(({ item, amount }) => `${item} ${amount}`).join(', '),
  ]);
const allVerify = async () => {
  for (const { number } of await invoices())
    expect((await world.call('POST', `/invoices/${number}/verification`)).body).toEqual({ identical: true });
};

describe('Invoices, overtaken months', () => {
  /** January closed with nothing due, a fee-only February issued, then the start set to 10 January. */
  async function januaryOvertaken(): Promise<void> {
    await begin('2024-03-01T00:00:00.000Z');
    logs.accepted(A, '2024-01-10', 'enterprise', undefined, enterpriseQuote('2024-01'));
    logs.registered(A, 'rid_1', '2024-01-10');
    logs.promise('2024-03-01T00:00:00.000Z');
    expect((await world.close('2024-01')).contracts).toEqual({
      total: 1,
      issued: 0,
      corrected: 0,
      nothingDue: 1,
      parked: 0,
    });
    logs.fee(A, '2024-02-10', '5000');
    await world.caughtUp();
    expect((await world.close('2024-02')).contracts).toMatchObject({ issued: 1 });
    logs.contract.say(`contract-${A}`, A, '2024-03-01T00:00:00.000Z', 'BillingStartSet', {
      date: '2024-01-10',
    });
    await world.caughtUp();
  }
  const FEBRUARY = [A, '2024-02', '2024-03-01', 'initial-fee 0, one-time-fee 5000'];
  const january = (issuedOn: string) => [A, '2024-01', issuedOn, 'base 10000, account-usage 212'];

  it.each(['2024-01', '2024-02'])(
    'are issued by the next close, of whatever month: %s, as ordinary invoices of their own month',
    async (closing) => {
      await januaryOvertaken();
      expect(await world.close(closing)).toMatchObject({
        state: 'completed',
        contracts: { total: 1, issued: 1, parked: 0 },
      });
      expect(await short()).toEqual([FEBRUARY, january('2024-03-01')]);
      expect((await invoices())[1]).toMatchObject({ number: 'SK-000000002', kind: 'invoice' });
      await allVerify();
      await world.close(closing);
      expect(await invoices()).toHaveLength(2);
    },
  );

  it('go before the month that is closed, oldest first, with the number and date of the day', async () => {
    await januaryOvertaken();
    await at('2024-04-01T00:00:00.000Z');
    logs.promise('2024-04-01T00:00:00.000Z');
    await world.caughtUp();
    expect((await world.close('2024-03')).contracts).toMatchObject({ issued: 1, parked: 0 });
    expect(await short()).toEqual([
      FEBRUARY,
      january('2024-04-01'),
      [A, '2024-03', '2024-04-01', 'base 10000, account-usage 300, adjustment 10000, adjustment 300'],
    ]);
    await allVerify();
  });

  it('a fee entered for an earlier month that was never issued makes its invoice', async () => {
    await begin('2024-04-01T00:00:00.000Z');
    logs.accepted(A, '2024-01-10', 'enterprise', '2024-03-01', enterpriseQuote('2024-03'));
    logs.promise('2024-04-01T00:00:00.000Z');
    await world.close('2024-03');
    logs.fee(A, '2024-02-10', '700');
    await world.caughtUp();
    expect((await world.close('2024-03')).contracts).toMatchObject({ issued: 1 });
    expect((await short()).at(-1)).toEqual([A, '2024-02', '2024-04-01', 'one-time-fee 700']);
    await allVerify();
  });

  it('one that cannot be rated is parked by name, and later months wait for it', async () => {
    await begin('2024-04-01T00:00:00.000Z');
    logs.accepted(A, '2024-01-10', 'enterprise', undefined, enterpriseQuote('2024-03'));
    logs.fee(A, '2024-02-10', '700');
    logs.promise('2024-04-01T00:00:00.000Z');
    await world.close('2024-02');
    logs.contract.say(`contract-${A}`, A, '2024-04-01T00:00:00.000Z', 'BillingStartSet', {
      date: '2024-01-10',
    });
    await world.caughtUp();
    const february = await world.close('2024-02');
    expect(february).toMatchObject({ state: 'partial', contracts: { issued: 1, parked: 1 } });
    expect(await world.parkedBy(february.id)).toMatchObject([
      { contract: A, code: 'no-governing-quote', reason: expect.stringContaining('2024-01') },
    ]);
    const march = await world.close('2024-03');
    expect(march.contracts).toMatchObject({ issued: 0, nothingDue: 0, parked: 1 });
    expect(await world.parkedBy(march.id)).toMatchObject([{ code: 'earlier-month-waits' }]);
    logs.quoted(A, '2024-04-01', enterpriseQuote('2024-01', { id: 'quo_late' }));
    await world.caughtUp();
    await world.close('2024-03');
    expect((await short()).map(([, month]) => month)).toEqual(['2024-02', '2024-01', '2024-03']);
  });
});

describe('Invoices, order: documents of one run', () => {
  it('by instant of acceptance, then by the place of the application in the log, whatever the ids are', async () => {
    await begin('2018-03-01T00:00:00.000Z');
    logs.accepted(C, '2018-01-02', 'enterprise', '2018-01-02', enterpriseQuote('2018-01'));
    logs.accepted(A, '2018-01-02', 'enterprise', '2018-01-02', enterpriseQuote('2018-01'));
    logs.accepted(B, '2018-01-01', 'enterprise', '2018-01-02', enterpriseQuote('2018-01'));
    logs.promise('2018-03-01T00:00:00.000Z');
    await world.caughtUp();
    await world.close('2018-02');
    expect((await invoices()).map(({ contract, month }) => [contract, month])).toEqual([
      [B, '2018-01'],
      [B, '2018-02'],
      [C, '2018-01'],
      [C, '2018-02'],
      [A, '2018-01'],
      [A, '2018-02'],
    ]);
  });

  it('visits every accepted contract, also one accepted after the month, and says nothing of months before it', async () => {
    await begin('2018-03-01T00:00:00.000Z');
    logs.accepted(A, '2018-02-10', 'enterprise', '2018-02-10', enterpriseQuote('2018-02'));
    logs.promise('2018-03-01T00:00:00.000Z');
    await world.caughtUp();
    expect((await world.close('2018-01')).contracts).toEqual({
      total: 1,
      issued: 0,
      corrected: 0,
      nothingDue: 1,
      parked: 0,
    });
    expect(await invoices()).toEqual([]);
  });
});

describe('Invoices: a close of many months at once', () => {
  it('goes on contract by contract, however many months each of them owes', async () => {
    await begin('2024-07-01T00:00:00.000Z');
    const all = ['d', 'c', 'b', 'a'].map(ctr);
    for (const contract of all)
      logs.accepted(contract, '2016-03-01', 'enterprise', '2016-03-01', enterpriseQuote('2016-03'));
    logs.promise('2024-07-01T00:00:00.000Z');
    await world.caughtUp();
    expect((await world.close('2024-06')).contracts).toEqual({
      total: 4,
      issued: 4,
      corrected: 0,
      nothingDue: 0,
      parked: 0,
    });
    const numbers: string[] = [];
    for (const contract of all) {
      const { items } = await world.get<{ items: InvoiceMessage[] }>(
        `/invoices?contract=${contract}&limit=200`,
      );
      expect([items.length, items[0]!.month, items.at(-1)!.month]).toEqual([100, '2016-03', '2024-06']);
      numbers.push(...items.map(({ number }) => number));
    }
    expect(numbers).toEqual(Array.from({ length: 400 }, (_, n) => `SK-${String(n + 1).padStart(9, '0')}`));
  });
});

describe('Invoices: the day of a run', () => {
  it('is that of its request, also where it waits beyond midnight in Japan', async () => {
    await begin('2018-02-01T14:59:59.999Z');
    logs.accepted(A, '2018-01-01', 'enterprise', '2018-01-01', enterpriseQuote('2018-01'));
    const runId = await world.requestClose('2018-01');
    await at('2018-02-03T00:00:00.000Z');
    logs.promise('2018-02-03T00:00:00.000Z');
    await world.finished(runId);
    expect(await invoices()).toMatchObject([
      { month: '2018-01', issuedOn: '2018-02-01', dueOn: '2018-02-28' },
    ]);
    await allVerify();
  });
});
