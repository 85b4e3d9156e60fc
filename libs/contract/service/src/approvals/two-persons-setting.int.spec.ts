import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Caller } from '@smartkey/http';
import type { ContractId } from '@smartkey/kernel';
import { contractSettings } from '../settings/contract.settings.ts';
import { ContractWorld } from '../testing/contract-world.fixture.ts';

let world: ContractWorld;
let id: ContractId;
beforeAll(async () => {
  world = await ContractWorld.open('2018-01-10T00:00:00.000Z', {
    SMARTKEY_TWO_PERSONS: 'quotes, plan-changes',
  });
  id = await world.acceptedOn('2018-01-01', { billingStartDate: '2018-01-01' });
});
afterAll(() => world?.close());

/** A person in one of their sessions. */
const person = (name: string, session: string) => {
  const as: Caller = {
    role: 'operator',
    key: session,
    person: { id: `per_${name}`, revision: 0 },
    verified: true,
  };
  return { as, signatory: { key: session, makers: [], person: `per_${name}` } };
};
const suzuki = person('suzuki', 'ses_1');
const tanaka = person('tanaka', 'ses_2');
const at = (path: string): string => `/contracts/${id}/${path}`;
const enterprise = { plan: 'enterprise', effectiveMonth: '2018-01', baseFee: '10000', accountFee: '300' };
const provider = {
  plan: 'service-provider',
  effectiveMonth: '2018-02',
  baseFee: '0',
  authApi: { model: 'perUnit', unitPrice: '5' },
};

/** Asked for by one person, approved by another. */
async function bothAgree(method: 'POST', path: string, body: object | undefined) {
  const asked = await world.call(method, path, body, suzuki);
  expect(asked).toMatchObject({
    status: 202,
    body: { approval: expect.stringMatching(/^apr_/), affects: [] },
  });
  const approve = `/approvals/${asked.body.approval}/approve`;
  for (const same of [suzuki, person('suzuki', 'ses_9')]) {
    const refused = await world.call('POST', approve, undefined, same);
    expect(refused).toMatchObject({ status: 403, body: { code: 'same-person' } });
  }
  return world.call('POST', approve, undefined, tanaka);
}

describe('Two persons, as a setting', () => {
  it('every quote is proposed by one person, and given by the approval of another', async () => {
    const given = await bothAgree('POST', at('quotes'), enterprise);
    expect(given).toMatchObject({ status: 201, body: { plan: 'enterprise' } });
    expect((await world.ok('GET', at('quotes'))).items).toHaveLength(1);
    await bothAgree('POST', at('quotes'), provider);
  });

  it('第4条: so is the acceptance of a change of plan, with its fee', async () => {
    const { id: change } = await world.ok('POST', at('plan-changes'), {
      plan: 'service-provider',
      fromMonth: '2018-02',
    });
    const accepted = await bothAgree('POST', at(`plan-changes/${change}/acceptance`), {
      oneTimeFee: { amount: '3000', description: '切替作業' },
    });
    expect(accepted).toMatchObject({ status: 200, body: { id: change, status: 'accepted' } });
    expect((await world.ok('GET', at('one-time-fees'))).items).toContainEqual(
      expect.objectContaining({ amount: '3000', description: '切替作業' }),
    );
    const rows = (await world.ok('GET', '/approvals?limit=200', undefined, tanaka)).items;
    expect(rows.find(({ kind }: { kind: string }) => kind === 'plan-change')).toMatchObject({
      kind: 'plan-change',
      state: 'approved',
      requestedBy: 'per_suzuki',
      decidedBy: 'per_tanaka',
    });
  });

  it('a session that was not verified of late asks for neither', async () => {
    const idle = { ...suzuki, as: { ...suzuki.as, verified: false } };
    for (const path of [at('quotes'), at('plan-changes/pch_06z1d3m001abcdefghjkmnpqrs/acceptance')])
      expect(await world.call('POST', path, enterprise, idle)).toMatchObject({
        status: 403,
        body: { code: 'step-up-required' },
      });
  });

  it('the history names the person, by id and revision', async () => {
    const { items } = await world.ok('GET', at('history'));
    const given = items.find(({ type }: { type: string }) => type === 'PriceQuoted');
    expect(given.actor).toEqual({
      role: 'operator',
      key: 'ses_2',
      person: { id: 'per_tanaka', revision: 0 },
    });
  });

  it('what is not legal is not even proposed; a stale If-Match is 409', async () => {
    const broken = await world.call('POST', at('quotes'), { ...enterprise, accountFee: 'free' }, suzuki);
    expect(broken.status).toBe(422);
    const stale = await world.call(
      'POST',
      at('quotes'),
      { ...enterprise, effectiveMonth: '2018-03' },
      {
        ...suzuki,
        headers: { 'if-match': '"0"' },
      },
    );
    expect(stale).toMatchObject({ status: 409, body: { code: 'revision-mismatch' } });
  });

  it('is nothing by default, and refuses what it does not know', () => {
    expect([...contractSettings({}).twoPersons]).toEqual([]);
    expect([...contractSettings({ SMARTKEY_TWO_PERSONS: 'quotes' }).twoPersons]).toEqual(['quote']);
    expect(() => contractSettings({ SMARTKEY_TWO_PERSONS: 'quotes,waivers' })).toThrow(
      /^SMARTKEY_TWO_PERSONS /,
    );
  });
});
