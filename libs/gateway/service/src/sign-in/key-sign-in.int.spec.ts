import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OPERATOR_KEY, TestGateway } from '../testing/gateway.fixture.ts';

let test: TestGateway;
beforeAll(async () => {
  test = await TestGateway.start();
});
afterAll(() => test.close());

const HOUR = 3_600_000;
const signIn = (key: string) => test.call('POST', '/v1/sign-in/key', { key }, { key: null });
const me = (token: string) => test.call('GET', '/v1/me', undefined, { key: token });

describe('the first way in: the link of the terminal', () => {
  const byLink = (token: string) => test.call('POST', '/v1/sign-in/first', { token }, { key: null });
  const made = async () => new URL((await test.gateway.firstLink())!).searchParams.get('token')!;

  it('lets in once, within 15 minutes, whoever then says who that is; its hash alone is stored', async () => {
    const link = new URL((await test.gateway.firstLink())!);
    expect(link.pathname).toBe('/portal/first');
    const token = link.searchParams.get('token')!;
    const stored = JSON.stringify(await test.database.query('SELECT * FROM challenges'));
    expect(stored).not.toContain(token);
    const tries = await Promise.all([byLink(token), byLink(token), byLink(token)]);
    expect(tries.map(({ status }) => status).sort()).toEqual([201, 410, 410]);
    const begun = tries.find(({ status }) => status === 201)!.body;
    expect((await me(begun.token)).body).toMatchObject({ person: null, contract: null });
    const late = await made();
    test.ahead += HOUR / 4;
    expect((await byLink(late)).status).toBe(410);
    expect((await byLink('x'.repeat(43))).status).toBe(410);
    // Nor is it good for anything else.
    expect((await signIn(await made())).status).toBe(401);
  });
});

describe('the first way in: an access key', () => {
  it('a contract’s key lets in its first administrator, and nobody after', async () => {
    const contract = test.contract();
    const { key, id } = await test.keyOf(contract, 'contractor');
    const begun = await signIn(key);
    expect([begun.status, begun.body.person]).toEqual([201, null]);
    expect(begun.headers.get('cache-control')).toBe('no-store');
    const { token: newcomer } = begun.body;
    expect((await me(newcomer)).body).toMatchObject({ person: null, contract, verified: false });
    // A newcomer may say who that is, and nothing else.
    expect((await test.call('GET', `/v1/contracts/${contract}`, undefined, { key: newcomer })).status).toBe(
      200,
    );
    expect(test.services.last().actor).toMatchObject({ role: 'newcomer', contract });
    expect(
      (await test.call('GET', `/v1/contracts/${contract}/keys`, undefined, { key: newcomer })).status,
    ).toBe(403);

    const known = await test.call(
      'POST',
      '/v1/me',
      { name: '鈴木花子', email: 'hanako@example.co.jp' },
      { key: newcomer },
    );
    expect([known.status, known.body.id]).toEqual([201, begun.body.id]);
    const { token, person } = known.body;
    // The session goes on under another secret: whoever knew the first knows nothing any more.
    expect((await me(newcomer)).status).toBe(401);
    expect((await me(token)).body.person).toEqual({
      id: person,
      name: '鈴木花子',
      email: 'hanako@example.co.jp',
      status: 'active',
      contract,
      rights: ['administer', 'ids', 'billing', 'read'],
      revision: 0,
    });
    await test.call('GET', `/v1/contracts/${contract}`, undefined, { key: token });
    expect(test.services.last().actor).toEqual({
      role: 'contractor',
      key: begun.body.id,
      contract,
      person: { id: person, revision: 0 },
      rights: ['administer', 'ids', 'billing', 'read'],
      verified: false,
    });
    const again = await signIn(key);
    expect([again.status, again.body.code]).toEqual([403, 'keys-sign-in-no-more']);
    // Of two who began while it was open, the second comes too late.
    expect((await test.call('DELETE', `/v1/keys/${id}`)).status).toBe(200);
    expect((await me(token)).status).toBe(200);
  });

  it('of 10 newcomers at once one becomes the administrator', async () => {
    const { key } = await test.keyOf(test.contract(), 'contractor');
    const begun = await Promise.all(Array.from({ length: 10 }, () => signIn(key)));
    const made = await Promise.all(
      begun.map(({ body }, n) =>
        test.call('POST', '/v1/me', { name: `人${n}`, email: `p${n}@example.co.jp` }, { key: body.token }),
      ),
    );
    expect(made.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 9 }, () => 403)]);
  });

  it('a revoked key lets nobody in, and a newcomer who came with it gets no further', async () => {
    const { key, id } = await test.keyOf(test.contract(), 'contractor');
    const { token } = (await signIn(key)).body;
    await test.call('DELETE', `/v1/keys/${id}`);
    expect((await signIn(key)).status).toBe(401);
    const late = await test.call(
      'POST',
      '/v1/me',
      { name: '遅い', email: 'late@example.co.jp' },
      { key: token },
    );
    expect(late.status).toBe(401);
  });

  it.each(['service-provider', 'finance', 'auditor'])('a key of role %s never', async (role) => {
    const made =
      role === 'service-provider'
        ? await test.keyOf(test.contract(), role)
        : (await test.call('POST', '/v1/keys', { role })).body;
    expect((await signIn(made.key)).status).toBe(403);
  });

  it('the operator key lets in the first operator, and that one again until there is a passkey', async () => {
    test.ahead += HOUR;
    const { token: newcomer } = (await signIn(OPERATOR_KEY)).body;
    const { token, person } = (
      await test.call('POST', '/v1/me', { name: '田中', email: 'tanaka@example.co.jp' }, { key: newcomer })
    ).body;
    expect((await signIn(OPERATOR_KEY)).body.person).toBe(person);
    const sessions = await test.call('GET', '/v1/sessions', undefined, { key: token });
    expect(sessions.body.items.map(({ current }: { current: boolean }) => current).sort()).toEqual([
      false,
      true,
    ]);
  });

  it('names and addresses stand sealed, in rows and in the log', async () => {
    const text = JSON.stringify([
      await test.database.query('SELECT * FROM people'),
      await test.database.query('SELECT data FROM event_log'),
    ]);
    expect(text).not.toContain('鈴木花子');
    expect(text).not.toContain('hanako@');
    expect(test.logged.join('\n')).not.toContain('hanako@');
  });

  it('an unreadable body, a broken address, a key that is none', async () => {
    test.ahead += HOUR;
    expect((await test.call('POST', '/v1/sign-in/key', {}, { key: null })).status).toBe(422);
    expect((await signIn('smk_none')).status).toBe(401);
    expect((await signIn('x y')).status).toBe(422);
    const { token } = (await signIn((await test.keyOf(test.contract(), 'contractor')).key)).body;
    const broken = await test.call('POST', '/v1/me', { name: 'A', email: 'no address' }, { key: token });
    expect([broken.status, broken.body.errors[0].pointer]).toEqual([422, '/email']);
  });
});

describe('a session', () => {
  let token: string;
  let id: string;
  beforeAll(async () => {
    test.ahead += HOUR;
    ({ token, id } = (await signIn(OPERATOR_KEY)).body);
  });

  it('is a bearer like a key: hashed, and no other spelling of it', async () => {
    expect(token).toMatch(/^ses_[\w-]{12}_[\w-]{43}$/);
    const stored = JSON.stringify(await test.database.query('SELECT * FROM sessions'));
    expect(stored).not.toContain(token.slice(17));
    for (const wrong of [`${token}x`, token.slice(0, -1), `${token.slice(0, -1)}!`, id])
      expect((await me(wrong)).status).toBe(401);
  });

  it('says by which browser it was used last, and of a program nothing', async () => {
    const listed = async (agent: string) => {
      const headers = { 'user-agent': agent };
      const { body } = await test.call('GET', '/v1/sessions', undefined, { key: token, headers });
      return (body.items as { current: boolean; agent: string | null }[]).find(({ current }) => current)
        ?.agent;
    };
    expect(await listed('a-program/1.0')).toBeNull();
    expect(await listed('Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0')).toBe(
      'Firefox, Linux',
    );
    expect(await listed('a-program/1.0')).toBe('Firefox, Linux');
  });

  it('a cookie is no credential', async () => {
    const call = await test.call('GET', '/v1/me', undefined, {
      key: null,
      headers: { cookie: `smartkey=${token}` },
    });
    expect(call.status).toBe(401);
  });

  it('ends when it is idle for an hour, goes on when it is used, and ends after 24 hours', async () => {
    const { token: idle } = (await signIn(OPERATOR_KEY)).body;
    const { token: used } = (await signIn(OPERATOR_KEY)).body;
    test.ahead += 0.9 * HOUR;
    expect((await me(used)).status).toBe(200);
    test.ahead += 0.2 * HOUR;
    expect((await me(idle)).status).toBe(401);
    for (let hours = 1.1; hours < 23.9; hours += 0.9) {
      expect((await me(used)).status).toBe(200);
      test.ahead += 0.9 * HOUR;
    }
    test.ahead += 0.5 * HOUR;
    expect((await me(used)).status).toBe(401);
  });

  it('a jump of business time ends none', async () => {
    const { token: kept } = (await signIn(OPERATOR_KEY)).body;
    test.clock.set('2030-01-01T00:00:00.000Z');
    expect((await me(kept)).status).toBe(200);
  });

  it('is ended by its person and by an operator; a stolen copy is worth nothing from then on', async () => {
    test.ahead += HOUR;
    const { token: mine, id: its } = (await signIn(OPERATOR_KEY)).body;
    const ended = await test.call('DELETE', `/v1/sessions/${its}`, undefined, { key: mine });
    expect(ended.body).toEqual({ id: its, ended: true });
    expect((await me(mine)).status).toBe(401);
  });

  it('of another person is not there for others than operators', async () => {
    const tokens = await Promise.all(
      [1, 2].map(async (n) => {
        const { key } = await test.keyOf(test.contract(), 'contractor');
        const { token: newcomer } = (await signIn(key)).body;
        const form = { name: `人${n}`, email: `q${n}@example.co.jp` };
        return (await test.call('POST', '/v1/me', form, { key: newcomer })).body;
      }),
    );
    const [one, other] = tokens;
    const end = (of: string, by: string) => test.call('DELETE', `/v1/sessions/${of}`, undefined, { key: by });
    const foreign = await end(other.id, one.token);
    const unknown = await end('ses_06z1d3m001abcdefghjkmnpqrs', one.token);
    expect([foreign.status, unknown.status]).toEqual([404, 404]);
    expect(foreign.body).toEqual(unknown.body);
    expect((await me(other.token)).status).toBe(200);
    const { token: operator } = (await signIn(OPERATOR_KEY)).body;
    expect((await end(other.id, operator)).status).toBe(200);
    expect((await me(other.token)).status).toBe(401);
  });
});

describe('sign-ins by address', () => {
  it('20 a minute, counted over all gateways before the key is looked at; others still get in', async () => {
    const sibling = await test.sibling({
      SMARTKEY_VISITOR_TOKEN: 'a token that only the portal knows..'.replaceAll(' ', '-'),
    });
    const second = await sibling.another();
    const from = (address: string, url: string, token = 'a-token-that-only-the-portal-knows..') =>
      fetch(`${url}/v1/sign-in/key`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'smartkey-visitor-address': address,
          'smartkey-visitor-token': token,
        },
        body: JSON.stringify({ key: 'smk_guess' }),
      });
    const tries = await Promise.all(
      Array.from({ length: 200 }, (_, n) =>
        from('192.0.2.1', n % 2 === 0 ? sibling.gateway.url : second.url),
      ),
    );
    // Over the end of a minute there may be twice as many.
    const looked = tries.filter(({ status }) => status === 401).length;
    expect([20, 40]).toContain(looked);
    expect(tries.every(({ status }) => status === 401 || status === 429)).toBe(true);
    expect(tries.find(({ status }) => status === 429)!.headers.get('retry-after')).toMatch(/^\d+$/);
    expect((await from('192.0.2.2', second.url)).status).toBe(401);
    // A hundred stale cookies of one visitor hold up neither others nor that visitor's living session.
    const visit = (address: string, bearer: string) =>
      fetch(`${second.url}/v1/me`, {
        headers: {
          authorization: `Bearer ${bearer}`,
          'smartkey-visitor-address': address,
          'smartkey-visitor-token': 'a-token-that-only-the-portal-knows..',
        },
      });
    const begun = await sibling.call('POST', '/v1/sign-in/key', { key: OPERATOR_KEY }, { key: null });
    const stale = await Promise.all(
      Array.from({ length: 150 }, (_, n) =>
        visit('203.0.113.7', `ses_${String(n).padStart(12, 'x')}_${'y'.repeat(43)}`),
      ),
    );
    expect(new Set(stale.map(({ status }) => status))).toEqual(new Set([401, 429]));
    expect((await visit('203.0.113.7', begun.body.token as string)).status).toBe(200);
    expect((await visit('203.0.113.8', 'ses_none')).status).toBe(401);
    // Who cannot vouch counts as itself.
    const strangers = await Promise.all(
      Array.from({ length: 60 }, (_, n) => from(`198.51.100.${n}`, second.url, 'another token')),
    );
    expect(strangers.some(({ status }) => status === 429)).toBe(true);
    await second.close();
    await sibling.close();
  });
});
