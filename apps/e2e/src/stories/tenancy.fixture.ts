import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ApiClient } from '@smartkey/api-client';
import { enterpriseQuote, type Problem, type Steps } from '@smartkey/testing/end-to-end';
import type { Begin, Stage } from './stage.fixture.ts';

/** Two contractors side by side in January. */
export const tenancy = (begin: Begin, year = 2018): void =>
  describe('the tenant comes from the credential only', () => {
    let stage: Stage;
    let steps: Steps;
    let own: string;
    let foreign: string;
    let administrator: ApiClient;
    let foreignIds: Readonly<
      Record<'account' | 'device' | 'enrolment' | 'invoice' | 'key' | 'import', string>
    >;
    beforeAll(async () => {
      stage = await begin(`${year}-01-01T00:00:00Z`);
      ({ steps } = stage);
      own = await steps.accepted('enterprise', `${year}-01-01`, enterpriseQuote(`${year}-01`));
      foreign = await steps.accepted('enterprise', `${year}-01-01`, enterpriseQuote(`${year}-01`));
      administrator = await steps.client(own, 'contractor');
      const account = await steps.register(foreign, 'jiro');
      await steps.enrol(foreign, account);
      const devices = await stage.operator.get<{ items: { id: string }[] }>(
        `/contracts/${foreign}/ids/${account}/devices`,
      );
      const enrolment = await stage.operator.post<{ id: string }>(
        `/contracts/${foreign}/ids/${account}/enrolments`,
        {},
      );
      const imported = await stage.operator.post<{ id: string }>(
        `/contracts/${foreign}/ids/imports`,
        undefined,
        {
          raw: { contentType: 'text/csv', text: 'externalId,displayName,action\nsaburo,,register\n' },
        },
      );
      const key = await stage.operator.post<{ id: string }>(`/contracts/${foreign}/keys`, {
        role: 'contractor',
      });
      await steps.setClock(`${year}-02-01T00:00:00Z`);
      await steps.close(`${year}-01`);
      const [invoice] = await steps.invoices(foreign);
      foreignIds = {
        account,
        device: devices.items[0]!.id,
        enrolment: enrolment.id,
        invoice: invoice!.number,
        key: key.id,
        import: imported.id,
      };
    });
    afterAll(() => stage?.clear());

    const unknown = (id: string): string => id.replace(/[0-9a-z]{6}$/, 'zzzzzz');

    const routes: readonly (readonly [method: string, path: string, body?: object])[] = [
      ['GET', '/contracts/{foreign}'],
      ['GET', '/contracts/{foreign}/history'],
      ['GET', '/contracts/{foreign}/quotes'],
      ['GET', '/contracts/{foreign}/plan-changes'],
      ['POST', '/contracts/{foreign}/plan-changes', { plan: 'service-provider', fromMonth: `${year}-05` }],
      ['POST', '/contracts/{foreign}/cancellation', {}],
      ['PUT', '/contracts/{foreign}/conditions/1', { met: true, on: `${year}-01-01`, attestedBy: 'x' }],
      ['POST', '/contracts/{foreign}/keys', { role: 'contractor' }],
      ['GET', '/contracts/{foreign}/keys'],
      ['DELETE', '/keys/{key}'],
      ['GET', '/contracts/{foreign}/ids'],
      ['POST', '/contracts/{foreign}/ids', { externalId: 'x' }],
      ['GET', '/contracts/{foreign}/ids/{account}'],
      ['GET', '/contracts/{own}/ids/{account}'],
      ['DELETE', '/contracts/{own}/ids/{account}'],
      ['POST', '/contracts/{own}/ids/{account}/suspend', {}],
      ['POST', '/contracts/{own}/ids/{account}/unlock', {}],
      ['POST', '/contracts/{own}/ids/{account}/enrolments', {}],
      ['GET', '/contracts/{own}/ids/{account}/devices'],
      ['POST', '/devices/{device}/suspend', {}],
      ['POST', '/devices/{device}/revoke', {}],
      ['POST', '/enrolments/{enrolment}/confirmation', { code: '123456' }],
      ['GET', '/contracts/{own}/imports/{import}'],
      ['GET', '/contracts/{own}/imports/{import}/results.csv'],
      ['GET', `/contracts/{foreign}/usage/${year}-01`],
      ['GET', `/contracts/{foreign}/usage/${year}-01/accounts`],
      ['GET', `/contracts/{foreign}/usage/${year}-01?knownAt=${year}-02-01T00:00:00Z`],
      ['GET', `/contracts/{foreign}/invoices/preview?month=${year}-02`],
      ['GET', '/contracts/{foreign}/billing-profile'],
      ['PATCH', '/contracts/{foreign}/billing-profile', { purchaseOrder: 'x' }],
      ['GET', '/invoices/{invoice}'],
      ['GET', '/invoices/{invoice}/lines/1/evidence'],
    ];

    it.each(routes)(
      '%s %s answers a foreign id as it answers an unknown one',
      async (...[method, path, body]) => {
        const fill = (with_: (id: string) => string): string =>
          path
            .replace('{own}', own)
            .replace('{foreign}', with_(foreign))
            .replace(/\{(\w+)\}/, (_, name: keyof typeof foreignIds) => with_(foreignIds[name]));
        const strip = ({
          instance: _instance,
          requestId: _requestId,
          ...rest
        }: Problem & { instance?: string; requestId?: string }) => rest;
        const there = await administrator.call<Problem>(
          method,
          fill((id) => id),
          body,
        );
        const nowhere = await administrator.call<Problem>(method, fill(unknown), body);
        expect(there.status).toBe(404);
        expect(nowhere.status).toBe(404);
        expect(strip(there.body)).toEqual(strip(nowhere.body));
      },
    );

    it('lists hold the own contract only', async () => {
      const contracts = await administrator.get<{ items: { id: string }[] }>('/contracts');
      expect(contracts.items.map((contract) => contract.id)).toEqual([own]);
      const invoices = await administrator.get<{ items: { contract: string }[] }>('/invoices');
      expect(new Set(invoices.items.map((invoice) => invoice.contract))).toEqual(new Set([own]));
    });

    it('a role that may not is 403', async () => {
      const backEnd = await steps.client(own, 'service-provider');
      const { key } = await stage.operator.post<{ key: string }>('/keys', { role: 'finance' });
      const finance = stage.operator.as(key);
      const refused: readonly (readonly [ApiClient, string, string, object?])[] = [
        [administrator, 'POST', `/contracts/${own}/acceptance`, {}],
        [administrator, 'POST', `/contracts/${own}/quotes`, enterpriseQuote(`${year}-03`)],
        [administrator, 'PUT', `/contracts/${own}/withholding`, { withheld: true, reason: 'x' }],
        [administrator, 'POST', '/keys', { role: 'operator' }],
        [administrator, 'POST', `/billing/months/${year}-01/close`],
        [administrator, 'GET', '/billing/issuer'],
        [administrator, 'PUT', `/billing/policies/${year}-01`, { reason: 'x' }],
        [administrator, 'PATCH', `/contracts/${own}/billing-profile`, { delivery: ['mail'] }],
        [administrator, 'PUT', '/sandbox/clock', { now: '2030-01-01T00:00:00Z' }],
        [backEnd, 'POST', `/contracts/${own}/ids`, { externalId: 'x' }],
        [backEnd, 'GET', '/invoices'],
        [finance, 'POST', `/contracts/${own}/ids`, { externalId: 'x' }],
        [finance, 'POST', '/authentications', { contract: own, externalId: 'x', code: '123456' }],
      ];
      for (const [client, method, path, body] of refused) {
        const answer = await client.call<Problem>(method, path, body);
        expect([path, answer.status]).toEqual([path, 403]);
      }
    });

    it('a tenant in the body of an authentication is refused', async () => {
      const backEnd = await steps.client(own, 'service-provider');
      const answer = await backEnd.call<Problem>('POST', '/authentications', {
        contract: foreign,
        externalId: 'jiro',
        code: '123456',
      });
      expect(answer.status).toBe(422);
    });
  });
