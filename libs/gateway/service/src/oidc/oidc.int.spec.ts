import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CLIENT, freePort, IdentityProvider } from '@smartkey/servers';
import { TestGateway } from '../testing/gateway.fixture.ts';
import {
  accept,
  addPasskey,
  laterOn,
  signInOperator,
  signInWith,
  type SignedInPerson,
} from '../testing/person.fixture.ts';

let test: TestGateway;
let corp: IdentityProvider;
let other: IdentityProvider;
let operator: Awaited<ReturnType<typeof addPasskey>>;
/** Bound to the account `sub-1` at the first provider. */
let member: SignedInPerson;

beforeAll(async () => {
  const publicUrl = `http://localhost:${await freePort()}`;
  const callback = `${publicUrl}/portal/oidc/callback`;
  [corp, other] = await Promise.all([IdentityProvider.start(callback), IdentityProvider.start(callback)]);
  test = await TestGateway.start({
    SMARTKEY_PUBLIC_URL: publicUrl,
    SMARTKEY_OIDC_PROVIDERS: JSON.stringify([
      { id: 'corp', name: '社内ID', issuer: corp.issuer, ...CLIENT },
      { id: 'other', name: '別のID', issuer: other.issuer, ...CLIENT },
    ]),
  });
  operator = await addPasskey(test, await signInOperator(test), publicUrl);
  const invited = await post(
    '/v1/people',
    { name: '次', email: 'n@example.co.jp', roles: ['operator'] },
    operator.token,
  );
  member = await accept(test, invited);
  const bound = await finish('/v1/me/providers', 'corp', corp, member.token);
  expect([bound.status, bound.body]).toEqual([
    201,
    { provider: 'corp', name: '社内ID', boundAt: expect.any(String) },
  ]);
});
beforeEach(() => laterOn(test));
afterAll(async () => {
  await test.close();
  await corp.close();
  await other.close();
});

const post = (path: string, body: object, key: string | null = null) =>
  test.call('POST', path, body, { key });

/** A whole flow: begin, visit the provider, end. */
async function finish(path: string, provider: string, at: IdentityProvider, key: string | null = null) {
  const begun = await post(path, { provider }, key);
  const callback = await at.visit(begun.body.url as string);
  return post(path, { challenge: begun.body.challenge, callback }, key);
}
const SIGN_IN = '/v1/sign-in/oidc';

describe('OpenID Connect', () => {
  it('lists its providers, and signs in by an account that its person bound', async () => {
    const listed = await test.call('GET', SIGN_IN, undefined, { key: null });
    expect(listed.body.items).toEqual([
      { id: 'corp', name: '社内ID' },
      { id: 'other', name: '別のID' },
    ]);
    expect(listed.text).not.toContain(CLIENT.clientSecret);
    const signed = await finish(SIGN_IN, 'corp', corp);
    expect([signed.status, signed.body.person]).toEqual([201, member.person]);
  });

  it('asks with PKCE, state, nonce, and comes back to the public address', async () => {
    const { body } = await post(SIGN_IN, { provider: 'corp' });
    const asked = new URL(body.url as string).searchParams;
    expect(Object.fromEntries(asked)).toMatchObject({
      response_type: 'code',
      code_challenge_method: 'S256',
      redirect_uri: expect.stringMatching(/^http:\/\/localhost:\d+\/portal\/oidc\/callback$/),
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
    });
    // Nothing of it lies in the database.
    const stored = JSON.stringify(await test.database.query('SELECT * FROM challenges'));
    for (const secret of [asked.get('state')!, asked.get('nonce')!, body.challenge as string])
      expect(stored).not.toContain(secret);
  });

  it('an account that nobody bound, and the same subject at another provider, do not sign in', async () => {
    corp.account = 'sub-of-nobody';
    expect((await finish(SIGN_IN, 'corp', corp)).status).toBe(401);
    corp.account = 'sub-1';
    other.account = 'sub-1';
    expect((await finish(SIGN_IN, 'other', other)).status).toBe(401);
  });

  it.each<[string, (query: URLSearchParams) => void]>([
    ['another state', (query) => query.set('state', 'x'.repeat(43))],
    ['no state', (query) => query.delete('state')],
    ['another issuer (mix-up, RFC 9207)', (query) => query.set('iss', 'https://evil.example')],
    ['no issuer (mix-up, RFC 9207)', (query) => query.delete('iss')],
    ['another code', (query) => query.set('code', 'x')],
    ['an error', (query) => query.set('error', 'access_denied')],
  ])('an answer with %s does not sign in', async (_what, spoil) => {
    const begun = (await post(SIGN_IN, { provider: 'corp' })).body;
    const query = new URLSearchParams(await corp.visit(begun.url as string));
    spoil(query);
    const call = await post(SIGN_IN, { challenge: begun.challenge, callback: query.toString() });
    expect([call.status, call.body.code]).toEqual([401, 'sign-in-failed']);
  });

  it.each<[string, (asked: URLSearchParams) => void]>([
    ['another nonce', (asked) => asked.set('nonce', 'x'.repeat(43))],
    ['no nonce', (asked) => asked.delete('nonce')],
    ['another code challenge', (asked) => asked.set('code_challenge', 'x'.repeat(43))],
  ])('a question that was changed to have %s does not sign in', async (_what, change) => {
    const begun = (await post(SIGN_IN, { provider: 'corp' })).body;
    const asked = new URL(begun.url as string);
    change(asked.searchParams);
    const callback = await corp.visit(asked.href);
    expect(new URLSearchParams(callback).get('code')).not.toBeNull();
    const call = await post(SIGN_IN, { challenge: begun.challenge, callback });
    expect([call.status, call.body.code]).toEqual([401, 'sign-in-failed']);
  });

  it('an answer to another browser’s question does not sign in (login fixation), nor one twice', async () => {
    const [attacker, victim] = [
      (await post(SIGN_IN, { provider: 'corp' })).body,
      (await post(SIGN_IN, { provider: 'corp' })).body,
    ];
    const callback = await corp.visit(attacker.url as string);
    expect((await post(SIGN_IN, { challenge: victim.challenge, callback })).status).toBe(401);
    const ended = { challenge: attacker.challenge, callback };
    const tries = await Promise.all(Array.from({ length: 5 }, () => post(SIGN_IN, ended)));
    expect(tries.map(({ status }) => status).sort()).toEqual([201, 401, 401, 401, 401]);
  });

  it('an answer of one provider given to the question of another does not sign in (mix-up)', async () => {
    const [one, two] = [
      (await post(SIGN_IN, { provider: 'corp' })).body,
      (await post(SIGN_IN, { provider: 'other' })).body,
    ];
    const callback = await corp.visit(one.url as string);
    expect((await post(SIGN_IN, { challenge: two.challenge, callback })).status).toBe(401);
  });

  it('shows again who one is by signing in there anew; another account shows nothing', async () => {
    const { token } = (await finish(SIGN_IN, 'corp', corp)).body;
    expect((await post('/v1/keys', { role: 'auditor' }, token)).body.code).toBe('step-up-required');
    const begun = await post('/v1/step-up', { provider: 'corp' }, token);
    expect(new URL(begun.body.url as string).searchParams.get('max_age')).toBe('0');
    const shown = await finish('/v1/step-up', 'corp', corp, token);
    expect(shown.status).toBe(201);
    expect((await post('/v1/keys', { role: 'auditor' }, shown.body.token)).status).toBe(201);
    // Whoever holds the browser may take out of the question that the sign-in has to be a new one: that shows nothing.
    const tame = (await post('/v1/step-up', { provider: 'corp' }, shown.body.token)).body;
    const asked = new URL(tame.url as string);
    asked.searchParams.delete('max_age');
    const answer = { challenge: tame.challenge, callback: await corp.visit(asked.href) };
    expect((await post('/v1/step-up', answer, shown.body.token)).body.code).toBe('proof-refused');
    corp.account = 'sub-of-nobody';
    const foreign = await finish('/v1/step-up', 'corp', corp, shown.body.token);
    corp.account = 'sub-1';
    expect([foreign.status, foreign.body.code]).toEqual([403, 'proof-refused']);
  });

  it('an account is one person’s, and the last way in stays', async () => {
    const { token } = (await signInWith(test, operator.phone)).body;
    const taken = await finish('/v1/me/providers', 'corp', corp, token);
    expect([taken.status, taken.body.code]).toEqual([409, 'account-bound']);
    const { token: mine } = (await finish(SIGN_IN, 'corp', corp)).body;
    const shown = (await finish('/v1/step-up', 'corp', corp, mine)).body.token;
    const last = await test.call('DELETE', '/v1/me/providers/corp', undefined, { key: shown });
    expect([last.status, last.body.code]).toEqual([409, 'last-way-in']);
  });

  it('an account is taken away by its provider’s name, or by its issuer where no setting names it any more', async () => {
    const { token } = (await signInWith(test, operator.phone)).body;
    for (const named of ['other', `gone-${Buffer.from(other.issuer).toString('base64url')}`]) {
      other.account = 'sub-of-operator';
      expect((await finish('/v1/me/providers', 'other', other, token as string)).status).toBe(201);
      const gone = await test.call('DELETE', `/v1/me/providers/${named}`, undefined, { key: token });
      expect([named, gone.status]).toEqual([named, 200]);
    }
    const none = await test.call('DELETE', '/v1/me/providers/nobody', undefined, { key: token });
    expect(none.status).toBe(404);
    expect((await finish(SIGN_IN, 'other', other)).status).toBe(401);
  });

  it('subjects stand sealed or digested, and a provider that is gone is 503', async () => {
    const stored = JSON.stringify([
      await test.database.query('SELECT * FROM provider_accounts'),
      await test.database.query('SELECT data FROM event_log'),
    ]);
    expect(stored).not.toContain('sub-1');
    const begun = (await post(SIGN_IN, { provider: 'other' })).body;
    const callback = await other.visit(begun.url as string);
    await other.close();
    expect((await post(SIGN_IN, { challenge: begun.challenge, callback })).status).toBe(503);
    expect((await post(SIGN_IN, { provider: 'nobody' })).status).toBe(422);
  });
});
