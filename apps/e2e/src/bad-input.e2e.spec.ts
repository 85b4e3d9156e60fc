import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  enterpriseQuote,
  isProblem,
  perUnitQuote,
  type Problem,
  Steps,
  System,
} from '@smartkey/testing/end-to-end';

type Case = readonly [
  what: string,
  method: string,
  path: string,
  body: unknown,
  status: number,
  names: RegExp,
];

/** Every case must be answered by a problem document whose pointer, rule or code names what is wrong. */
describe('bad input gets a problem document that names the field or the article, and loses nothing', () => {
  let system: System;
  let steps: Steps;
  let contract: string;
  let applied: string;
  let account: string;
  beforeAll(async () => {
    system = await System.start({ SMARTKEY_CLOCK_START: '2018-01-20T00:00:00Z' });
    steps = new Steps(system.operator);
    contract = await steps.accepted('enterprise', '2018-02-01', enterpriseQuote('2018-01'));
    applied = await steps.apply();
    account = await steps.register(contract, 'taro');
  });
  afterAll(() => system.dispose());

  const cases: readonly Case[] = [
    [
      'an unknown plan',
      'POST',
      '/contracts',
      { applicant: { name: 'x', iijIdContract: 'i' }, plan: 'gold' },
      422,
      /plan/,
    ],
    ['a missing applicant', 'POST', '/contracts', { plan: 'enterprise' }, 422, /applicant/],
    [
      'an unknown field',
      'POST',
      '/contracts',
      { applicant: { name: 'x', iijIdContract: 'i' }, plan: 'enterprise', tenant: 'x' },
      422,
      /tenant/,
    ],
    [
      'an application before 2016-03-01',
      'POST',
      '/contracts',
      { applicant: { name: 'x', iijIdContract: 'i' }, plan: 'enterprise', appliedAt: '2016-02-29T14:59:59Z' },
      422,
      /附則/,
    ],
    [
      'an instant without an offset',
      'POST',
      '/contracts',
      { applicant: { name: 'x', iijIdContract: 'i' }, plan: 'enterprise', appliedAt: '2018-01-01T00:00:00' },
      422,
      /appliedAt/,
    ],
    [
      'a number for a name',
      'POST',
      '/contracts',
      { applicant: { name: 5, iijIdContract: 'i' }, plan: 'enterprise' },
      422,
      /name/,
    ],
    [
      'a day that does not exist',
      'POST',
      '/contracts/{applied}/acceptance',
      { billingStartDate: '2018-02-30' },
      422,
      /billingStartDate/,
    ],
    [
      'a billing start before the acceptance',
      'POST',
      '/contracts/{applied}/acceptance',
      { billingStartDate: '2018-01-19' },
      422,
      /第7条|billingStartDate/,
    ],
    [
      'an acceptance in the future',
      'POST',
      '/contracts/{applied}/acceptance',
      { acceptedAt: '2018-01-21T00:00:00Z' },
      422,
      /acceptedAt/,
    ],
    ['accepting twice', 'POST', '/contracts/{contract}/acceptance', {}, 409, /accept/],
    [
      'rejecting an accepted contract',
      'POST',
      '/contracts/{contract}/rejection',
      { reason: 'x' },
      409,
      /accept/,
    ],
    [
      'a month 2018-13',
      'POST',
      '/contracts/{contract}/quotes',
      enterpriseQuote('2018-13'),
      422,
      /effectiveMonth/,
    ],
    [
      'a negative fee',
      'POST',
      '/contracts/{contract}/quotes',
      { ...enterpriseQuote('2018-03'), baseFee: '-1' },
      422,
      /baseFee/,
    ],
    [
      'an exponent',
      'POST',
      '/contracts/{contract}/quotes',
      { ...enterpriseQuote('2018-03'), accountFee: '1e3' },
      422,
      /accountFee/,
    ],
    [
      'seven decimals',
      'POST',
      '/contracts/{contract}/quotes',
      { ...enterpriseQuote('2018-03'), accountFee: '0.1234567' },
      422,
      /accountFee/,
    ],
    [
      'a fraction of a yen as base fee',
      'POST',
      '/contracts/{contract}/quotes',
      { ...enterpriseQuote('2018-03'), baseFee: '10.5' },
      422,
      /baseFee/,
    ],
    [
      'the other plan’s price',
      'POST',
      '/contracts/{contract}/quotes',
      { ...perUnitQuote('2018-03'), accountFee: '1' },
      422,
      /accountFee/,
    ],
    [
      'tiers that do not ascend',
      'POST',
      '/contracts/{contract}/quotes',
      {
        plan: 'service-provider',
        effectiveMonth: '2018-03',
        baseFee: '0',
        authApi: {
          model: 'graduated',
          tiers: [
            { upTo: 5, unitPrice: '1' },
            { upTo: 5, unitPrice: '1' },
            { upTo: null, unitPrice: '1' },
          ],
        },
      },
      422,
      /tiers/,
    ],
    [
      'no last tier without end',
      'POST',
      '/contracts/{contract}/quotes',
      {
        plan: 'service-provider',
        effectiveMonth: '2018-03',
        baseFee: '0',
        authApi: { model: 'volume', tiers: [{ upTo: 5, unitPrice: '1' }] },
      },
      422,
      /tiers/,
    ],
    [
      'a package of nothing',
      'POST',
      '/contracts/{contract}/quotes',
      {
        plan: 'service-provider',
        effectiveMonth: '2018-03',
        baseFee: '0',
        authApi: { model: 'package', packageSize: 0, packagePrice: '1' },
      },
      422,
      /packageSize/,
    ],
    [
      'a change to the same plan',
      'POST',
      '/contracts/{contract}/plan-changes',
      { plan: 'enterprise', fromMonth: '2018-03' },
      422,
      /第4条/,
    ],
    [
      'a change within the month',
      'POST',
      '/contracts/{contract}/plan-changes',
      { plan: 'service-provider', fromMonth: '2018-01' },
      422,
      /第4条/,
    ],
    [
      'a day as a month',
      'POST',
      '/contracts/{contract}/plan-changes',
      { plan: 'service-provider', fromMonth: '2018-03-15' },
      422,
      /fromMonth/,
    ],
    [
      'a notice from the future',
      'POST',
      '/contracts/{contract}/cancellation',
      { arrivedAt: '2018-01-20T00:00:01Z', form: 'paper' },
      422,
      /第6条|arrivedAt/,
    ],
    [
      'a notice before the acceptance',
      'POST',
      '/contracts/{contract}/cancellation',
      { arrivedAt: '2018-01-18T00:00:00Z', form: 'paper' },
      422,
      /第6条|arrivedAt/,
    ],
    [
      'a form that is not prescribed',
      'POST',
      '/contracts/{contract}/cancellation',
      { form: 'phone' },
      422,
      /第6条/,
    ],
    [
      'an impossible day asked for',
      'POST',
      '/contracts/{contract}/cancellation',
      { requestedDay: '2018-02-29' },
      422,
      /requestedDay/,
    ],
    [
      'condition 6',
      'PUT',
      '/contracts/{contract}/conditions/6',
      { met: true, on: '2018-01-20', attestedBy: 'x' },
      422,
      /condition|第5条/,
    ],
    [
      'the software without its licence',
      'PUT',
      '/contracts/{contract}/conditions/3',
      { met: true, on: '2018-01-20', attestedBy: 'x' },
      422,
      /licenceVersion|第5条/,
    ],
    [
      'withholding without a reason',
      'PUT',
      '/contracts/{contract}/withholding',
      { withheld: true },
      422,
      /reason/,
    ],
    [
      'a fee of 0 yen',
      'POST',
      '/contracts/{contract}/one-time-fees',
      { amount: '0', description: 'x', occurredOn: '2018-01-20' },
      422,
      /amount/,
    ],
    [
      'a fee from the future',
      'POST',
      '/contracts/{contract}/one-time-fees',
      { amount: '1', description: 'x', occurredOn: '2018-01-21' },
      422,
      /occurredOn|第7条/,
    ],
    ['an empty external id', 'POST', '/contracts/{contract}/ids', { externalId: '' }, 422, /externalId/],
    [
      'an external id with a NUL',
      'POST',
      '/contracts/{contract}/ids',
      { externalId: 'a\u0000b' },
      422,
      /externalId/,
    ],
    [
      'a registered external id',
      'POST',
      '/contracts/{contract}/ids',
      { externalId: 'taro' },
      409,
      /register/,
    ],
    [
      'a registration on a future day',
      'POST',
      '/contracts/{contract}/ids',
      { externalId: 'jiro', registeredOn: '2018-01-21', reason: 'x' },
      422,
      /registeredOn/,
    ],
    [
      'a past day without a reason',
      'POST',
      '/contracts/{contract}/ids',
      { externalId: 'jiro', registeredOn: '2018-01-20' },
      422,
      /reason/,
    ],
    [
      'an ID for a contract that is not accepted',
      'POST',
      '/contracts/{applied}/ids',
      { externalId: 'jiro' },
      409,
      /accept/,
    ],
    ['seven digits', 'POST', '/contracts/{contract}/ids/{account}/enrolments', { digits: 7 }, 422, /digits/],
    [
      'a period of 45 s',
      'POST',
      '/contracts/{contract}/ids/{account}/enrolments',
      { period: 45 },
      422,
      /period/,
    ],
    [
      'an unknown hash',
      'POST',
      '/contracts/{contract}/ids/{account}/enrolments',
      { algorithm: 'MD5' },
      422,
      /algorithm/,
    ],
    [
      'a code as a number',
      'POST',
      '/authentications',
      { contract: '{contract}', externalId: 'taro', code: 123456 },
      422,
      /code/,
    ],
    [
      'a code in full-width digits',
      'POST',
      '/authentications',
      { contract: '{contract}', externalId: 'taro', code: '１２３４５６' },
      422,
      /code/,
    ],
    [
      'a code with a space',
      'POST',
      '/authentications',
      { contract: '{contract}', externalId: 'taro', code: ' 123456' },
      422,
      /code/,
    ],
    [
      'no id at all',
      'POST',
      '/authentications',
      { contract: '{contract}', code: '123456' },
      422,
      /externalId|id/,
    ],
    [
      'an authentication with a time of its own',
      'POST',
      '/authentications',
      { contract: '{contract}', externalId: 'taro', code: '123456', time: 1 },
      422,
      /time/,
    ],
    ['closing a month that has not ended', 'POST', '/billing/months/2018-01/close', undefined, 409, /month/],
    ['closing a month 2018-00', 'POST', '/billing/months/2018-00/close', undefined, 422, /month/],
    ['usage of a month 2018-13', 'GET', '/contracts/{contract}/usage/2018-13', undefined, 422, /month/],
    [
      'an export in an unknown format',
      'POST',
      '/exports',
      { month: '2018-01', format: 'pdf' },
      422,
      /format/,
    ],
    ['an unknown role', 'POST', '/keys', { role: 'root' }, 422, /role/],
    ['a clock that goes back', 'PUT', '/sandbox/clock', { now: '2018-01-19T00:00:00Z' }, 422, /now/],
    ['a page of 100,000', 'GET', '/contracts?limit=100000', undefined, 422, /limit/],
    ['an unknown contract', 'GET', '/contracts/ctr_00000000000000000000000000', undefined, 404, /not-found/],
    ['an id that is none', 'GET', '/contracts/1', undefined, 404, /not-found/],
    ['an unknown route', 'GET', '/nothing', undefined, 404, /not-found/],
  ];

  it.each(cases)('%s', async (_what, method, path, body, status, names) => {
    const filled = (text: string): string =>
      text.replace('{contract}', contract).replace('{applied}', applied).replace('{account}', account);
    const before = await system.operator.get(`/contracts/${contract}/history?limit=200`);
    const answer = await system.operator.call<Problem>(
      method,
      filled(path),
      body === undefined ? undefined : JSON.parse(filled(JSON.stringify(body))),
    );
    expect({ status: answer.status, body: answer.body }).toMatchObject({ status });
    expect(isProblem(answer)).toBe(true);
    expect(answer.body).toMatchObject({ status, title: expect.any(String), code: expect.any(String) });
    const { code, errors, detail } = answer.body;
    expect(JSON.stringify({ code, errors, detail })).toMatch(names);
    expect(JSON.stringify(answer.body)).not.toMatch(/\.[jt]s:\d|node_modules|\\n +at /);
    expect(await system.operator.get(`/contracts/${contract}/history?limit=200`)).toEqual(before);
  });

  it('unreadable JSON is 400, a foreign media type 415, an oversized body 413', async () => {
    const send = (text: string, contentType: string) =>
      system.operator.call<Problem>('POST', '/contracts', undefined, { raw: { contentType, text } });
    expect((await send('{"plan":', 'application/json')).status).toBe(400);
    expect((await send('plan=enterprise', 'application/x-www-form-urlencoded')).status).toBe(415);
    const oversized = await send(JSON.stringify({ plan: 'x'.repeat(2_000_000) }), 'application/json');
    expect(oversized.status).toBe(413);
    expect(isProblem(oversized)).toBe(true);
  });

  it('no key, a wrong key and a revoked key are 401', async () => {
    expect((await system.operator.as('sk_nothing').call('GET', '/contracts')).status).toBe(401);
    const { id, key } = await system.operator.post<{ id: string; key: string }>('/keys', { role: 'auditor' });
    const auditor = system.operator.as(key);
    expect((await auditor.call('GET', '/contracts')).status).toBe(200);
    await system.operator.delete(`/keys/${id}`);
    expect((await auditor.call('GET', '/contracts')).status).toBe(401);
  });
});
