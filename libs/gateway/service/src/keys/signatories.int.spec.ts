import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { INTERNAL, parseSignatoryHeader } from '@smartkey/http';
import { TestGateway } from '../testing/gateway.fixture.ts';
import { addPasskey, signInOperator } from '../testing/person.fixture.ts';

let test: TestGateway;
beforeAll(async () => {
  test = await TestGateway.start();
});
afterAll(() => test.close());

const make = async (name?: string, by?: string) =>
  (await test.call('POST', '/v1/keys', { role: 'operator', name }, by === undefined ? {} : { key: by })).body;
const told = (): unknown => {
  const header = test.services.last().headers[INTERNAL.signatory];
  return typeof header === 'string' ? parseSignatoryHeader(header) : header;
};

describe('Two persons: who is behind a key is told where something may take two', () => {
  it('the line of its makers and its name', async () => {
    const first = await make('鈴木');
    const second = await make(undefined, first.key);
    const third = await make('田中', second.key);
    await test.call('POST', '/v1/approvals/apr_1/approve', {}, { key: third.key });
    expect(told()).toEqual({
      key: third.id,
      makers: [second.id, first.id, 'bootstrap'],
      name: '田中',
    });
    await test.call('DELETE', '/v1/contracts/ctr_1/one-time-fees/fee_1?reason=x', undefined, {
      key: second.key,
    });
    expect(told()).toEqual({ key: second.id, makers: [first.id, 'bootstrap'] });
    await test.call('PUT', '/v1/contracts/ctr_1/billing-start-date', {});
    expect(told()).toEqual({ key: 'bootstrap', makers: [] });
  });

  it('nothing of it elsewhere, and nothing that a client says of itself', async () => {
    await test.call('POST', '/v1/contracts/ctr_1/one-time-fees', {});
    expect(told()).toBeUndefined();
    const forged = Buffer.from('{"key":"bootstrap","makers":[],"name":"x"}').toString('base64url');
    await test.call('POST', '/v1/contracts/ctr_1/quotes', {}, { headers: { [INTERNAL.signatory]: forged } });
    expect(told()).toEqual({ key: 'bootstrap', makers: [] });
  });

  it('of a key at the end of a very long line, no name: nobody can be told from anybody', async () => {
    const longest = 101;
    await test.database.execute(
      `INSERT INTO keys (id, prefix, hash, role, created_at, created_by, command_id, issued_at)
       SELECT 'key_line' || n, 'line' || n, '', 'operator', now(),
         CASE n WHEN 1 THEN 'bootstrap' ELSE 'key_line' || (n - 1) END, 'line-' || n, now()
       FROM generate_series(1, $1::integer) AS n`,
      [longest],
    );
    const last = await make('佐藤');
    await test.database.execute(`UPDATE keys SET created_by = 'key_line101' WHERE id = $1`, [last.id]);
    await test.call('POST', '/v1/approvals/apr_1/reject', { reason: 'x' }, { key: last.key });
    expect(told()).toEqual({ key: last.id, makers: expect.any(Array) });
    expect((told() as { makers: string[] }).makers).toHaveLength(100);
  });

  it('from the first person on, people: a session as its person, a key as the person it goes back to, a name as nothing', async () => {
    const named = await make('鈴木');
    const operator = await addPasskey(test, await signInOperator(test));
    const decide = (key: string) => test.call('POST', '/v1/approvals/apr_1/approve', {}, { key });
    await decide(operator.token);
    expect(told()).toEqual({ key: operator.session, makers: [], person: operator.person });
    const own = await make('田中', operator.token);
    const further = await make('佐藤', own.key);
    await decide(further.key);
    expect(told()).toEqual({ key: further.id, makers: [own.id, operator.person], person: operator.person });
    await decide(named.key);
    expect(told()).toEqual({ key: named.id, makers: ['bootstrap'] });
  });
});
