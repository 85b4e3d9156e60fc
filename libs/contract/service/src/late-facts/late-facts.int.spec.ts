import type { ContractId } from '@smartkey/kernel';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ContractWorld } from '../testing/contract-world.fixture.ts';

let world: ContractWorld;
let id: ContractId;
let [january, february, march]: object[] = [];
beforeAll(async () => {
  world = await ContractWorld.open('2018-04-10T00:00:00.000Z');
});
afterAll(() => world?.close());

const prices = { plan: 'enterprise', effectiveMonth: '2018-01', baseFee: '10000', accountFee: '300' };
const issue = async (month: string) => ({ month, number: await world.issueMonth(id, month) });
const at = (path: string): string => `/contracts/${id}/${path}`;
/** What a call that is carried out touches. */
async function affects(method: string, path: string, body?: object, commandId?: string): Promise<unknown> {
  const call = commandId === undefined ? {} : { commandId };
  return (await world.ok(method, at(path), body, call)).affects;
}

describe('Invoices, late facts: a command that touches an issued month says so', () => {
  beforeEach(async () => {
    id = await world.acceptedOn('2018-01-01', { billingStartDate: '2018-01-01' });
    await world.ok('POST', at('quotes'), prices);
    [january, february, march] = [await issue('2018-01'), await issue('2018-02'), await issue('2018-03')];
  });

  it('第6条: a paper notice recorded after its own effective day, its correction, and no notice of an end to come', async () => {
    const notice = await world.ok('POST', at('cancellation'), {
      arrivedAt: '2018-01-20T00:00:00Z',
      form: 'paper',
    });
    expect(notice).toMatchObject({ effectiveDay: '2018-02-19', affects: [february, march] });
    expect(
      await affects('PUT', `cancellation/${notice.id}`, {
        arrivedAt: '2018-01-10T00:00:00Z',
        reason: '誤読',
      }),
    ).toEqual([february]);
  });

  it('第6条: notices that end this month or later, and their withdrawal, touch nothing', async () => {
    const notice = await world.ok('POST', at('cancellation'), {});
    expect(notice).not.toHaveProperty('affects');
    const { id: second, ...replacement } = await world.ok('POST', at('cancellation'), {
      arrivedAt: '2018-03-20T00:00:00Z',
      replaces: notice.id,
    });
    expect(replacement).toMatchObject({ effectiveDay: '2018-04-19' });
    expect(replacement).not.toHaveProperty('affects');
    expect(await world.ok('DELETE', `${at('cancellation')}/${second}?reason=x`)).not.toHaveProperty(
      'affects',
    );
  });

  it('第6条: a replacement that ends an issued month earlier', async () => {
    const { id: notice } = await world.ok('POST', at('cancellation'), {});
    expect(
      await affects('POST', 'cancellation', { arrivedAt: '2018-02-10T00:00:00Z', replaces: notice }),
    ).toEqual([march]);
  });

  it('別紙1: a quote that replaces another, though not a yen changes', async () => {
    const { items } = await world.ok('GET', at('quotes'));
    const replacing = { ...prices, effectiveMonth: '2018-02', replaces: items[0].id, reason: '再提示' };
    expect(await affects('POST', 'quotes', { ...replacing, agreement: '書面' })).toEqual([february, march]);
    expect(await affects('POST', 'quotes', { ...prices, effectiveMonth: '2018-04' })).toBeUndefined();
  });

  it('第7条: a fee of a past day, and its waiver as a mistake; the same again touches nothing', async () => {
    const fee = { amount: '3000', description: '設定', occurredOn: '2018-02-10' };
    const charged = await world.ok('POST', at('one-time-fees'), fee, { commandId: 'charge-february' });
    expect(charged.affects).toEqual([february]);
    expect(await affects('POST', 'one-time-fees', fee, 'charge-february')).toEqual([february]);
    const waiver = `one-time-fees/${charged.id}?reason=day&mistake=true`;
    const waived = await world.ok('DELETE', at(waiver));
    expect(waived).toMatchObject({ waived: 'day', mistake: true, affects: [february] });
    expect(await affects('DELETE', waiver)).toBeUndefined();
    expect(await affects('POST', 'one-time-fees', { ...fee, occurredOn: '2018-04-10' })).toBeUndefined();
    expect((await world.ok('GET', at('one-time-fees'))).items).toMatchObject([
      { waived: 'day', mistake: true },
      { waived: null },
    ]);
  });

  it('第7条: the waiver of a fee that a later month’s invoice carries touches that one too', async () => {
    const { id: fee } = await world.ok('POST', at('one-time-fees'), {
      amount: '3000',
      description: '設定',
      occurredOn: '2018-01-10',
    });
    await world.setClock('2018-05-10T00:00:00.000Z');
    const april = { month: '2018-04', number: await world.issueMonth(id, '2018-04', { fees: [fee] }) };
    expect(await affects('DELETE', `one-time-fees/${fee}?reason=x&mistake=true`)).toEqual([january, april]);
  });

  it('第7条: a start moved to an earlier day, and the months that are overtaken by it', async () => {
    id = await world.acceptedOn('2018-01-01');
    await world.ok('POST', at('quotes'), prices);
    await world.ok('PUT', at('billing-start-date'), { date: '2018-03-10', reason: '開通' });
    march = await issue('2018-03');
    const moved = { date: '2018-01-20', reason: '開通日の訂正', agreement: '書面' };
    expect(await affects('PUT', 'billing-start-date', moved)).toEqual([
      { month: '2018-01', number: null },
      { month: '2018-02', number: null },
      march,
    ]);
    expect(await affects('PUT', 'billing-start-date', moved)).toBeUndefined();
  });

  it('what is not billed touches nothing', async () => {
    expect(await world.ok('PUT', at('withholding'), { withheld: true, reason: 'x' })).not.toHaveProperty(
      'affects',
    );
    expect(await world.ok('GET', at('quotes'))).not.toHaveProperty('affects');
  });
});

describe('別紙1: a quote of an issued month that none governed', () => {
  it('needs reason and agreement alone', async () => {
    id = await world.acceptedOn('2018-01-01');
    const fee = { amount: '3000', description: '設定', occurredOn: '2018-01-10' };
    await world.ok('POST', at('one-time-fees'), fee);
    january = await issue('2018-01');
    expect(await world.call('POST', at('quotes'), prices)).toMatchObject({
      status: 422,
      body: { code: 'month-issued', errors: [{ rule: '別紙1', pointer: '/reason' }] },
    });
    expect(await affects('POST', 'quotes', { ...prices, reason: '提示漏れ', agreement: '書面' })).toEqual([
      january,
    ]);
  });
});
