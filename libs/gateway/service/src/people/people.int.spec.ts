import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { OPERATOR_KEY, TestGateway } from '../testing/gateway.fixture.ts';
import {
  accept,
  addPasskey,
  laterOn,
  signInAdministrator,
  signInOperator,
  signInWith,
  tokenOf,
} from '../testing/person.fixture.ts';

let test: TestGateway;
let operator: Awaited<ReturnType<typeof addPasskey>>;
beforeAll(async () => {
  test = await TestGateway.start({ SMARTKEY_VISITOR_TOKEN: PORTAL });
  operator = await addPasskey(test, await signInOperator(test));
});
beforeEach(async () => {
  laterOn(test);
  await refreshed();
});
afterAll(() => test.close());

const as = (key: string) => ({
  get: (path: string) => test.call('GET', path, undefined, { key }),
  post: (path: string, body?: object, more = {}) => test.call('POST', path, body ?? {}, { key, ...more }),
  patch: (path: string, body: object, more = {}) => test.call('PATCH', path, body, { key, ...more }),
  end: (path: string, more = {}) => test.call('DELETE', path, undefined, { key, ...more }),
});
const PORTAL = 'a-token-that-only-the-portal-knows';
/** Each from an address of its own. */
const vouched = (n: number): Record<string, string> => ({
  'smartkey-visitor-address': `192.0.${n >> 8}.${n & 255}`,
  'smartkey-visitor-token': PORTAL,
});
const tanaka = { name: '田中一郎', email: 'tanaka@example.co.jp' };
/** Signs the operator in again: acts of weight want that of late. */
async function refreshed(): Promise<void> {
  operator = { ...operator, token: (await signInWith(test, operator.phone)).body.token };
}

describe('people on the operator’s side', () => {
  it('are invited, come once, and do what their roles add up to', async () => {
    const invited = await as(operator.token).post('/v1/people', { ...tanaka, roles: ['auditor', 'finance'] });
    expect(invited.status).toBe(201);
    expect(invited.headers.get('etag')).toBe('"1"');
    expect(invited.body).toMatchObject({
      ...tanaka,
      status: 'invited',
      roles: ['finance', 'auditor'],
      invitation: {
        channel: 'shown',
        url: expect.stringContaining(`${test.gateway.url.replace('127.0.0.1', 'localhost')}/portal/`),
      },
    });
    const { id } = invited.body;
    const came = await accept(test, invited);
    expect(came.person).toBe(id);
    expect((await as(came.token).get('/v1/me')).body.person).toMatchObject({ id, status: 'active' });
    await as(came.token).get('/v1/billing/runs');
    expect(test.services.last().actor).toMatchObject({ roles: ['finance', 'auditor'], person: { id } });
    expect((await as(came.token).get('/v1/audit/events?source=gateway')).status).toBe(200);
    expect((await as(came.token).get('/v1/people')).status).toBe(403);
  });

  it('of 200 tries of one link at once one is let in; a used one, an unknown one and an old one are one answer', async () => {
    const invited = await as(operator.token).post('/v1/people', { ...tanaka, roles: ['auditor'] });
    const token = tokenOf(invited);
    const from = (n: number) =>
      test.call('POST', '/v1/sign-in/invitation', { token }, { key: null, headers: vouched(n) });
    const looked = await test.call('GET', `/v1/sign-in/invitation?token=${token}`, undefined, { key: null });
    expect(looked.status).toBe(401);
    const tries = await Promise.all(Array.from({ length: 200 }, (_, n) => from(n)));
    expect(tries.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(new Set(tries.map(({ status }) => status))).toEqual(new Set([201, 410]));
    const unknown = await test.call(
      'POST',
      '/v1/sign-in/invitation',
      { token: 'x'.repeat(43) },
      { key: null, headers: vouched(999) },
    );
    expect(unknown.body).toEqual(tries.find(({ status }) => status === 410)!.body);
    const late = await as(operator.token).post('/v1/people', { ...tanaka, roles: ['auditor'] });
    test.ahead += 25 * 3_600_000;
    const over = await test.call('POST', '/v1/sign-in/invitation', { token: tokenOf(late) }, { key: null });
    expect([over.status, over.body.code]).toEqual([410, 'link-over']);
  });

  it('another invitation takes the place of the former', async () => {
    const first = await as(operator.token).post('/v1/people', { ...tanaka, roles: ['auditor'] });
    const again = await as(operator.token).post(`/v1/people/${first.body.id}/invitation`);
    expect(again.status).toBe(201);
    const old = await test.call('POST', '/v1/sign-in/invitation', { token: tokenOf(first) }, { key: null });
    expect(old.status).toBe(410);
    expect((await accept(test, again)).person).toBe(first.body.id);
  });

  it('what was taken away fails from the next request on, in every window', async () => {
    const invited = await as(operator.token).post('/v1/people', {
      ...tanaka,
      roles: ['operator', 'auditor'],
    });
    const came = await accept(test, invited);
    expect((await as(came.token).get('/v1/people')).status).toBe(200);
    const taken = await as(operator.token).patch(`/v1/people/${came.person}`, { roles: ['auditor'] });
    expect(taken.body.roles).toEqual(['auditor']);
    expect((await as(came.token).get('/v1/people')).status).toBe(403);
    expect((await as(came.token).get('/v1/audit/events?source=gateway')).status).toBe(200);
    await as(operator.token).patch(`/v1/people/${came.person}`, { status: 'suspended', reason: '休職' });
    expect((await as(came.token).get('/v1/me')).status).toBe(401);
    await as(operator.token).patch(`/v1/people/${came.person}`, { status: 'active' });
    // The session ended for good.
    expect((await as(came.token).get('/v1/me')).status).toBe(401);
  });

  it('nobody changes their own roles, the last operator stays, and keys manage nobody', async () => {
    const own = await as(operator.token).patch(`/v1/people/${operator.person}`, {
      roles: ['operator', 'finance'],
    });
    expect([own.status, own.body.code]).toEqual([403, 'own-person']);
    const invited = await as(operator.token).post('/v1/people', { ...tanaka, roles: ['operator'] });
    const second = await addPasskey(test, await accept(test, invited));
    // Each takes the other's role away: one of them comes too late.
    const both = await Promise.all([
      as(operator.token).patch(`/v1/people/${second.person}`, { roles: ['finance'] }),
      as(second.token).patch(`/v1/people/${operator.person}`, { roles: ['finance'] }),
    ]);
    expect(both.filter(({ status }) => status === 200)).toHaveLength(1);
    const [left] = await test.database.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM people WHERE status = 'active' AND 'operator' = ANY (roles)`,
    );
    expect(left!.count).toBeGreaterThan(0);
    for (const [method, path, body] of [
      ['POST', '/v1/people', { ...tanaka, roles: ['operator'] }],
      ['PATCH', `/v1/people/${second.person}`, { name: 'x' }],
      ['DELETE', `/v1/people/${second.person}`, undefined],
    ] as const) {
      const call = await test.call(method, path, body, { key: OPERATOR_KEY });
      expect([call.status, call.body.code]).toEqual([403, 'person-needed']);
    }
    expect((await test.call('GET', '/v1/people', undefined, { key: OPERATOR_KEY })).status).toBe(200);
  });

  it('who leaves is gone at once, and the keys that go on are listed', async () => {
    const invited = await as(operator.token).post('/v1/people', { ...tanaka, roles: ['operator'] });
    const came = await addPasskey(test, await accept(test, invited));
    const made = (await as(came.token).post('/v1/keys', { role: 'auditor' })).body;
    expect(made.createdBy).toBe(came.person);
    const left = await as(operator.token).end(
      `/v1/people/${came.person}?reason=${encodeURIComponent('退職')}`,
    );
    expect([left.status, left.body.status, left.body.keysToRevoke]).toEqual([200, 'left', [made.id]]);
    expect((await as(came.token).get('/v1/me')).status).toBe(401);
    expect((await test.call('GET', '/v1/status', undefined, { key: made.key })).status).toBe(200);
    expect((await as(operator.token).end(`/v1/people/${came.person}`)).body.keysToRevoke).toEqual([made.id]);
    const rows = await test.database.query('SELECT 1 FROM sessions WHERE person = $1', [came.person]);
    expect(rows).toEqual([]);
  });

  it('is asked for once per Idempotency-Key, and the link is in the first answer alone after its time', async () => {
    const ask = () =>
      as(operator.token).post(
        '/v1/people',
        { ...tanaka, roles: ['auditor'] },
        { idempotencyKey: 'invite-1' },
      );
    const [first, again] = [await ask(), await ask()];
    expect(again.body.id).toBe(first.body.id);
    await test.database.execute('DELETE FROM idempotency');
    const late = await ask();
    expect([late.status, late.body.id]).toEqual([201, first.body.id]);
    expect(late.body).not.toHaveProperty('invitation');
  });

  it.each([
    ['roles that are none', { ...tanaka, roles: ['contractor'] }, '/roles'],
    ['no roles', { ...tanaka, roles: [] }, '/roles'],
    ['an address that is none', { ...tanaka, email: 'a b@c', roles: ['auditor'] }, '/email'],
    ['rights', { ...tanaka, rights: ['read'], roles: ['auditor'] }, '/rights'],
  ])('%s: 422', async (_what, body, pointer) => {
    const call = await as(operator.token).post('/v1/people', body);
    expect([call.status, call.body.errors[0].pointer]).toEqual([422, pointer]);
  });

  it('a stale If-Match is 409, an empty change 422', async () => {
    const { id } = (await as(operator.token).post('/v1/people', { ...tanaka, roles: ['auditor'] })).body;
    const stale = await as(operator.token).patch(
      `/v1/people/${id}`,
      { name: '別名' },
      { headers: { 'if-match': '"0"' } },
    );
    expect([stale.status, stale.body.code]).toEqual([409, 'revision-mismatch']);
    expect((await as(operator.token).patch(`/v1/people/${id}`, { reason: 'x' })).status).toBe(422);
  });
});

describe('people of a contract', () => {
  it('are looked after by its administrators and by operators; those of others are not there', async () => {
    const [contract, another] = [test.contract(), test.contract()];
    const administrator = await addPasskey(test, await signInAdministrator(test, contract));
    const foreign = await signInAdministrator(test, another);
    const people = `/v1/contracts/${contract}/people`;
    const invited = await as(administrator.token).post(people, { ...tanaka, rights: ['read', 'ids'] });
    expect(invited.body).toMatchObject({ contract, rights: ['ids', 'read'], status: 'invited' });
    const came = await accept(test, invited);
    // A right is one right.
    expect((await as(came.token).get(people)).body.code).toBe('right-missing');
    expect((await as(came.token).get(`/v1/contracts/${contract}/keys`)).body.code).toBe('right-missing');
    await as(came.token).get(`/v1/contracts/${contract}/ids`);
    expect(test.services.last().actor).toMatchObject({
      role: 'contractor',
      contract,
      rights: ['ids', 'read'],
    });

    const unknown = 'per_06z1d3m001abcdefghjkmnpqrs';
    const answers = await Promise.all([
      as(foreign.token).get(`${people}/${came.person}`),
      as(administrator.token).get(`${people}/${unknown}`),
      as(administrator.token).get(`${people}/${foreign.person}`),
      as(administrator.token).patch(`${people}/${foreign.person}`, { name: 'x' }),
      as(administrator.token).end(`${people}/${foreign.person}`),
      as(administrator.token).get(`${people}/${operator.person}`),
      as(operator.token).get(`/v1/people/${came.person}`),
      as(operator.token).get('/v1/contracts/ctr_06z1d3m001abcdefghjkmnpqrs/people'),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 404));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect((await as(operator.token).get(people)).body.items).toHaveLength(2);
    expect((await as(operator.token).get(`/v1/people/${came.person}/sessions`)).body.items).toHaveLength(1);

    const last = await as(operator.token).patch(`${people}/${administrator.person}`, { rights: ['read'] });
    expect([last.status, last.body.code]).toEqual([409, 'last-administrator']);
    await as(administrator.token).patch(`${people}/${came.person}`, { rights: ['read'] });
    expect((await as(came.token).get('/v1/me')).body.person.rights).toEqual(['read']);
  });
});
