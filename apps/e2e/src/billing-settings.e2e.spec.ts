import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiClient } from '@smartkey/api-client';
import { enterpriseQuote } from '@smartkey/testing/end-to-end';
import { onNewSystem, type Stage } from './stories/stage.fixture.ts';

interface Document {
  readonly number: string;
  readonly recipient: object;
  readonly dueOn: string;
  readonly inputs: { readonly policyVersion: string };
}

/** One contract; its January 2018 is issued by what its profile and the policies say, then both change. */
describe('What documents go by, through the public surface', () => {
  let stage: Stage;
  let contract: string;
  let contractor: ApiClient;

  beforeAll(async () => {
    stage = await onNewSystem('2017-12-31T15:00:00Z');
    const { steps, operator } = stage;
    contract = await steps.accepted('enterprise', '2018-01-01', enterpriseQuote('2018-01'));
    const { key } = await operator.post<{ key: string }>(`/contracts/${contract}/keys`, {
      role: 'contractor',
    });
    contractor = operator.as(key);
  });
  afterAll(() => stage?.clear());

  it('policies and issuer are read and set by month, and audited', async () => {
    const { operator } = stage;
    expect(await operator.get('/billing/policies/2018-01')).toMatchObject({
      version: '2016-03.1',
      until: null,
    });
    const policy = { paymentTerm: { monthsAfter: 2, onHoliday: 'next-banking-day' }, reason: '規程の改定' };
    expect(await operator.call('PUT', '/billing/policies/2018-01', policy)).toMatchObject({
      status: 200,
      body: { version: '2018-01.1', from: '2018-01' },
    });
    const issuer = { from: '2018-01', name: '見本通信株式会社', reason: '商号変更' };
    expect((await operator.call('PUT', '/billing/issuer', issuer)).status).toBe(200);
    expect((await operator.get<{ items: object[] }>('/billing/issuer')).items).toHaveLength(2);
    const audit = await operator.get<{ items: { type: string }[] }>('/audit/events?stream=policies-billing');
    expect(audit.items.map(({ type }) => type)).toEqual(['PolicySet', 'PolicySet']);
    expect(JSON.stringify(audit)).not.toContain('規程の改定');
    expect(await contractor.call('GET', '/billing/issuer')).toMatchObject({ status: 403 });
  });

  it('a document keeps what held at its issue, and verifies when it has changed', async () => {
    const { operator, steps } = stage;
    const profile = `/contracts/${contract}/billing-profile`;
    const billTo = { postalCode: '100-0001', address: '東京都千代田区千代田1-1', contact: '山田花子' };
    expect((await operator.call('PATCH', profile, { billTo })).status).toBe(200);
    expect(
      await contractor.call('PATCH', profile, { billTo: { contact: '佐藤' }, purchaseOrder: 'PO-1' }),
    ).toMatchObject({ status: 200, body: { purchaseOrder: 'PO-1', billTo: { ...billTo, contact: '佐藤' } } });
    expect(await contractor.call('PATCH', profile, { paymentTerm: null })).toMatchObject({ status: 403 });

    await steps.setClock('2018-02-10T00:00:00Z');
    await steps.close('2018-01');
    const of = async () =>
      (await operator.get<{ items: Document[] }>(`/invoices?contract=${contract}`)).items[0]!;
    const invoice = await of();
    expect(invoice).toMatchObject({
      issuer: { name: '見本通信株式会社' },
      recipient: { ...billTo, contact: '佐藤' },
      // 2018-03-31 is a Saturday.
      dueOn: '2018-04-02',
      inputs: { policyVersion: '2018-01.1' },
    });
    expect(await operator.call('PUT', '/billing/policies/2018-01', { reason: 'x' })).toMatchObject({
      status: 409,
      body: { code: 'used-by-document' },
    });
    await operator.call('PATCH', profile, { billTo: { address: '大阪府', contact: null } });
    expect(await of()).toEqual(invoice);
    expect(await operator.call('POST', `/invoices/${invoice.number}/verification`)).toMatchObject({
      status: 200,
      body: { identical: true },
    });
  });

  it('usage and documents are seen as they were known', async () => {
    const { operator, steps } = stage;
    await steps.setClock('2018-02-15T00:00:00Z');
    await operator.post(`/contracts/${contract}/ids`, {
      externalId: 'hanako',
      registeredOn: '2018-01-15',
      reason: '遅れて届いた',
    });
    const days = async (query: string) =>
      (
        await operator.get<{ accounts: { byUsedDays: object } }>(
          `/contracts/${contract}/usage/2018-01${query}`,
        )
      ).accounts.byUsedDays;
    await steps.setClock('2018-02-16T00:00:00Z');
    expect(await days('')).toEqual({ '17': 1 });
    expect(await days('?asOf=2018-01-20T00:00:00Z')).toEqual({ '6': 1 });
    expect(await days('?knownAt=2018-02-14T00:00:00Z')).toEqual({});
    const known = async (at: string) =>
      (await operator.get<{ items: object[] }>(`/invoices?knownAt=${at}`)).items.length;
    expect([await known('2018-02-09T23:59:59Z'), await known('2018-02-10T00:00:00Z')]).toEqual([0, 1]);
  });
});
