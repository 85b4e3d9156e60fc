import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { enterpriseQuote, perUnitQuote, Steps, System } from '@smartkey/testing/end-to-end';

const ISSUER = {
  SMARTKEY_ISSUER_NAME: '見本株式会社',
  SMARTKEY_ISSUER_REGISTRATION_NUMBER: 'T7123456789012',
};
const amounts = (
  invoice: { lines: readonly { item: string; amount: string }[] } | undefined,
): Record<string, string> =>
  Object.fromEntries((invoice?.lines ?? []).map((line) => [line.item, line.amount]));

describe('a month through the public surface', () => {
  let system: System;
  let steps: Steps;

  const begin = async (clockStart: string): Promise<void> => {
    system = await System.start({ ...ISSUER, SMARTKEY_CLOCK_START: clockStart });
    steps = new Steps(system.operator);
  };

  describe('別紙1 備考(1): January 2024', () => {
    let contract: string;
    beforeAll(async () => {
      await begin('2023-12-31T15:00:00Z');
      contract = await steps.accepted('enterprise', '2024-01-01', enterpriseQuote('2024-01'));
      await steps.registerMany(contract, 100, 'all-month-');
      await steps.setClock('2024-01-15T00:00:00Z');
      await steps.registerMany(contract, 3, 'from-15th-');
      await steps.setClock('2024-01-20T00:00:00Z');
      for (const externalId of ['one-day-a', 'one-day-b']) {
        const id = await steps.register(contract, externalId);
        await steps.operator.delete(`/contracts/${contract}/ids/${id}`);
      }
    }, 120_000);
    afterAll(() => system.dispose());

    it('refuses to close a month that has not ended', async () => {
      const answer = await system.operator.call<{ status: number }>('POST', '/billing/months/2024-01/close');
      expect([409, 422]).toContain(answer.status);
    });

    it('counts used days and coefficients as the table says', async () => {
      await steps.setClock('2024-01-31T15:00:00Z');
      const usage = await system.operator.get<{ plan: string; complete: boolean; accounts: object }>(
        `/contracts/${contract}/usage/2024-01`,
      );
      expect(usage).toMatchObject({
        plan: 'enterprise',
        complete: true,
        accounts: { count: 105, byUsedDays: { '1': 2, '17': 3, '31': 100 }, coefficientSum: '101.708' },
      });
    });

    it('previews what it will issue, and issues 40,512 + 4,051 = 44,563', async () => {
      const preview = await system.operator.get<{ net: string; tax: string; total: string }>(
        `/contracts/${contract}/invoices/preview?month=2024-01`,
      );
      const run = await steps.close('2024-01');
      expect(run).toMatchObject({
        state: 'completed',
        contracts: { total: 1, issued: 1, nothingDue: 0, parked: [] },
      });
      const [invoice] = await steps.invoices(contract, '2024-01');
      expect(amounts(invoice)).toEqual({ base: '10000', 'account-usage': '30512', 'initial-fee': '0' });
      expect(invoice).toMatchObject({ kind: 'invoice', net: '40512', tax: '4051', total: '44563' });
      expect(invoice!.lines.find((line) => line.item === 'account-usage')).toMatchObject({
        quantity: '101.708',
        unitPrice: '300',
      });
      expect(preview).toMatchObject({ net: invoice!.net, tax: invoice!.tax, total: invoice!.total });
    });

    it('closing again changes nothing', async () => {
      const before = await steps.invoices(contract);
      const run = await steps.close('2024-01');
      expect(run.state).toBe('completed');
      expect(await steps.invoices(contract)).toEqual(before);
    });

    it('the accounts’ statement shows each account with its fee', async () => {
      const csv = await system.operator.get<string>(`/contracts/${contract}/usage/2024-01/accounts`, {
        headers: { accept: 'text/csv' },
      });
      expect(csv).toContain('one-day-a,1,0.032,9.6');
      expect(csv).toContain('from-15th-0,17,0.548,164.4');
      expect(csv).toContain('all-month-0,31,1,300');
      expect(csv.trim().split(/\r?\n/)).toHaveLength(106);
    });

    it('an export downloads the same bytes each time', async () => {
      const { id } = await system.operator.post<{ id: string }>('/exports', {
        month: '2024-01',
        format: 'canonical-csv',
      });
      const first = await system.operator.get<string>(`/exports/${id}/file`);
      expect(first).toContain('44563');
      expect(await system.operator.get<string>(`/exports/${id}/file`)).toBe(first);
    });
  });

  describe('Consumption tax: the first pattern in September 2019', () => {
    beforeAll(() => begin('2019-08-31T15:00:00Z'), 60_000);
    afterAll(() => system.dispose());

    it('is rated over 30 days at the old 8 %: 40,529 + 3,242 = 43,771', async () => {
      const contract = await steps.accepted('enterprise', '2019-09-01', enterpriseQuote('2019-09'));
      await steps.registerMany(contract, 100, 'all-');
      await steps.setClock('2019-09-14T00:00:00Z');
      await steps.registerMany(contract, 3, 'late-');
      for (const externalId of ['x', 'y'])
        await system.operator.delete(
          `/contracts/${contract}/ids/${await steps.register(contract, externalId)}`,
        );
      await steps.setClock('2019-10-01T00:00:00Z');
      await steps.close('2019-09');
      const [invoice] = await steps.invoices(contract, '2019-09');
      expect(amounts(invoice)['account-usage']).toBe('30529');
      expect(invoice).toMatchObject({ net: '40529', tax: '3242', total: '43771' });
    }, 60_000);
  });

  describe('第4条, 第6条, 備考(2): two plans and an end, from January 2018', () => {
    beforeAll(() => begin('2017-12-31T15:00:00Z'), 60_000);
    afterAll(() => system.dispose());

    it('a change asked for in January holds from February; a success at 15:00Z on the 31st is February’s', async () => {
      const contract = await steps.accepted(
        'enterprise',
        '2018-01-01',
        enterpriseQuote('2018-01'),
        perUnitQuote('2018-02'),
      );
      const account = await steps.register(contract, 'taro');
      const leaving = await steps.accepted('enterprise', '2018-01-01', enterpriseQuote('2018-01'));
      await steps.register(leaving, 'hanako');
      const phone = await steps.enrol(contract, account);

      await steps.setClock('2018-01-10T00:00:00Z');
      const change = await system.operator.post<{ id: string; status: string; effectiveAt: string }>(
        `/contracts/${contract}/plan-changes`,
        { plan: 'service-provider', fromMonth: '2018-02' },
      );
      expect(change).toMatchObject({ status: 'requested', fromMonth: '2018-02' });
      expect(new Date(change.effectiveAt).toISOString()).toBe('2018-01-31T15:00:00.000Z');
      await system.operator.post(`/contracts/${contract}/plan-changes/${change.id}/acceptance`, {
        oneTimeFee: { amount: '3000', description: '変更手数料' },
      });
      const notice = await system.operator.post<{ effectiveDay: string; arrivedOn: string }>(
        `/contracts/${leaving}/cancellation`,
        { arrivedAt: '2018-01-09T14:59:59Z', form: 'paper' },
      );
      expect(notice).toMatchObject({ arrivedOn: '2018-01-09', effectiveDay: '2018-02-08' });

      await steps.setClock('2018-01-31T14:59:59Z');
      expect(await steps.authenticate(contract, 'taro', phone.codeAt(await steps.now()))).toMatchObject({
        result: 'success',
      });
      await steps.setClock('2018-01-31T15:00:00Z');
      expect(await steps.authenticate(contract, 'taro', phone.codeAt(await steps.now()))).toMatchObject({
        result: 'success',
      });
      await steps.setClock('2018-02-08T15:00:00Z');
      expect(await system.operator.get(`/contracts/${leaving}`)).toMatchObject({ status: 'terminated' });
      await steps.setClock('2018-03-01T00:00:00Z');
      expect((await steps.close('2018-01')).state).toBe('completed');
      expect((await steps.close('2018-02')).state).toBe('completed');

      const [january, february] = await steps.invoices(contract);
      expect(amounts(january)).toEqual({
        base: '10000',
        'account-usage': '300',
        'initial-fee': '0',
        'one-time-fee': '3000',
      });
      expect(amounts(february)).toEqual({ base: '5000', 'auth-api-usage': '2' });
      expect(february!.lines.find((line) => line.item === 'auth-api-usage')).toMatchObject({
        quantity: '1',
        unitPrice: '2',
      });
      const [, last] = await steps.invoices(leaving);
      // 8 of 28 days: 0.285 × 300 = 85.5; the base fee is full.
      expect(amounts(last)).toEqual({ base: '10000', 'account-usage': '85' });
      const [hanako] = (
        await system.operator.get<{ items: { status: string; spells: object[] }[] }>(
          `/contracts/${leaving}/ids`,
        )
      ).items;
      expect(hanako).toMatchObject({
        status: 'deregistered',
        spells: [{ registeredOn: '2018-01-01', deregisteredOn: '2018-02-08' }],
      });
      expect(await steps.close('2018-02')).toMatchObject({ state: 'completed' });
      expect(await steps.invoices(leaving, '2018-03')).toEqual([]);
    }, 90_000);
  });
});
