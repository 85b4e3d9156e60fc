import type { Instant } from '@smartkey/kernel';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { openPglite, type DatabaseServer } from '@smartkey/database';
import { until, untilSeen } from '@smartkey/testing';
import { BillingWorld, type Run } from './testing/billing-world.fixture.ts';
import { ctr, enterpriseQuote, providerQuote } from './testing/logs.fixture.ts';
import type { InvoiceMessage } from '@smartkey/messages';

let server: DatabaseServer;
let world: BillingWorld;
beforeAll(async () => {
  server = await openPglite(undefined);
});
afterEach(() => world.dispose());
afterAll(() => server.close());

const begin = async (clock: Instant, variables?: Record<string, string>) => {
  world = await BillingWorld.make(server, clock, variables);
  await world.start();
  return world.logs;
};
const invoices = async (query = ''): Promise<readonly InvoiceMessage[]> =>
  (await world.get<{ items: InvoiceMessage[] }>(`/invoices?limit=200${query}`)).items;
const amounts = (invoice: InvoiceMessage | undefined) =>
  Object.fromEntries((invoice?.lines ?? []).map((line) => [line.item, line.amount]));

const A = ctr('a');
const B = ctr('b');

describe('a month of an enterprise contract (別紙1 備考(1))', () => {
  it('January 2024: usage, preview, close, invoice, CSV, evidence, verification and export agree', async () => {
    const logs = await begin('2024-02-01T00:00:00.000Z');
    logs.accepted(A, '2023-12-20', 'enterprise', '2024-01-01', enterpriseQuote('2024-01'));
    logs.registeredMany(A, 'rid_all_', 100, '2023-12-25');
    logs.registeredMany(A, 'rid_mid_', 3, '2024-01-15');
    logs.registeredMany(A, 'rid_one_', 2, '2024-01-20', '2024-01-20');
    logs.promise('2024-01-31T15:00:00.000Z');

    const run = await world.close('2024-01');
    expect(run).toMatchObject({
      state: 'completed',
      contracts: { total: 1, issued: 1, nothingDue: 0, parked: 0 },
      waitingFor: [],
    });
    expect(await world.get(`/contracts/${A}/usage/2024-01`)).toMatchObject({
      plan: 'enterprise',
      complete: true,
      accounts: { count: 105, byUsedDays: { '1': 2, '17': 3, '31': 100 }, coefficientSum: '101.708' },
      authentications: { count: 0, byDay: {} },
      asOf: '2024-01-31T15:00:00.000Z',
    });
    const statement = await world.get<{ items: object[]; nextCursor: string | null }>(
      `/contracts/${A}/usage/2024-01/accounts?limit=200`,
    );
    expect(statement.items).toHaveLength(105);
    expect(statement.nextCursor).toBeNull();
    expect(statement.items).toContainEqual({
      account: 'rid_mid_0',
      usedDays: 17,
      coefficient: '0.548',
      fee: '164.4',
    });

    const [invoice] = await invoices();
    expect(invoice).toMatchObject({
      number: 'SK-000000001',
      contract: A,
      kind: 'invoice',
      month: '2024-01',
      issuedOn: '2024-02-01',
      dueOn: '2024-02-29',
      issuer: { name: '株式会社見本', registrationNumber: 'T7123456789012' },
      recipient: { name: `${A}株式会社` },
      net: '40512',
      tax: '4051',
      total: '44563',
      taxes: [{ taxCode: 'JP-STD-10-2019', rate: '10', taxable: '40512', tax: '4051' }],
    });
    expect(amounts(invoice)).toEqual({ base: '10000', 'account-usage': '30512', 'initial-fee': '0' });
    expect(invoice!.inputs.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(await world.get('/invoices/SK-000000001')).toEqual({ ...invoice, files: expect.any(Array) });

    const csv = await world.get<string>('/invoices/SK-000000001.csv');
    expect(csv.trim().split('\r\n')).toHaveLength(4);
    expect(csv).toContain(',ACCOUNT,,JP-STD-10-2019,30512,40512,4051,44563,T7123456789012,');
    expect(await world.get('/invoices/SK-000000001', undefined, { accept: 'text/csv' })).toBe(csv);

    expect(await world.call('POST', '/invoices/SK-000000001/verification')).toMatchObject({
      status: 200,
      body: { identical: true },
    });
    const evidence = await world.get<{ items: { type: string }[] }>(
      '/invoices/SK-000000001/lines/2/evidence?limit=200',
    );
    expect(evidence.items).toHaveLength(105);
    expect(evidence.items).toContainEqual({
      stream: 'account-rid_one_0',
      revision: 0,
      type: 'IdRegistered',
      day: '2024-01-20',
      account: 'rid_one_0',
      until: '2024-01-20',
      untilRevision: 1,
    });
    const base = await world.get<{ items: { type: string }[] }>('/invoices/SK-000000001/lines/1/evidence');
    expect(base.items.map(({ type }) => type)).toEqual([
      'PriceQuoted',
      'ContractAccepted',
      'BillingStartSet',
    ]);
    const fee = await world.get<{ items: object[] }>('/invoices/SK-000000001/lines/3/evidence');
    expect(fee.items).toMatchObject([{ type: 'FeeObligationArose', day: '2023-12-20' }]);
  });

  it('Invoices, late facts: what is voided or corrected later counts otherwise, and what was issued stays proved', async () => {
    const logs = await begin('2024-02-01T00:00:00.000Z');
    logs.accepted(A, '2024-01-01', 'enterprise', '2024-01-01', enterpriseQuote('2024-01'));
    for (const account of ['rid_a', 'rid_b', 'rid_c'] as const)
      logs.registered(A, account, '2024-01-15', account === 'rid_a' ? '2024-01-20' : undefined);
    logs.promise('2024-02-01T00:00:00.000Z');
    await world.finished(await world.requestClose('2024-01'));
    const [invoice] = await invoices();
    const evidenceOf = async () =>
      (await world.get<{ items: object[] }>(`/invoices/${invoice!.number}/lines/2/evidence?limit=200`)).items;
    const before = await evidenceOf();
    expect(before).toHaveLength(3);

    logs.corrected(
      A,
      'rid_a',
      { spell: 1, from: '2024-01-15', to: '2024-01-20' },
      { from: '2024-01-11', to: '2024-01-22' },
    );
    logs.voided(A, 'rid_b', { spell: 1, from: '2024-01-15' });
    logs.promise('2024-02-01T00:00:00.001Z');
    const accounts = async () =>
      (await world.get<{ accounts: { count: number } }>(`/contracts/${A}/usage/2024-01`)).accounts;
    await until(async () => (await accounts()).count === 2);
    expect(await accounts()).toMatchObject({ count: 2, byUsedDays: { '12': 1, '17': 1 } });
    expect(await evidenceOf()).toEqual(before);
    expect(await world.call('POST', `/invoices/${invoice!.number}/verification`)).toMatchObject({
      status: 200,
      body: { identical: true },
    });
    expect(await world.get(`/invoices/${invoice!.number}`)).toEqual({ ...invoice, files: expect.any(Array) });
  });

  it('preview is what is issued, and marked incomplete while a source is behind', async () => {
    const logs = await begin('2024-02-01T00:00:00.000Z');
    logs.accepted(A, '2024-01-01', 'enterprise', '2024-01-01', enterpriseQuote('2024-01'));
    logs.registeredMany(A, 'rid_', 7, '2024-01-15');
    logs.registered(A, 'rid_0', '2024-01-03', '2024-01-20');
    logs.contract.promise('2024-01-31T15:00:00.000Z');
    logs.authentication.promise('2024-01-31T15:00:00.000Z');
    logs.registry.promise('2024-01-31T14:59:59.999Z');
    const previewed = async () =>
      world.get<InvoiceMessage & { complete: boolean }>(`/contracts/${A}/invoices/preview?month=2024-01`);
    const runId = await world.requestClose('2024-01');
    const waiting = async (): Promise<Run> => world.get(`/billing/runs/${runId}`);
    await until(async () => (await waiting()).waitingFor.join() === 'device-registry');
    expect((await waiting()).state).toBe('waiting');
    const early = await previewed();
    expect(early).toMatchObject({ complete: false, outcome: 'invoice', number: null });
    expect(await world.requestClose('2024-01')).toBe(runId);

    logs.registry.promise('2024-01-31T15:00:00.000Z');
    expect((await world.finished(runId)).state).toBe('completed');
    const [issued] = await invoices();
    const { complete: _complete, number: _number, inputs, ...content } = early;
    expect(issued).toMatchObject(JSON.parse(JSON.stringify({ ...content, outcome: undefined })));
    expect(issued!.inputs.hash).toBe(inputs.hash);
    expect(await previewed()).toMatchObject({
      outcome: 'issued',
      complete: true,
      issued: [issued!.number],
      waiting: [],
    });
  });

  it('a month that goes on is counted up to today', async () => {
    const logs = await begin('2024-01-20T00:00:00.000Z');
    logs.accepted(A, '2024-01-01', 'enterprise', '2024-01-01', enterpriseQuote('2024-01'));
    logs.registered(A, 'rid_1', '2024-01-15');
    logs.promise('2024-01-20T00:00:00.000Z');
    const usage = async () => {
      const path = `/contracts/${A}/usage/2024-01`;
      const seen = await world.get<{ accounts: { byUsedDays: object }; complete: boolean }>(path);
      expect(seen.complete).toBe(false);
      return seen.accounts.byUsedDays;
    };
    expect(await untilSeen(usage, (days) => Object.keys(days).length > 0)).toEqual({ '6': 1 });
    expect((await world.call('POST', '/billing/months/2024-01/close')).status).toBe(409);
    expect((await world.call('POST', '/billing/months/2024-13/close')).status).toBe(422);
  });
});

describe('第4条, 第6条, 備考(2): plans and windows', () => {
  it('January by the old plan, February by the new; a success at 15:00Z on the 31st is February’s', async () => {
    const logs = await begin('2018-03-01T00:00:00.000Z');
    logs.accepted(
      A,
      '2018-01-01',
      'enterprise',
      '2018-01-01',
      enterpriseQuote('2018-01'),
      providerQuote('2018-02'),
    );
    logs.planChanged(A, '2018-01-10', 'service-provider', '2018-02');
    logs.fee(A, '2018-01-10', '3000');
    logs.registered(A, 'rid_1', '2018-01-01');
    logs.succeeded(A, 'rid_1', '2018-01-31T14:59:59.999Z');
    logs.succeeded(A, 'rid_1', '2018-01-31T15:00:00.000Z');
    logs.accepted(B, '2018-01-01', 'enterprise', '2018-01-01', enterpriseQuote('2018-01'));
    logs.cancelled(B, '2018-01-09', '2018-02-08');
    logs.registered(B, 'rid_2', '2018-01-01');
    logs.promise('2018-02-28T15:00:00.000Z');
    expect((await world.close('2018-01')).state).toBe('completed');
    expect((await world.close('2018-02')).state).toBe('completed');

    const [january, february] = await invoices(`&contract=${A}`);
    expect(amounts(january)).toEqual({
      base: '10000',
      'account-usage': '300',
      'initial-fee': '0',
      'one-time-fee': '3000',
    });
    expect(amounts(february)).toEqual({ base: '5000', 'auth-api-usage': '2' });
    const [, last] = await invoices(`&contract=${B}`);
    expect(amounts(last)).toEqual({ base: '10000', 'account-usage': '85' });
    expect(await world.get(`/contracts/${A}/usage/2018-02`)).toMatchObject({
      plan: 'service-provider',
      accounts: { count: 0 },
      authentications: { count: 1, byDay: { '2018-02-01': 1 } },
    });
    for (const { number } of await invoices())
      expect((await world.call('POST', `/invoices/${number}/verification`)).body).toEqual({
        identical: true,
      });
  });
});
