import { untilSeen } from '@smartkey/testing';
import type { ContractId } from '@smartkey/kernel';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ContractWorld, contractorOf } from '../testing/contract-world.fixture.ts';

let world: ContractWorld;
beforeAll(async () => {
  world = await ContractWorld.open('2018-01-10T00:00:00.000Z');
});
afterAll(() => world?.close());

const enterpriseQuote = (effectiveMonth: string, more: object = {}) => ({
  plan: 'enterprise',
  effectiveMonth,
  baseFee: '10000',
  accountFee: '300',
  ...more,
});
const providerQuote = (
  effectiveMonth: string,
  authApi: object = { model: 'perUnit', unitPrice: '0.50' },
) => ({
  plan: 'service-provider',
  effectiveMonth,
  baseFee: '5000',
  authApi,
});
const toProvider = (fromMonth: string) => ({ plan: 'service-provider', fromMonth });

async function running(...quotes: readonly object[]): Promise<ContractId> {
  const id = await world.accepted('enterprise', { billingStartDate: '2018-01-10' });
  for (const quote of quotes) await world.ok('POST', `/contracts/${id}/quotes`, quote);
  return id;
}

describe('第4条: a change of plan', () => {
  it('bad requests are refused by name of the rule', async () => {
    const id = await running(enterpriseQuote('2018-01'));
    const path = `/contracts/${id}/plan-changes`;
    for (const [body, code, pointer] of [
      [toProvider('2018-01'), 'plan-change-too-early', '/fromMonth'],
      [{ plan: 'enterprise', fromMonth: '2018-06' }, 'plan-change-changes-nothing', '/plan'],
    ] as const)
      expect(await world.call('POST', path, body)).toMatchObject({
        status: 422,
        body: { code, errors: [{ rule: '第4条', pointer }] },
      });
    expect(await world.call('POST', path, toProvider('2018-13'))).toMatchObject({ status: 422 });
    const { id: change } = await world.ok('POST', path, toProvider('2018-06'));
    expect(await world.call('POST', path, toProvider('2018-06'))).toMatchObject({ status: 409 });
    expect(await world.call('POST', `${path}/${change}/acceptance`)).toMatchObject({
      status: 422,
      body: { code: 'plan-change-without-quote', errors: [{ rule: '第4条' }] },
    });
    expect(await world.call('POST', `${path}/pch_00000000000000000000000000/acceptance`)).toMatchObject({
      status: 404,
    });
    const withdrawn = await world.call('DELETE', `${path}/${change}`, undefined, { as: contractorOf(id) });
    expect(withdrawn).toMatchObject({ status: 200, body: { status: 'withdrawn' } });
    const shown = await world.ok('GET', `${path}/${change}`, undefined, { as: contractorOf(id) });
    expect(shown).toEqual(withdrawn.body);
    const foreign = `/contracts/${await running()}/plan-changes/${change}`;
    for (const none of [foreign, `${path}/pch_00000000000000000000000000`])
      expect(await world.call('GET', none)).toMatchObject({ status: 404 });
    const again = await world.call('DELETE', `${path}/${change}`, undefined, { as: contractorOf(id) });
    expect(again.headers.get('etag')).toBe(withdrawn.headers.get('etag'));
  });
});

describe('別紙1: quotes', () => {
  it.each([
    { model: 'perUnit', unitPrice: '0.5', freeUnits: 100 },
    {
      model: 'graduated',
      tiers: [
        { upTo: 3, unitPrice: '10' },
        { upTo: null, unitPrice: '0.33', flatFee: '100' },
      ],
    },
    { model: 'volume', tiers: [{ upTo: null, unitPrice: '1' }] },
    { model: 'package', packageSize: 100, packagePrice: '80' },
  ])('$model is kept as it was quoted', async (authApi) => {
    const id = await running();
    const quote = await world.ok('POST', `/contracts/${id}/quotes`, providerQuote('2018-03', authApi));
    expect(quote).toMatchObject({ plan: 'service-provider', authApi });
    const { items } = await world.ok('GET', `/contracts/${id}/quotes`, undefined, { as: contractorOf(id) });
    const { propagation: _none, ...given } = quote;
    expect(items).toEqual([given]);
    expect((await world.ok('GET', `/internal/contracts/${id}/facts`)).quotes).toMatchObject([
      { id: quote.id, authApi },
    ]);
  });

  it('one that changes what governs an issued month names the quote it replaces, a reason and the agreement', async () => {
    const id = await running(enterpriseQuote('2018-01'));
    await world.issueMonth(id, '2018-01');
    const path = `/contracts/${id}/quotes`;
    const refused = await untilSeen(
      () => world.call('POST', path, enterpriseQuote('2018-01', { accountFee: '280' })),
      ({ status }) => status !== 201,
    );
    expect(refused).toMatchObject({
      status: 422,
      body: { code: 'month-issued', errors: [{ rule: '別紙1', pointer: '/replaces' }] },
    });
    const governing = (await world.ok('GET', path)).items.at(-1).id;
    expect(governing).toMatch(/^quo_/);
    const more = { accountFee: '310', replaces: governing, reason: '誤記', agreement: '2018-02-01 書面' };
    expect(
      await world.call('POST', path, enterpriseQuote('2018-01', { ...more, agreement: undefined })),
    ).toMatchObject({ status: 422, body: { errors: [{ pointer: '/agreement' }] } });
    expect(await world.call('POST', path, enterpriseQuote('2018-01', more))).toMatchObject({
      status: 201,
      body: { replaces: governing, reason: '誤記' },
    });
    expect(await world.call('POST', path, enterpriseQuote('2018-02'))).toMatchObject({ status: 201 });
  });
});

describe('第7条: fees and the billing start date', () => {
  it('one-time fees are charged, listed and waived', async () => {
    const id = await world.accepted();
    const path = `/contracts/${id}/one-time-fees`;
    const { acceptedOn: occurredOn } = await world.ok('GET', `/contracts/${id}`);
    const charged = await world.call('POST', path, { amount: '5000', description: '設定作業', occurredOn });
    expect(charged).toMatchObject({
      status: 201,
      body: { id: expect.stringMatching(/^fee_/), amount: '5000', taxCode: 'standard', waived: null },
    });
    expect(await world.call('POST', path, { amount: '0', description: 'x', occurredOn })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/amount' }] },
    });
    expect(
      await world.call('POST', path, { amount: '1', description: 'x', occurredOn: '2999-01-01' }),
    ).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/occurredOn', rule: '第7条' }] },
    });
    const fee = `${path}/${charged.body.id}`;
    expect(await world.call('DELETE', fee)).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/reason' }] },
    });
    const waived = await world.call('DELETE', `${fee}?reason=goodwill`);
    expect(waived).toMatchObject({ status: 200, body: { waived: 'goodwill' } });
    const again = await world.call('DELETE', `${fee}?reason=other`);
    expect(again).toMatchObject({ status: 200, body: { waived: 'goodwill' } });
    expect(await world.call('DELETE', `${path}/fee_x?reason=x`)).toMatchObject({ status: 404 });
    expect((await world.ok('GET', path)).items).toHaveLength(1);
  });

  it('the start is set, kept and moved with the agreement', async () => {
    const id = await world.accepted();
    const path = `/contracts/${id}/billing-start-date`;
    expect(await world.ok('PUT', path, { date: '2018-06-01', reason: '開通' })).toMatchObject({
      billingStartDate: '2018-06-01',
      status: 'accepted',
    });
    expect(await world.call('PUT', path, { date: '2018-07-01', reason: '延期' })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/agreement', rule: '第7条' }] },
    });
    const moved = { date: '2018-07-01', reason: '延期', agreement: '書面' };
    expect(await world.ok('PUT', path, moved)).toMatchObject({ billingStartDate: '2018-07-01' });
    expect(await world.call('PUT', path, { date: '2016-03-01', reason: 'x', agreement: 'x' })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/date', rule: '第7条' }] },
    });
  });
});

// Last, for it moves the clock that the others share.
describe('第4条: the month begins', () => {
  it('is requested by the contractor, bound by the operator with its fee, and takes effect on the 1st, JST', async () => {
    const id = await running(enterpriseQuote('2018-01'), providerQuote('2018-02'));
    const other = await running(enterpriseQuote('2018-01'), providerQuote('2018-02'));
    const as = contractorOf(id);
    const path = `/contracts/${id}/plan-changes`;
    const request = await world.call('POST', path, toProvider('2018-02'), { as });
    expect(request).toMatchObject({
      status: 201,
      body: {
        id: expect.stringMatching(/^pch_/),
        status: 'requested',
        fromMonth: '2018-02',
        effectiveAt: '2018-01-31T15:00:00.000Z',
      },
    });
    const { id: change } = request.body;
    expect(await world.call('POST', `${path}/${change}/acceptance`, {}, { as })).toMatchObject({
      status: 403,
    });
    expect(
      await world.call('POST', `${path}/${change}/acceptance`, {
        oneTimeFee: { amount: '3000', description: '変更手数料' },
      }),
    ).toMatchObject({ status: 200, body: { status: 'accepted' } });
    expect(await world.ok('GET', `/contracts/${id}/one-time-fees`)).toMatchObject({
      items: [{ amount: '3000', planChange: change, occurredOn: '2018-01-10', taxCode: 'standard' }],
    });
    expect(await world.call('DELETE', `${path}/${change}`, undefined, { as })).toMatchObject({
      status: 403,
      body: { code: 'accepted-change-binds', errors: [{ rule: '第4条' }] },
    });
    const { id: open } = await world.ok('POST', `/contracts/${other}/plan-changes`, toProvider('2018-02'));
    expect(await world.ok('GET', `/contracts/${id}`)).toMatchObject({
      plan: 'enterprise',
      planByMonth: [
        { fromMonth: '2018-01', plan: 'enterprise' },
        { fromMonth: '2018-02', plan: 'service-provider' },
      ],
      pendingPlanChange: { id: change, status: 'accepted' },
    });

    await world.setClock('2018-02-01T00:00:00.000Z');
    expect(await world.ok('GET', `/contracts/${id}`)).toMatchObject({
      plan: 'service-provider',
      pendingPlanChange: null,
    });
    const { items } = await world.ok('GET', `/contracts/${id}/history`);
    expect(items.at(-1)).toMatchObject({ type: 'PlanChanged', occurredAt: '2018-01-31T15:00:00.000Z' });
    const lapsed = await world.ok('GET', `/contracts/${other}/plan-changes`, undefined, {
      as: contractorOf(other),
    });
    expect(lapsed.items).toMatchObject([{ id: open, status: 'lapsed', lapseReason: 'not-accepted-in-time' }]);
    expect((await world.ok('GET', `/contracts/${other}/history`)).items.at(-1)).toMatchObject({
      type: 'PlanChangeLapsed',
    });
    expect(await world.call('DELETE', `${path}/${change}`)).toMatchObject({ status: 409 });
    const february = await world.ok('GET', '/contracts?plan=service-provider&limit=200');
    expect(february.items.map((each: { id: string }) => each.id)).toContain(id);
  });
});
