import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { enterpriseQuote } from '@smartkey/testing/end-to-end';
import { amountsOf } from './amounts.fixture.ts';
import type { Begin, Stage } from './stage.fixture.ts';

/** The table of 別紙1: IDs of a whole month, from the 15th, and of one day. */
export const january2024 = (begin: Begin): void =>
  describe('別紙1 備考(1): January 2024', () => {
    let stage: Stage;
    let contract: string;
    beforeAll(async () => {
      stage = await begin('2023-12-31T15:00:00Z');
      contract = await stage.steps.accepted('enterprise', '2024-01-01', enterpriseQuote('2024-01'));
      await stage.steps.registerMany(contract, 100, 'all-month-');
      await stage.steps.setClock('2024-01-15T00:00:00Z');
      await stage.steps.registerMany(contract, 3, 'from-15th-');
      await stage.steps.setClock('2024-01-20T00:00:00Z');
      for (const externalId of ['one-day-a', 'one-day-b']) {
        const id = await stage.steps.register(contract, externalId);
        await stage.steps.operator.delete(`/contracts/${contract}/ids/${id}`);
      }
    });
    afterAll(() => stage?.clear());

    it('refuses to close a month that has not ended', async () => {
      const answer = await stage.operator.call<{ status: number }>('POST', '/billing/months/2024-01/close');
      expect([409, 422]).toContain(answer.status);
    });

    it('counts used days and coefficients as the table says', async () => {
      await stage.steps.setClock('2024-01-31T15:00:00Z');
      const usage = await stage.operator.get<{ plan: string; complete: boolean; accounts: object }>(
        `/contracts/${contract}/usage/2024-01`,
      );
      expect(usage).toMatchObject({
        plan: 'enterprise',
        complete: true,
        accounts: { count: 105, byUsedDays: { '1': 2, '17': 3, '31': 100 }, coefficientSum: '101.708' },
      });
    });

    it('previews what it will issue, and issues 40,512 + 4,051 = 44,563', async () => {
      const preview = await stage.operator.get<{ net: string; tax: string; total: string }>(
        `/contracts/${contract}/invoices/preview?month=2024-01`,
      );
      const run = await stage.steps.close('2024-01');
      expect(run).toMatchObject({ state: 'completed', contracts: { parked: 0 } });
      const [invoice, ...others] = await stage.steps.invoices(contract, '2024-01');
      expect(others).toEqual([]);
      expect(amountsOf(invoice)).toEqual({ base: '10000', 'account-usage': '30512', 'initial-fee': '0' });
      expect(invoice).toMatchObject({ kind: 'invoice', net: '40512', tax: '4051', total: '44563' });
      expect(invoice!.lines.find((line) => line.item === 'account-usage')).toMatchObject({
        quantity: '101.708',
        unitPrice: '300',
      });
      expect(preview).toMatchObject({ net: invoice!.net, tax: invoice!.tax, total: invoice!.total });
    });

    it('closing again changes nothing', async () => {
      const before = await stage.steps.invoices(contract);
      const run = await stage.steps.close('2024-01');
      expect(run.state).toBe('completed');
      expect(await stage.steps.invoices(contract)).toEqual(before);
    });

    it('the accounts’ statement shows each account with its fee', async () => {
      const csv = await stage.operator.get<string>(`/contracts/${contract}/usage/2024-01/accounts`, {
        headers: { accept: 'text/csv' },
      });
      expect(csv).toContain('one-day-a,1,0.032,9.6');
      expect(csv).toContain('from-15th-0,17,0.548,164.4');
      expect(csv).toContain('all-month-0,31,1,300');
      expect(csv.trim().split(/\r?\n/)).toHaveLength(106);
    });

    it('an export downloads the same bytes each time', async () => {
      const { id } = await stage.operator.post<{ id: string }>('/exports', {
        month: '2024-01',
        format: 'canonical-csv',
      });
      const first = await stage.operator.get<string>(`/exports/${id}/file`);
      expect(first).toContain('44563');
      expect(await stage.operator.get<string>(`/exports/${id}/file`)).toBe(first);
    });
  });
