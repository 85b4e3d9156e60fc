import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Actor, Instant, ContractId } from '@smartkey/kernel';
import type { InvoiceMessage } from '@smartkey/messages';
import type { DatabaseServer } from '@smartkey/database';
import { createEventStore } from '@smartkey/event-store';
import { untilSeen } from '@smartkey/testing';
import { CLOSE_LOCK } from '../close/close-lock.ts';
import { BillingWorld, contractor, ISSUER } from '../testing/billing-world.fixture.ts';
import { ctr, enterpriseQuote } from '../testing/logs.fixture.ts';
import { giveUpLoss } from '../testing/lost-end.fixture.ts';
import { openServer } from '../testing/servers.fixture.ts';

const A = ctr('a');
const B = ctr('b');
const NUMBER = ISSUER.SMARTKEY_ISSUER_REGISTRATION_NUMBER;
const HALF_UP = { yenRounding: 'halfUp', taxRounding: 'halfUp', reason: '規程の改定' };
const finance: Actor = { role: 'finance', key: 'key_f' };

interface Policy {
  readonly version: string;
  readonly from: string;
}

describe.each(['pglite', 'postgres'] as const)('policies and issuer in the log, on %s', (kind) => {
  let opened: { readonly server: DatabaseServer; readonly stop: () => Promise<void> };
  let world: BillingWorld;
  beforeAll(async () => {
    opened = await openServer(kind);
  });
  afterEach(() => world.dispose());
  afterAll(() => opened.stop());

  const make = async (clock: Instant, variables?: Record<string, string>) => {
    world = await BillingWorld.make(opened.server, clock, variables);
    return world.logs;
  };
  const begin = async (clock: Instant, variables?: Record<string, string>) => {
    const logs = await make(clock, variables);
    await world.start();
    return logs;
  };
  const put = (path: string, body: object, headers: object = {}, actor: Actor = finance) =>
    world.call<{ code?: string; detail?: string; version?: string }>('PUT', path, actor, body, headers);
  const policy = (month: string) => world.get<Policy>(`/billing/policies/${month}`, finance);
  const issuers = async () => (await world.get<{ items: object[] }>('/billing/issuer', finance)).items;
  const invoiceOf = async (contract: ContractId, month: string) =>
    (await world.get<{ items: InvoiceMessage[] }>(`/invoices?contract=${contract}&month=${month}`)).items[0]!;
  const verified = async (number: string) =>
    (await world.call<object>('POST', `/invoices/${number}/verification`)).body;
  /** An account from 2024-01-15 on: 0.548 × 301 = 164.948 yen in January, 301 in February. */
  const usage = (contract: ContractId) => {
    world.logs.accepted(
      contract,
      '2023-12-20',
      'enterprise',
      '2024-01-01',
      enterpriseQuote('2024-01', { baseFee: '0', accountFee: '301' }),
    );
    world.logs.registered(contract, `rid_${contract}`, '2024-01-15');
  };

  it('the environment’s enter the log at the first start, under their versions, and are shown', async () => {
    await begin('2024-02-01T00:00:00.000Z', {
      ...ISSUER,
      SMARTKEY_BILLING_POLICIES: '[{"version":"b","from":"2024-02","taxRounding":"ceil"}]',
    });
    expect(await policy('2024-01')).toMatchObject({
      version: '2016-03.1',
      from: '2016-03',
      until: '2024-01',
      yenRounding: 'floor',
      taxRounding: 'floor',
      paymentTerm: { monthsAfter: 1, onHoliday: 'next-banking-day' },
    });
    expect(await policy('2024-03')).toMatchObject({
      version: 'b',
      from: '2024-02',
      until: null,
      taxRounding: 'ceil',
    });
    expect(await issuers()).toEqual([
      expect.objectContaining({
        version: '2016-03.1',
        from: '2016-03',
        until: null,
        name: '株式会社見本',
        registrationNumber: NUMBER,
      }),
    ]);
  });

  it('a policy that is set holds from its month on; what was issued before verifies by what it names', async () => {
    const logs = await begin('2024-03-01T00:00:00.000Z');
    usage(A);
    logs.promise('2024-02-29T15:00:00.000Z');
    await world.close('2024-01');
    const january = await invoiceOf(A, '2024-01');
    expect(january).toMatchObject({
      net: '164',
      tax: '16',
      dueOn: '2024-04-01',
      inputs: { policyVersion: '2016-03.1' },
    });

    const set = await put('/billing/policies/2024-02', {
      ...HALF_UP,
      paymentTerm: { monthsAfter: 2, onHoliday: 'previous-banking-day' },
    });
    expect(set).toMatchObject({
      status: 200,
      body: { version: '2024-02.1', until: null, reason: '規程の改定' },
    });
    expect(await world.get(`/contracts/${A}/invoices/preview?month=2024-02`)).toMatchObject({
      dueOn: '2024-04-30',
      inputs: { policyVersion: '2024-02.1' },
    });
    await world.close('2024-02');
    const february = await invoiceOf(A, '2024-02');
    expect(february).toMatchObject({
      net: '301',
      dueOn: '2024-04-30',
      inputs: { policyVersion: '2024-02.1' },
    });
    for (const { number } of [january, february]) expect(await verified(number)).toEqual({ identical: true });

    // A later one, and another process: nothing of what is issued depends on it.
    expect((await put('/billing/policies/2024-03', { yenRounding: 'ceil', reason: '改定' })).status).toBe(
      200,
    );
    await world.restart({});
    for (const { number } of [january, february]) expect(await verified(number)).toEqual({ identical: true });
  });

  it('by the policy of its month fractions are rounded, and tax', async () => {
    const logs = await begin('2024-02-01T00:00:00.000Z');
    expect((await put('/billing/policies/2024-01', HALF_UP)).status).toBe(200);
    usage(A);
    logs.promise('2024-01-31T15:00:00.000Z');
    await world.close('2024-01');
    // 164.948 → 165; 16.5 → 17.
    expect(await invoiceOf(A, '2024-01')).toMatchObject({ net: '165', tax: '17', total: '182' });
  });

  it('never changes once a document used it: 409 names month and document; what holds already may be said again', async () => {
    const logs = await begin('2024-03-01T00:00:00.000Z');
    expect((await put('/billing/policies/2024-01', HALF_UP)).status).toBe(200);
    const issuer = {
      from: '2024-01',
      name: '新見本株式会社',
      registrationNumber: NUMBER,
      reason: '商号変更',
    };
    expect((await put('/billing/issuer', issuer)).status).toBe(200);
    usage(A);
    logs.promise('2024-02-29T15:00:00.000Z');
    await world.close('2024-01');
    const { number, issuer: shown } = await invoiceOf(A, '2024-01');
    expect(shown).toEqual({ name: '新見本株式会社', registrationNumber: NUMBER });

    const changed = await put('/billing/policies/2024-01', { yenRounding: 'ceil', reason: 'x' });
    expect(changed).toMatchObject({ status: 409, body: { code: 'used-by-document' } });
    expect(changed.body.detail).toContain('2024-01');
    expect(changed.body.detail).toContain(number);
    // Of the months before it no document is issued.
    expect((await put('/billing/policies/2023-11', { yenRounding: 'ceil', reason: 'x' })).status).toBe(200);
    const renamed = await put('/billing/issuer', { ...issuer, name: '別の会社' });
    expect(renamed).toMatchObject({ status: 409, body: { code: 'used-by-document' } });
    expect(renamed.body.detail).toContain(number);

    expect(await put('/billing/policies/2024-01', HALF_UP)).toMatchObject({
      status: 200,
      body: { version: '2024-01.1' },
    });
    expect(await put('/billing/issuer', issuer)).toMatchObject({
      status: 200,
      body: { version: '2024-01.1' },
    });
    expect((await put('/billing/issuer', { ...issuer, from: '2024-02', name: '別の会社' })).status).toBe(200);
  });

  it('a registration number that is told by the issuer frees the months that waited for it', async () => {
    const logs = await begin('2024-02-01T00:00:00.000Z', { SMARTKEY_ISSUER_NAME: '株式会社見本' });
    usage(A);
    logs.promise('2024-01-31T15:00:00.000Z');
    expect(await world.close('2024-01')).toMatchObject({ contracts: { parked: 1 } });
    const told = await put('/billing/issuer', {
      from: '2023-10',
      name: '株式会社見本',
      registrationNumber: NUMBER,
      postalCode: '100-0001',
      address: '東京都千代田区千代田1-1',
      phone: '03-1234-5678',
      bankAccount: {
        bank: '見本銀行',
        branch: '本店',
        type: 'ordinary',
        number: '1234567',
        holder: 'カ)ミホン',
      },
      endpoint: { scheme: '0221', id: 'T7123456789012' },
      taxPeriodEnd: '03-31',
      reason: '登録',
    });
    expect(told).toMatchObject({
      status: 200,
      body: {
        version: '2023-10.1',
        taxPeriodEnd: '03-31',
        endpoint: { scheme: '0221', id: 'T7123456789012' },
      },
    });
    expect(await world.close('2024-01')).toMatchObject({ contracts: { issued: 1, parked: 0 } });
    const { number, issuer } = await invoiceOf(A, '2024-01');
    expect(issuer).toEqual({ name: '株式会社見本', registrationNumber: NUMBER });
    expect(await verified(number)).toEqual({ identical: true });
    expect(await issuers()).toHaveLength(2);
  });

  it('a repeat of the same request is the same entry', async () => {
    await begin('2024-02-01T00:00:00.000Z');
    const headers = world.commandHeaders('7f0c6f0e-8a53-4a2b-9a53-3d6a3b1f4c11');
    for (let time = 0; time < 2; time += 1)
      expect(await put('/billing/policies/2024-02', HALF_UP, headers)).toMatchObject({
        status: 200,
        body: { version: '2024-02.1' },
      });
  });

  it('an environment that says other than the log is refused at the start, by the variable’s name', async () => {
    const policies = '[{"version":"b","from":"2024-02","taxRounding":"ceil"}]';
    await begin('2024-02-01T00:00:00.000Z', { ...ISSUER, SMARTKEY_BILLING_POLICIES: policies });
    // As it was, or gone, also after a change in the log.
    expect((await put('/billing/policies/2024-02', HALF_UP)).status).toBe(200);
    await world.restart({ ...ISSUER, SMARTKEY_BILLING_POLICIES: policies });
    await world.restart({});
    expect(await policy('2024-02')).toMatchObject({ version: '2024-02.1', taxRounding: 'halfUp' });

    for (const [variable, value, advice] of [
      ['SMARTKEY_BILLING_POLICIES', policies.replace('ceil', 'halfUp'), 'PUT /v1/billing/policies/2024-02'],
      ['SMARTKEY_ISSUER_NAME', '別の会社', 'PUT /v1/billing/issuer'],
      ['SMARTKEY_ISSUER_REGISTRATION_NUMBER', 'T8000000000001', 'PUT /v1/billing/issuer'],
    ] as const) {
      const refused = world.restart({ ...ISSUER, [variable]: value });
      await expect(refused).rejects.toMatchObject({ name: 'ConfigurationError', variable });
      await expect(refused).rejects.toThrow(advice);
    }
    // What the log was told by a person, the environment may say too.
    await world.restart({});
    const issuer = { from: '2024-03', name: '別の会社', registrationNumber: NUMBER, reason: '商号変更' };
    expect((await put('/billing/issuer', issuer)).status).toBe(200);
    await world.restart({ ...ISSUER, SMARTKEY_ISSUER_NAME: '別の会社' });
  });

  it('two instances that start together make one entry each', async () => {
    await make('2024-02-01T00:00:00.000Z');
    const others = await Promise.all([world.another(), world.another()]);
    await world.start();
    expect(await issuers()).toHaveLength(1);
    expect(await policy('2024-01')).toMatchObject({ version: '2016-03.1', until: null });
    for (const other of others) await other.stopService();
  });

  it('nothing is changed while a close issues documents, on whatever instance', async () => {
    await begin('2024-02-01T00:00:00.000Z');
    const database = await world.environment.server.database('billing');
    await database.exclusively(CLOSE_LOCK, async () => {
      expect(await put('/billing/policies/2024-02', HALF_UP)).toMatchObject({
        status: 503,
        body: { code: 'temporarily-unavailable' },
      });
    });
    expect(await policy('2024-02')).toMatchObject({ version: '2016-03.1' });
    expect((await put('/billing/policies/2024-02', HALF_UP)).status).toBe(200);
  });

  it('a log that went back lets the service start and be read; what it lacks of them is entered once it is written to again', async () => {
    await begin('2024-02-01T00:00:00.000Z');
    await world.stopService();
    const database = await world.environment.server.database('billing');
    await database.execute('DELETE FROM event_log');
    await world.start();
    expect(await issuers()).toEqual([]);
    expect(await put('/billing/policies/2024-02', HALF_UP)).toMatchObject({
      status: 503,
      body: { code: 'log-went-back' },
    });
    await giveUpLoss(world, await createEventStore(database, world.clock));
    const shown = await untilSeen(issuers, ({ length }) => length > 0);
    expect(shown).toEqual([expect.objectContaining({ name: '株式会社見本', registrationNumber: NUMBER })]);
  });

  it('is validated, for the office alone, and its reasons lie sealed', async () => {
    await begin('2024-02-01T00:00:00.000Z');
    const issuer = { from: '2024-02', name: '見本', reason: '秘密の理由' };
    for (const [path, body] of [
      ['/billing/policies/2024-13', HALF_UP],
      ['/billing/policies/2016-02', HALF_UP],
      ['/billing/policies/2025-03', HALF_UP],
      ['/billing/policies/2024-02', { ...HALF_UP, reason: '' }],
      ['/billing/policies/2024-02', { ...HALF_UP, yenRounding: 'up' }],
      ['/billing/policies/2024-02', { ...HALF_UP, paymentTerm: { monthsAfter: 25, onHoliday: 'unmoved' } }],
      ['/billing/issuer', { ...issuer, from: '2016-02' }],
      ['/billing/issuer', { ...issuer, from: '2025-03' }],
      ['/billing/issuer', { ...issuer, registrationNumber: 'T1234567890123' }],
      ['/billing/issuer', { ...issuer, postalCode: '1000001' }],
      ['/billing/issuer', { ...issuer, taxPeriodEnd: '02-30' }],
      ['/billing/issuer', { ...issuer, bankAccount: { bank: '見本銀行' } }],
      ['/billing/issuer', { ...issuer, endpoint: { scheme: '22', id: 'T7123456789012' } }],
    ] as const)
      expect(await put(path, body)).toMatchObject({ status: 422 });
    for (const path of ['/billing/policies/2024-02', '/billing/issuer'])
      expect(await world.call('GET', path, contractor(B))).toMatchObject({ status: 403 });
    expect(await world.call('GET', '/billing/policies/2016-02', finance)).toMatchObject({ status: 404 });

    expect((await put('/billing/issuer', issuer)).status).toBe(200);
    expect((await issuers()).at(-1)).toMatchObject({
      name: '見本',
      registrationNumber: null,
      reason: '秘密の理由',
    });
    const database = await world.environment.server.database('billing');
    const store = await createEventStore(database, world.clock);
    const log = JSON.stringify((await store.readStream('issuer-billing')).map(({ data }) => data));
    expect(log).toContain('見本');
    expect(log).not.toContain('秘密の理由');
  });
});
