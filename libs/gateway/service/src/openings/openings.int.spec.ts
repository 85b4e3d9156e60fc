import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ContractId } from '@smartkey/kernel';
import { TestGateway } from '../testing/gateway.fixture.ts';
import {
  addPasskey,
  signInAdministrator,
  signInOperator,
  signInWith,
  type SignedInPerson,
} from '../testing/person.fixture.ts';

let test: TestGateway;
let operator: Awaited<ReturnType<typeof addPasskey>>;
let administrator: SignedInPerson;
let contract: ContractId;
beforeAll(async () => {
  test = await TestGateway.start();
  contract = test.contract();
  administrator = await signInAdministrator(test, contract);
  operator = await addPasskey(test, await signInOperator(test));
});
afterAll(() => test.close());

const statusOf = async (path: string, key: string | undefined, method = 'GET') => {
  const { status, body } = await test.call(method, `/v1/contracts/${contract}${path}`, undefined, {
    key: key ?? null,
  });
  return status === 403 ? (body.code as string) : status;
};
const say = (reason: string, key: string, of: string = contract) =>
  test.call('POST', `/v1/contracts/${of}/openings`, { reason }, { key });
const OF_USERS = ['/ids', '/ids/rid_1', '/ids/rid_1/devices', '/ids.csv', '/ids/imports', '/authentications'];

describe('opening a contract’s users', () => {
  it('a person of the operator’s side says why, once in each sign-in; the rest of the contract is open', async () => {
    for (const path of OF_USERS)
      expect([path, await statusOf(path, operator.token)]).toEqual([path, 'opening-reason-needed']);
    expect(await statusOf('/ids/rid_1', operator.token, 'DELETE')).toBe('opening-reason-needed');
    for (const path of ['', '/plan-changes', '/usage/2018-01'])
      expect([path, await statusOf(path, operator.token)]).toEqual([path, 200]);
    const said = async (key: string) =>
      (await test.call('GET', `/v1/contracts/${contract}/openings/own`, undefined, { key })).body;
    expect(await said(operator.token)).toEqual({ said: false });
    const opened = await say('お問い合わせ', operator.token);
    expect([opened.status, opened.body]).toMatchObject([
      201,
      { person: operator.person, reason: 'お問い合わせ' },
    ]);
    for (const path of OF_USERS) expect([path, await statusOf(path, operator.token)]).toEqual([path, 200]);
    expect(await said(operator.token)).toEqual({ said: true });
    // Said again it is no second record; another sign-in is asked anew.
    expect((await say('もう一度', operator.token)).body.reason).toBe('お問い合わせ');
    const { token } = (await signInWith(test, operator.phone)).body;
    expect(await statusOf('/ids', token)).toBe('opening-reason-needed');
    const [stored] = await test.database.query<{ data: unknown }>(
      `SELECT data FROM event_log WHERE type = 'ContractOpened'`,
    );
    expect(JSON.stringify(stored)).not.toContain('お問い合わせ');
  });

  it('the contract’s administrators see who and why, and are asked for nothing themselves, nor is a key', async () => {
    expect(await statusOf('/ids', administrator.token)).toBe(200);
    expect(await statusOf('/ids', (await test.keyOf(contract, 'contractor')).key)).toBe(200);
    const { body } = await test.call('GET', `/v1/contracts/${contract}/openings?limit=1`, undefined, {
      key: administrator.token,
    });
    expect(body).toEqual({
      items: [{ at: expect.any(String), person: operator.person, name: '運用太郎', reason: 'お問い合わせ' }],
      nextCursor: null,
    });
    const foreign = await test.call('GET', `/v1/contracts/${test.contract()}/openings`, undefined, {
      key: administrator.token,
    });
    expect(foreign.status).toBe(404);
  });

  it('wants a reason, a person, and a contract that is there', async () => {
    const nowhere = '/v1/contracts/ctr_00000000000000000000000000/openings/own';
    expect((await test.call('GET', nowhere, undefined, { key: operator.token })).status).toBe(404);
    expect(await statusOf('/openings/own', administrator.token)).toBe('forbidden');
    expect((await say('', operator.token)).status).toBe(422);
    expect((await say('x', operator.token, 'ctr_00000000000000000000000000')).status).toBe(404);
    expect((await test.call('POST', `/v1/contracts/${contract}/openings`, { reason: 'x' })).status).toBe(403);
  });
});
