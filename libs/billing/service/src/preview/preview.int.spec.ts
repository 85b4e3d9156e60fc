import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { firstDayOf, addMonths } from '@smartkey/calendar';
import { openPglite, type DatabaseServer } from '@smartkey/database';
import type { Instant, ContractId } from '@smartkey/kernel';
import type { InvoiceMessage } from '@smartkey/messages';
import { Turns } from '@smartkey/lifecycle';
import { BillingWorld, contractor } from '../testing/billing-world.fixture.ts';
import { ctr, enterpriseQuote, providerQuote, type Logs } from '../testing/logs.fixture.ts';

const [A, B] = [ctr('a'), ctr('b')];
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
type Preview = InvoiceMessage & { readonly outcome: string; readonly complete: boolean };
const preview = (contract: ContractId, month: string) =>
  world.call<Preview>('GET', `/contracts/${contract}/invoices/preview?month=${month}`, contractor(contract));
const lines = ({ body }: { readonly body: Preview }) =>
  Object.fromEntries(body.lines.map(({ item, amount }) => [item, amount]));

describe('preview of days that have not come', () => {
  it.each(['2018-01', '2018-02', '2019-01'])(
    '%s: a window that has not begun: nothing used yet, and never complete',
    async (month) => {
      await begin('2018-01-10T00:00:00.000Z');
      logs.accepted(A, '2018-01-05', 'enterprise', '2018-01-20', enterpriseQuote('2018-01'));
      logs.registered(A, 'rid_1', '2018-01-05');
      logs.accepted(B, '2018-01-05', 'service-provider', '2018-01-20', providerQuote('2018-01'));
      logs.succeeded(B, 'rid_2', '2018-01-08T00:00:00.000Z');
      logs.promise('2018-01-10T00:00:00.000Z');
      await world.caughtUp();
      const enterprise = await preview(A, month);
      expect(enterprise).toMatchObject({
        status: 200,
        body: { outcome: 'invoice', complete: false, number: null, issuedOn: '2018-01-10' },
      });
      expect(lines(enterprise)).toMatchObject({ base: '10000', 'account-usage': '0' });
      const provider = await preview(B, month);
      expect(provider).toMatchObject({ status: 200, body: { complete: false } });
      expect(lines(provider)).toMatchObject({ base: '5000', 'auth-api-usage': '0' });
    },
  );

  it('附則: nothing is due before the terms came into force', async () => {
    await begin('2018-01-10T00:00:00.000Z');
    logs.accepted(A, '2018-01-05', 'enterprise', '2018-01-20', enterpriseQuote('2018-01'));
    await world.caughtUp();
    for (const month of ['2016-02', '1999-12', '1970-01'])
      expect(await preview(A, month)).toMatchObject({
        status: 200,
        body: { outcome: 'nothing-due', number: null, contract: A, month },
      });
    expect((await world.call('POST', '/billing/months/2016-02/close')).status).toBe(422);
  });
});

describe('months from outside', () => {
  it('are twelve months ahead at most, wherever they are asked for', async () => {
    await begin('2018-01-10T00:00:00.000Z');
    logs.accepted(A, '2018-01-05', 'enterprise', '2018-01-20', enterpriseQuote('2018-01'));
    await world.caughtUp();
    const asked = (month: string) =>
      [
        ['GET', `/contracts/${A}/invoices/preview?month=${month}`],
        ['GET', `/contracts/${A}/usage/${month}`],
        ['GET', `/contracts/${A}/usage/${month}/accounts`],
        ['GET', `/invoices?month=${month}`],
        ['GET', `/billing/runs?month=${month}`],
        ['GET', `/exports?month=${month}`],
        ['POST', `/billing/months/${month}/close`],
        ['POST', '/exports', { month, format: 'canonical-csv' }],
      ] as const;
    const refused = async (month: string) =>
      Promise.all(
        asked(month).map(async ([method, path, body]) => {
          const answer = await world.call<{ errors?: { pointer: string; rule: string }[] }>(
            method,
            path,
            undefined,
            body,
          );
          return [answer.status, answer.body.errors?.[0]?.pointer, answer.body.errors?.[0]?.rule];
        }),
      );
    for (const month of ['2019-02', '2999-12'])
      expect(new Set((await refused(month)).map(String))).toEqual(new Set(['422,/month,month-horizon']));
    for (const month of ['9999-12', '10000-01', '2018-13', '2018-1', '0001-01'])
      expect(new Set((await refused(month)).map(String))).toEqual(new Set(['422,/month,service-month']));
    expect((await refused('2019-01')).map(([status]) => status)).toEqual([
      200, 200, 200, 200, 200, 200, 409, 201,
    ]);
  });
});

describe('no request holds up the others', () => {
  /** How many pieces the work behind an answer is cut into, between which others may have a turn. */
  async function pieces(ask: () => Promise<{ readonly status: number }>): Promise<number> {
    const next = jest.spyOn(Turns.prototype, 'next');
    try {
      expect((await ask()).status).toBe(200);
      return next.mock.calls.length;
    } finally {
      next.mockRestore();
    }
  }

  it('its work ends between two unissued months, and between two facts that a contract is known by', async () => {
    await begin('2026-02-10T00:00:00.000Z');
    const quotes = Array.from({ length: 300 }, (_, n) =>
      enterpriseQuote('2016-03', { id: `quo_${n}`, baseFee: String(10_000 + n) }),
    );
    logs.accepted(A, '2016-03-01', 'enterprise', '2016-03-01', ...quotes);
    for (let n = 0; n < 2_000; n += 1) logs.fee(A, firstDayOf(addMonths('2017-01', n % 100)), '1000');
    logs.registeredMany(A, 'rid_', 200, '2016-03-10');
    logs.promise('2026-02-10T00:00:00.000Z');
    await world.caughtUp();
    // From March 2016 to February 2027.
    const preview = () => world.call('GET', `/contracts/${A}/invoices/preview?month=2027-02`);
    expect(await pieces(preview)).toBeGreaterThanOrEqual(132);

    await world.close('2016-03');
    const verification = () => world.call('POST', '/invoices/SK-000000001/verification');
    expect(await pieces(verification)).toBeGreaterThanOrEqual(2_300);
  });
});
