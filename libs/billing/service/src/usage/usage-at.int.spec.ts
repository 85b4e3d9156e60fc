import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { DatabaseServer } from '@smartkey/database';
import type { Instant, ContractId } from '@smartkey/kernel';
import { BillingWorld, contractor } from '../testing/billing-world.fixture.ts';
import { ctr, enterpriseQuote, providerQuote } from '../testing/logs.fixture.ts';
import { openServer } from '../testing/servers.fixture.ts';

const A = ctr('a');
const B = ctr('b');

interface Usage {
  readonly plan: string | null;
  readonly complete: boolean;
  readonly accounts: { readonly count: number; readonly byUsedDays: Readonly<Record<string, number>> };
  readonly authentications: { readonly count: number; readonly byDay: Readonly<Record<string, number>> };
  readonly asOf: Instant | null;
}

describe.each(['pglite', 'postgres'] as const)('what was true, and what was known, on %s', (kind) => {
  let opened: { readonly server: DatabaseServer; readonly stop: () => Promise<void> };
  let world: BillingWorld;
  beforeAll(async () => {
    opened = await openServer(kind);
  });
  afterEach(() => world.dispose());
  afterAll(() => opened.stop());

  const begin = async (clock: Instant) => {
    world = await BillingWorld.make(opened.server, clock);
    await world.start();
    return world.logs;
  };
  const usage = (contract: ContractId, query = '', month = '2018-01') =>
    world.get<Usage>(`/contracts/${contract}/usage/${month}${query}`);
  const days = async (query: string) => (await usage(A, query)).accounts.byUsedDays;

  it('as of an instant the day in which it lies is the last that counts', async () => {
    const logs = await begin('2018-02-10T00:00:00.000Z');
    logs.accepted(A, '2018-01-01', 'enterprise', '2018-01-01', enterpriseQuote('2018-01'));
    logs.accepted(B, '2018-01-01', 'service-provider', '2018-01-01', providerQuote('2018-01'));
    logs.registered(A, 'rid_1', '2018-01-05');
    logs.registered(A, 'rid_2', '2018-01-05', '2018-01-08');
    logs.registered(A, 'rid_3', '2018-01-20');
    logs.succeeded(B, 'rid_4', '2018-01-05T03:00:00.000Z');
    logs.succeeded(B, 'rid_4', '2018-01-12T03:00:00.000Z');
    logs.promise('2018-02-05T00:00:00.000Z');
    await world.caughtUp();

    expect(await days('')).toEqual({ '27': 1, '4': 1, '12': 1 });
    // 15:00 UTC is the beginning of the next day in Japan.
    expect(await days('?asOf=2018-01-09T14:59:59.999Z')).toEqual({ '5': 1, '4': 1 });
    expect(await days('?asOf=2018-01-09T15:00:00.000Z')).toEqual({ '6': 1, '4': 1 });
    expect(await days('?asOf=2018-01-04T00:00:00.000Z')).toEqual({});
    expect((await usage(B, '?asOf=2018-01-11T00:00:00.000Z')).authentications).toEqual({
      count: 1,
      byDay: { '2018-01-05': 1 },
    });
    expect(await usage(A, '?asOf=2018-01-09T00:00:00.000Z')).toMatchObject({
      complete: false,
      asOf: '2018-01-09T00:00:00.000Z',
    });
    expect(await usage(A, '?asOf=2018-01-31T15:00:00.000Z')).toMatchObject({
      complete: true,
      asOf: '2018-01-31T15:00:00.000Z',
    });
    // An instant to come is not true yet.
    expect(await usage(A, '?asOf=2018-12-01T00:00:00.000Z')).toEqual(await usage(A));
  });

  it('late facts were not known before they were recorded, and corrections neither', async () => {
    const logs = await begin('2018-03-10T00:00:00.000Z');
    logs.accepted(A, '2018-01-01', 'enterprise', '2018-01-01', enterpriseQuote('2018-01'));
    logs.registered(A, 'rid_1', '2018-01-01');
    logs.registered(A, 'rid_2', '2018-01-11');
    logs.registered(A, 'rid_3', '2018-01-21');
    logs.registry.recordedAt = '2018-02-05T00:00:00.000Z';
    logs.registered(A, 'rid_4', '2018-01-15', '2018-01-15');
    logs.deregistered(A, 'rid_1', '2018-01-01', '2018-01-10');
    logs.registry.recordedAt = '2018-02-06T00:00:00.000Z';
    logs.corrected(A, 'rid_2', { spell: 1, from: '2018-01-11' }, { from: '2018-01-02' });
    logs.voided(A, 'rid_3', { spell: 1, from: '2018-01-21' });
    logs.promise('2018-03-05T00:00:00.000Z');
    await world.caughtUp();

    const known = { '31': 1, '21': 1, '11': 1 };
    expect(await days('?knownAt=2018-02-04T23:59:59.999Z')).toEqual(known);
    expect(await days('?knownAt=2018-02-05T00:00:00.000Z')).toEqual({ '10': 1, '21': 1, '11': 1, '1': 1 });
    expect(await days('?knownAt=2018-02-06T00:00:00.000Z')).toEqual({ '10': 1, '30': 1, '1': 1 });
    expect(await days('')).toEqual({ '10': 1, '30': 1, '1': 1 });
    // What was true on the 15th, as it was known before anything was put right, and as it is known now.
    expect(await days('?asOf=2018-01-15T00:00:00.000Z&knownAt=2018-02-01T00:00:00.000Z')).toEqual({
      '15': 1,
      '5': 1,
    });
    expect(await days('?asOf=2018-01-15T00:00:00.000Z')).toEqual({ '10': 1, '14': 1, '1': 1 });
    // On the 15th nobody knew of the days to come.
    expect(await days('?knownAt=2018-01-15T00:00:00.000Z')).toEqual({ '15': 1, '5': 1 });
  });

  it('the contract is seen as it was: its billing window, its plan', async () => {
    const logs = await begin('2018-03-10T00:00:00.000Z');
    logs.accepted(A, '2018-01-01', 'enterprise', undefined, enterpriseQuote('2018-01'));
    logs.registered(A, 'rid_1', '2018-01-01');
    logs.contract.recordedAt = '2018-02-03T00:00:00.000Z';
    logs.contract.say(`contract-${A}`, A, '2018-02-02T00:00:00.000Z', 'BillingStartSet', {
      date: '2018-01-11',
    });
    logs.promise('2018-03-05T00:00:00.000Z');
    await world.caughtUp();

    expect(await days('')).toEqual({ '21': 1 });
    expect(await days('?knownAt=2018-02-02T12:00:00.000Z')).toEqual({});
    expect(await days('?knownAt=2018-02-03T00:00:00.000Z')).toEqual({ '21': 1 });
    expect(await days('?asOf=2018-02-01T00:00:00.000Z')).toEqual({});
    expect(await days('?asOf=2018-02-02T00:00:00.000Z')).toEqual({ '21': 1 });
    expect(await usage(A, '?knownAt=2017-12-01T00:00:00.000Z')).toMatchObject({
      plan: null,
      accounts: { count: 0 },
    });
  });

  it('documents are listed as they were known', async () => {
    const logs = await begin('2018-03-01T00:00:00.000Z');
    for (const contract of [A, B])
      logs.accepted(contract, '2018-01-01', 'enterprise', '2018-01-01', enterpriseQuote('2018-01'));
    logs.promise('2018-02-28T15:00:00.000Z');
    await world.close('2018-01');
    const listed = async (query: string) =>
      (await world.get<{ items: { number: string }[] }>(`/invoices?limit=10${query}`)).items.length;
    expect(await listed('')).toBe(2);
    expect(await listed('&knownAt=2018-03-01T00:00:00.000Z')).toBe(2);
    expect(await listed('&knownAt=2018-02-28T23:59:59.999Z')).toBe(0);
    expect(await listed(`&knownAt=2018-03-01T00:00:00.000Z&contract=${A}`)).toBe(1);
  });

  it('an instant is validated, and a foreign contract stays unknown', async () => {
    const logs = await begin('2018-02-10T00:00:00.000Z');
    logs.accepted(A, '2018-01-01', 'enterprise', '2018-01-01', enterpriseQuote('2018-01'));
    await world.caughtUp();
    for (const query of ['?asOf=2018-01-01', '?knownAt=yesterday', '?asOf=', '?other=1'])
      expect(await world.call('GET', `/contracts/${A}/usage/2018-01${query}`)).toMatchObject({ status: 422 });
    expect(await world.call('GET', '/invoices?knownAt=2018')).toMatchObject({ status: 422 });
    const foreign = `/contracts/${A}/usage/2018-01?knownAt=2018-02-01T00:00:00.000Z`;
    expect(await world.call('GET', foreign, contractor(B))).toMatchObject({ status: 404 });
  });
});
