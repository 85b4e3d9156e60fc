import type { AccountId, ContractId } from '@smartkey/kernel';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '@smartkey/identity';
import { TestGateway } from '../testing/gateway.fixture.ts';

let test: TestGateway;
let contract: ContractId;
beforeAll(async () => {
  test = await TestGateway.start();
  contract = test.contract();
});
afterAll(() => test.close());

const accounts = Array.from({ length: 450 }, (_, n) => ({
  account: newId('rid', '2018-01-01T00:00:00.000Z', String(n)),
  usedDays: 17,
  coefficient: '0.548',
  fee: '164.4',
}));
const nameOf = new Map(accounts.map(({ account }, n) => [account, n === 1 ? '=cmd|calc' : `user-${n}, "Ä"`]));

beforeEach(() => {
  test.services.seen.length = 0;
  test.services.behaviour = ({ service, url, body }, reply) => {
    if (service === 'device-registry' && url === '/internal/accounts/external-ids') {
      const asked = (JSON.parse(body.toString()) as { accounts: AccountId[] }).accounts;
      const known = asked.filter((account) => account !== accounts[2]!.account);
      return { externalIds: Object.fromEntries(known.map((account) => [account, nameOf.get(account)])) };
    }
    if (service !== 'billing') return reply.code(500).send({});
    const { searchParams } = new URL(url, 'http://x');
    const from = Number(searchParams.get('cursor') ?? 0);
    const limit = Number(searchParams.get('limit'));
    const next = from + limit;
    return { items: accounts.slice(from, next), nextCursor: next < accounts.length ? String(next) : null };
  };
});

const path = (): string => `/v1/contracts/${contract}/usage/2018-01/accounts`;

describe('the account usage of a month (別紙1 備考(1))', () => {
  it('shows people by their external ids, page by page', async () => {
    const { body } = await test.call('GET', `${path()}?limit=3`);
    expect(body.items[0]).toEqual({ externalId: 'user-0, "Ä"', ...accounts[0] });
    expect(body.items[2].externalId).toBeNull();
    const next = await test.call('GET', `${path()}?limit=3&cursor=${body.nextCursor}`);
    expect(next.body.items[0].account).toBe(accounts[3]!.account);
  });

  it('is CSV by Accept: every account once, safe in a spreadsheet', async () => {
    const call = await test.call('GET', path(), undefined, { headers: { accept: 'text/csv' } });
    expect(call.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(call.headers.get('content-disposition')).toContain(`usage-accounts-${contract}-2018-01.csv`);
    expect([...call.bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    expect(call.text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    const lines = call.text
      .replace(/^\ufeff/, '')
      .trimEnd()
      .split('\r\n');
    expect(lines).toHaveLength(451);
    expect(lines.slice(0, 4)).toEqual([
      'externalId,usedDays,coefficient,fee',
      '"user-0, ""Ä""",17,0.548,164.4',
      "'=cmd|calc,17,0.548,164.4",
      ',17,0.548,164.4',
    ]);
  });

  it('is Shift_JIS by ?encoding=, which has no place for every character', async () => {
    const accept = { headers: { accept: 'text/csv' } };
    const refused = await test.call('GET', `${path()}?encoding=shift_jis`, undefined, accept);
    expect([refused.status, refused.body.code]).toEqual([422, 'not-encodable']);
    expect(refused.body.errors[0]).toMatchObject({ pointer: '/rows/1/externalId', rule: 'shift_jis' });
    const { behaviour } = test.services;
    test.services.behaviour = (seen, reply) =>
      seen.service === 'device-registry'
        ? { externalIds: Object.fromEntries(accounts.map(({ account }) => [account, '山田'])) }
        : behaviour(seen, reply);
    const { status, bytes, headers } = await test.call(
      'GET',
      `${path()}?encoding=shift_jis`,
      undefined,
      accept,
    );
    expect([status, headers.get('content-type')]).toEqual([200, 'text/csv; charset=shift_jis']);
    const lines = new TextDecoder('shift_jis').decode(bytes).split('\r\n');
    expect(lines.slice(0, 2)).toEqual(['externalId,usedDays,coefficient,fee', '山田,17,0.548,164.4']);
    expect((await test.call('GET', `${path()}?encoding=utf-16`, undefined, accept)).status).toBe(422);
  });

  it('asks billing as the one who asks, and with their token', async () => {
    const { key, id } = await test.keyOf(contract, 'contractor');
    await test.call('GET', path(), undefined, { key, headers: { 'consistency-token': 'tok' } });
    const asked = test.services.seen.find(({ service }) => service === 'billing')!;
    expect(asked.actor).toEqual({ role: 'contractor', key: id, contract });
    expect(asked.headers['consistency-token']).toBe('tok');
  });

  it('a foreign contract is 404 and a role that may not 403, before anybody is asked', async () => {
    const foreign = await test.keyOf(test.contract(), 'contractor');
    expect((await test.call('GET', path(), undefined, { key: foreign.key })).status).toBe(404);
    const provider = await test.keyOf(contract, 'service-provider');
    expect((await test.call('GET', path(), undefined, { key: provider.key })).status).toBe(403);
    expect(test.services.seen).toEqual([]);
  });

  it('what billing refuses is told as billing told it, as CSV too', async () => {
    const problem = {
      type: 'urn:x',
      title: 'Unprocessable Content',
      status: 422,
      detail: 'No month.',
      code: 'no-month',
    };
    test.services.behaviour = (_seen, reply) =>
      reply.code(422).type('application/problem+json').send(JSON.stringify(problem));
    for (const accept of ['application/json', 'text/csv']) {
      const call = await test.call('GET', path(), undefined, { headers: { accept } });
      expect([call.status, call.body.code, call.body.detail]).toEqual([422, 'no-month', 'No month.']);
    }
  });

  it('a registry that does not say is 503', async () => {
    const { behaviour } = test.services;
    test.services.behaviour = (seen, reply) =>
      seen.service === 'device-registry' ? reply.code(500).send({}) : behaviour(seen, reply);
    expect((await test.call('GET', path())).status).toBe(503);
  });
});
