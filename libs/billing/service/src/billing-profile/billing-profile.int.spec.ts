import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { openPglite, type DatabaseServer } from '@smartkey/database';
import { createEventStore } from '@smartkey/event-store';
import type { Actor, Instant, ContractId } from '@smartkey/kernel';
import { BillingWorld, contractor, operator } from '../testing/billing-world.fixture.ts';
import { ctr, enterpriseQuote } from '../testing/logs.fixture.ts';

const A = ctr('a');
const B = ctr('b');
const finance: Actor = { role: 'finance', key: 'key_f' };

interface Shown {
  readonly number: string;
  readonly recipient: object;
  readonly dueOn: string;
}

let server: DatabaseServer;
let world: BillingWorld;
beforeAll(async () => {
  server = await openPglite(undefined);
});
afterEach(() => world.dispose());
afterAll(() => server.close());

const begin = async (clock: Instant) => {
  world = await BillingWorld.make(server, clock);
  await world.start();
  for (const contract of [A, B])
    world.logs.accepted(contract, '2024-01-01', 'enterprise', '2024-01-01', enterpriseQuote('2024-01'));
  world.logs.promise('2024-02-29T15:00:00.000Z');
  await world.caughtUp();
};
const path = (contract: ContractId) => `/contracts/${contract}/billing-profile`;
const patch = (contract: ContractId, body: object, actor: Actor = operator, headers: object = {}) =>
  world.call<{ code?: string }>('PATCH', path(contract), actor, body, headers);
const invoiceOf = async (contract: ContractId, month: string) =>
  (await world.get<{ items: Shown[] }>(`/invoices?contract=${contract}&month=${month}`)).items[0]!;
const verified = async (number: string) =>
  (await world.call<object>('POST', `/invoices/${number}/verification`)).body;

const PROFILE = {
  billTo: {
    name: '支払株式会社',
    honorific: '御中',
    postalCode: '100-0001',
    address: '東京都千代田区千代田1-1',
    department: '経理部',
    contact: '山田花子',
  },
  purchaseOrder: 'PO-1',
  endpoint: { scheme: '0188', id: '7123456789012' },
  paymentTerm: { monthsAfter: 2, onHoliday: 'previous-banking-day' },
  delivery: ['mail', 'download'],
};

describe('the billing profile of a contract', () => {
  it('is at first what the contract and the policy say', async () => {
    await begin('2024-03-01T00:00:00.000Z');
    for (const actor of [operator, finance, contractor(A)])
      expect(await world.get(path(A), actor)).toEqual({
        billTo: { name: `${A}株式会社`, honorific: '御中' },
        delivery: ['download'],
      });
  });

  it('is shown as it was changed, and adds to the party where it names nobody', async () => {
    await begin('2024-03-01T00:00:00.000Z');
    expect(await patch(A, PROFILE, finance)).toMatchObject({ status: 200, body: PROFILE });
    expect(await world.get(path(A))).toEqual(PROFILE);
    const fewer = await patch(A, {
      billTo: { name: null, department: null },
      endpoint: null,
      paymentTerm: null,
    });
    expect(fewer).toMatchObject({ status: 200 });
    expect(await world.get(path(A))).toEqual({
      billTo: {
        name: `${A}株式会社`,
        honorific: '御中',
        postalCode: '100-0001',
        address: '東京都千代田区千代田1-1',
        contact: '山田花子',
      },
      purchaseOrder: 'PO-1',
      delivery: ['mail', 'download'],
    });
    expect(await world.get(path(B))).toMatchObject({ billTo: { name: `${B}株式会社` } });
  });

  it('a document keeps what held at its issue, is due by the contract’s own term, and verifies after every change', async () => {
    await begin('2024-03-01T00:00:00.000Z');
    await patch(A, PROFILE);
    expect(await world.get(`/contracts/${A}/invoices/preview?month=2024-01`)).toMatchObject({
      recipient: PROFILE.billTo,
      dueOn: '2024-03-29',
    });
    await world.close('2024-01');
    const january = await invoiceOf(A, '2024-01');
    // The last banking day of the second month after January; B has the policy's end of the month after, moved on from its issue.
    expect(january).toMatchObject({ recipient: PROFILE.billTo, dueOn: '2024-03-29' });
    expect(await invoiceOf(B, '2024-01')).toMatchObject({
      recipient: { name: `${B}株式会社` },
      dueOn: '2024-04-01',
    });

    await patch(A, { billTo: { name: '移転株式会社', address: '大阪府' }, paymentTerm: null });
    await world.close('2024-02');
    const february = await invoiceOf(A, '2024-02');
    expect(february).toMatchObject({
      recipient: { ...PROFILE.billTo, name: '移転株式会社', address: '大阪府' },
      dueOn: '2024-04-01',
    });
    expect((await invoiceOf(A, '2024-01')).recipient).toEqual(PROFILE.billTo);

    await patch(A, { billTo: { contact: '佐藤' }, paymentTerm: { monthsAfter: 3, onHoliday: 'unmoved' } });
    for (const { number } of [january, february, await invoiceOf(B, '2024-02')])
      expect(await verified(number)).toEqual({ identical: true });
    expect(
      (await world.get<{ items: Shown[] }>(`/invoices?party=${encodeURIComponent('移転')}`)).items,
    ).toHaveLength(1);
  });

  it('a contractor changes contact and purchase-order number of its own contract, and nothing else', async () => {
    await begin('2024-03-01T00:00:00.000Z');
    const mine = contractor(A);
    expect(await patch(A, { billTo: { contact: '山田花子' }, purchaseOrder: 'PO-2' }, mine)).toMatchObject({
      status: 200,
      body: { purchaseOrder: 'PO-2', billTo: { contact: '山田花子' } },
    });
    for (const body of [{ billTo: { name: 'x' } }, { delivery: ['mail'] }, { paymentTerm: null }])
      expect(await patch(A, body, mine)).toMatchObject({
        status: 403,
        body: { code: 'billing-profile-of-operator' },
      });
    const foreign = await patch(B, { purchaseOrder: 'x' }, mine);
    const unknown = await patch(ctr('z'), { purchaseOrder: 'x' }, mine);
    expect([foreign.status, unknown.status]).toEqual([404, 404]);
    expect(foreign.body).toMatchObject({ code: unknown.body.code });
    expect((await patch(ctr('z'), { purchaseOrder: 'x' })).status).toBe(404);
    for (const role of ['auditor', 'service-provider'] as const)
      expect(
        await world.call('GET', path(A), {
          role,
          key: 'key_x',
          ...(role === 'service-provider' && { contract: A }),
        }),
      ).toMatchObject({ status: 403 });
  });

  it('is validated', async () => {
    await begin('2024-03-01T00:00:00.000Z');
    for (const body of [
      { billTo: { postalCode: '1000001' } },
      { billTo: { honorific: '殿' } },
      { billTo: { contact: 'x'.repeat(101) } },
      { billTo: 'x' },
      { delivery: [] },
      { delivery: ['mail', 'mail'] },
      { delivery: ['fax'] },
      { endpoint: { scheme: '1', id: 'x' } },
      { paymentTerm: { monthsAfter: 25, onHoliday: 'unmoved' } },
      { purchaseOrder: '' },
      { other: 1 },
    ])
      expect(await patch(A, body)).toMatchObject({ status: 422 });
  });

  it('lies sealed in log, read model and document, but for the name', async () => {
    await begin('2024-03-01T00:00:00.000Z');
    await patch(A, PROFILE);
    await world.close('2024-01');
    const database = await world.environment.server.database('billing');
    const store = await createEventStore(database, world.clock);
    const events = [...(await store.readStream(`profile-${A}`)), ...(await store.readStream('series-SK'))];
    const texts = [JSON.stringify(events.map(({ data }) => data)), await tablesOf(database)];
    for (const text of texts) {
      expect(text).toContain('支払株式会社');
      for (const secret of ['100-0001', '千代田', '経理部', '山田花子']) expect(text).not.toContain(secret);
    }
  });
});

/** Every row of every table of billing, as text. */
async function tablesOf(database: Awaited<ReturnType<DatabaseServer['database']>>): Promise<string> {
  const tables = await database.query<{ name: string }>(
    `select quote_ident(schemaname) || '.' || quote_ident(tablename) as name from pg_tables
     where schemaname like 'w%billing%'`,
  );
  const rows = await Promise.all(
    tables.map(({ name }) => database.query<{ row: string }>(`select t::text as row from ${name} as t`)),
  );
  return rows
    .flat()
    .map(({ row }) => row)
    .join('\n');
}
