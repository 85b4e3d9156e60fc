import type { ContractId } from '@smartkey/kernel';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openPglite, type DatabaseServer } from '@smartkey/database';
import { internalHeaders } from '@smartkey/http';
import type { Quote } from '@smartkey/terms';
import { BillingWorld } from '../testing/billing-world.fixture.ts';
import { ctr, enterpriseQuote, providerQuote, type Logs } from '../testing/logs.fixture.ts';

const [A, B] = [ctr('a'), ctr('b')];
let server: DatabaseServer;
let world: BillingWorld;
let logs: Logs;
beforeAll(async () => {
  server = await openPglite(undefined);
});
afterEach(() => world.dispose());
afterAll(() => server.close());

/** January and February 2018 are issued: 10,000 a month, 300 an account; 5,000 and 2 a success. */
beforeEach(async () => {
  world = await BillingWorld.make(server, '2018-03-10T00:00:00.000Z');
  logs = world.logs;
  await world.start();
  logs.accepted(A, '2018-01-01', 'enterprise', '2018-01-01', enterpriseQuote('2018-01'));
  logs.registered(A, 'rid_1', '2018-01-10');
  logs.accepted(B, '2018-01-01', 'service-provider', '2018-01-01', providerQuote('2018-01'));
  logs.succeeded(B, 'rid_2', '2018-01-08T00:00:00.000Z');
  logs.promise('2018-03-05T00:00:00.000Z');
  await world.caughtUp();
  await world.close('2018-02');
});

async function ask(contract: ContractId, messages: readonly object[], revision = revisionOf(contract)) {
  const answer = await fetch(`${world.service!.url}/internal/contracts/${contract}/what-if`, {
    method: 'POST',
    headers: {
      ...internalHeaders({ token: world.environment.material.internalToken }),
      'content-type': 'application/json',
    },
    body: JSON.stringify({ revision, messages }),
  });
  return { status: answer.status, body: (await answer.json()) as { months: readonly object[] } };
}
const revisionOf = (contract: ContractId): number =>
  logs.contract.messages.filter((message) => message.contract === contract).length - 1;
const start = (date: string) => ({ type: 'BillingStartSet', data: { date } });
const quote = (given: Quote, more: object) => ({
  type: 'PriceQuoted',
  data: { quote: { ...given, id: 'quo_2', replaces: given.id, ...more } },
});
const number = (n: number) => expect.stringMatching(new RegExp(`0*${n}$`));

describe('what issued months come to, and would come to', () => {
  it('第7条: by a later start: used days and base fee within the window that would be', async () => {
    expect(await ask(A, [start('2018-01-20')])).toEqual({
      status: 200,
      // 22 and 12 of 31 days; the base fee is full.
      body: { months: [{ month: '2018-01', number: number(1), now: '10212', then: '10116' }] },
    });
    expect((await ask(A, [start('2018-01-05')])).body.months).toEqual([
      { month: '2018-01', number: number(1), now: '10212', then: '10212' },
    ]);
    // Up to the first that comes to less.
    expect((await ask(A, [start('2018-02-10')])).body.months).toMatchObject([
      { month: '2018-01', now: '10212', then: '0' },
    ]);
  });

  it('別紙1: by another quote, in the months that it would govern', async () => {
    const dearer = quote(enterpriseQuote('2018-01'), {
      effectiveMonth: '2018-02',
      accountFee: '100',
      baseFee: '10200',
    });
    expect((await ask(A, [dearer])).body.months).toEqual([
      { month: '2018-02', number: number(2), now: '10300', then: '10300' },
    ]);
    const cheaper = quote(providerQuote('2018-01'), {
      baseFee: '5003',
      authApi: { model: 'perUnit', unitPrice: '0' },
    });
    expect((await ask(B, [cheaper])).body.months).toMatchObject([
      { month: '2018-01', now: '5002', then: '5003' },
      { month: '2018-02', now: '5000', then: '5003' },
    ]);
  });

  it('by nothing that concerns them, nothing', async () => {
    expect((await ask(A, [{ type: 'ServiceWithheld', data: {} }])).body.months).toEqual([]);
    expect((await ask(A, [start('2018-01-01')])).body.months).toEqual([]);
    expect((await ask(A, [])).body.months).toEqual([]);
  });

  it('over facts that came late, also', async () => {
    logs.registered(A, 'rid_3', '2018-01-10');
    logs.promise('2018-03-06T00:00:00.000Z');
    await world.caughtUp();
    expect((await ask(A, [start('2018-01-20')])).body.months).toMatchObject([
      { now: '10425', then: '10232' },
    ]);
  });

  it('not of a contract that is unknown, nor of a revision that has not come', async () => {
    expect(await ask(ctr('x'), [], 0)).toMatchObject({ status: 404 });
    expect(await ask(A, [], revisionOf(A) + 1)).toMatchObject({ status: 503 });
  });
});
