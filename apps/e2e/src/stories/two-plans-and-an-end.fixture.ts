import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { enterpriseQuote, perUnitQuote } from '@smartkey/testing/end-to-end';
import { amountsOf } from './amounts.fixture.ts';
import type { Begin, Stage } from './stage.fixture.ts';

/** One contractor changes its plan, one leaves. @param year whose February has 28 days. */
export const twoPlansAndAnEnd = (begin: Begin, year = 2018): void =>
  describe(`第4条, 第6条, 備考(2): two plans and an end, from January ${year}`, () => {
    let stage: Stage;
    beforeAll(async () => {
      stage = await begin(`${year - 1}-12-31T15:00:00Z`);
    });
    afterAll(() => stage?.clear());

    it('a change asked for in January holds from February; a success at 15:00Z on the 31st is February’s', async () => {
      const contract = await stage.steps.accepted(
        'enterprise',
        `${year}-01-01`,
        enterpriseQuote(`${year}-01`),
        perUnitQuote(`${year}-02`),
      );
      const account = await stage.steps.register(contract, 'taro');
      const leaving = await stage.steps.accepted(
        'enterprise',
        `${year}-01-01`,
        enterpriseQuote(`${year}-01`),
      );
      await stage.steps.register(leaving, 'hanako');
      const phone = await stage.steps.enrol(contract, account);

      await stage.steps.setClock(`${year}-01-10T00:00:00Z`);
      const change = await stage.operator.post<{ id: string; status: string; effectiveAt: string }>(
        `/contracts/${contract}/plan-changes`,
        { plan: 'service-provider', fromMonth: `${year}-02` },
      );
      expect(change).toMatchObject({ status: 'requested', fromMonth: `${year}-02` });
      expect(new Date(change.effectiveAt).toISOString()).toBe(`${year}-01-31T15:00:00.000Z`);
      await stage.operator.post(`/contracts/${contract}/plan-changes/${change.id}/acceptance`, {
        oneTimeFee: { amount: '3000', description: '変更手数料' },
      });
      const notice = await stage.operator.post<{ effectiveDay: string; arrivedOn: string }>(
        `/contracts/${leaving}/cancellation`,
        { arrivedAt: `${year}-01-09T14:59:59Z`, form: 'paper' },
      );
      expect(notice).toMatchObject({ arrivedOn: `${year}-01-09`, effectiveDay: `${year}-02-08` });

      await stage.steps.setClock(`${year}-01-31T14:59:59Z`);
      expect(
        await stage.steps.authenticate(contract, 'taro', phone.codeAt(await stage.steps.now())),
      ).toMatchObject({
        result: 'success',
      });
      await stage.steps.setClock(`${year}-01-31T15:00:00Z`);
      expect(
        await stage.steps.authenticate(contract, 'taro', phone.codeAt(await stage.steps.now())),
      ).toMatchObject({
        result: 'success',
      });
      await stage.steps.setClock(`${year}-02-08T15:00:00Z`);
      expect(await stage.operator.get(`/contracts/${leaving}`)).toMatchObject({ status: 'terminated' });
      await stage.steps.setClock(`${year}-03-01T00:00:00Z`);
      expect((await stage.steps.close(`${year}-01`)).state).toBe('completed');
      expect((await stage.steps.close(`${year}-02`)).state).toBe('completed');

      const [january, february] = await stage.steps.invoices(contract);
      expect(amountsOf(january)).toEqual({
        base: '10000',
        'account-usage': '300',
        'initial-fee': '0',
        'one-time-fee': '3000',
      });
      expect(amountsOf(february)).toEqual({ base: '5000', 'auth-api-usage': '2' });
      expect(february!.lines.find((line) => line.item === 'auth-api-usage')).toMatchObject({
        quantity: '1',
        unitPrice: '2',
      });
      const [, last] = await stage.steps.invoices(leaving);
      // 8 of 28 days: 0.285 × 300 = 85.5; the base fee is full.
      expect(amountsOf(last)).toEqual({ base: '10000', 'account-usage': '85' });
      const [hanako] = (
        await stage.operator.get<{ items: { status: string; spells: object[] }[] }>(
          `/contracts/${leaving}/ids`,
        )
      ).items;
      expect(hanako).toMatchObject({
        status: 'deregistered',
        spells: [{ registeredOn: `${year}-01-01`, deregisteredOn: `${year}-02-08` }],
      });
      expect(await stage.steps.close(`${year}-02`)).toMatchObject({ state: 'completed' });
      expect(await stage.steps.invoices(leaving, `${year}-03`)).toEqual([]);
    });
  });
