import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { OPERATOR_KEY, TestGateway } from '../testing/gateway.fixture.ts';
import {
  accept,
  addPasskey,
  laterOn,
  originOf,
  signInAdministrator,
  signInOperator,
  signInWith,
} from '../testing/person.fixture.ts';
import { SoftAuthenticator, type Faults } from '../testing/soft-authenticator.fixture.ts';

let test: TestGateway;
let operator: Awaited<ReturnType<typeof addPasskey>>;
beforeAll(async () => {
  test = await TestGateway.start();
  operator = await addPasskey(test, await signInOperator(test));
});
beforeEach(() => laterOn(test));
afterAll(() => test.close());

const post = (path: string, body: object, key: string | null = null) =>
  test.call('POST', path, body, { key });

describe('a passkey', () => {
  it('closes the way in by the operator key, and is the way in from then on', async () => {
    const closed = await post('/v1/sign-in/key', { key: OPERATOR_KEY });
    expect([closed.status, closed.body.code]).toEqual([403, 'keys-sign-in-no-more']);
    const signed = await signInWith(test, operator.phone);
    expect([signed.status, signed.body.person]).toEqual([201, operator.person]);
    expect(signed.headers.get('cache-control')).toBe('no-store');
    const me = await test.call('GET', '/v1/me', undefined, { key: signed.body.token });
    expect(me.body).toMatchObject({ person: { id: operator.person }, verified: true });
    const { items } = (await test.call('GET', '/v1/me/passkeys', undefined, { key: signed.body.token })).body;
    expect(items).toEqual([
      { id: operator.passkey, name: '電話', createdAt: expect.any(String), lastUsedAt: expect.any(String) },
    ]);
  });

  it('its options name the public address alone, ask for user verification, and no account', async () => {
    const { body } = await test.call(
      'POST',
      '/v1/sign-in/passkey',
      {},
      {
        key: null,
        headers: { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' },
      },
    );
    expect(body.options).toMatchObject({ rpId: 'localhost', userVerification: 'required' });
    expect(body.options.allowCredentials).toBeUndefined();
  });

  it.each<[string, Faults]>([
    ['of another origin', { origin: 'https://evil.example' }],
    ['by an address instead of the host', { origin: 'http://127.0.0.1:3000' }],
    ['to another challenge', { challenge: 'x'.repeat(43) }],
    ['without user verification', { unverified: true }],
    ['of a copy, whose counter stands still', { counterStays: true }],
    ['with a wrong signature', { wrongSignature: true }],
  ])('an answer %s does not sign in', async (_what, faults) => {
    // As far as the authenticator has counted, so has the server.
    expect((await signInWith(test, operator.phone)).status).toBe(201);
    const begun = (await post('/v1/sign-in/passkey', {})).body;
    const response = operator.phone.get(begun.options, faults);
    const call = await post('/v1/sign-in/passkey', { challenge: begun.challenge, response });
    expect([call.status, call.body.code]).toEqual([401, 'sign-in-failed']);
  });

  it('an answer counts once, of 20 at once too, and not after five minutes', async () => {
    const begun = (await post('/v1/sign-in/passkey', {})).body;
    const ended = { challenge: begun.challenge, response: operator.phone.get(begun.options) };
    const tries = await Promise.all(Array.from({ length: 20 }, () => post('/v1/sign-in/passkey', ended)));
    expect(tries.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(tries.filter(({ status }) => status === 401)).toHaveLength(19);
    const late = (await post('/v1/sign-in/passkey', {})).body;
    test.ahead += 5 * 60_000;
    const over = { challenge: late.challenge, response: operator.phone.get(late.options) };
    expect((await post('/v1/sign-in/passkey', over)).status).toBe(401);
  });

  it('unknown credentials, foreign challenges and broken answers are one answer', async () => {
    const begin = async () => (await post('/v1/sign-in/passkey', {})).body;
    const [one, two, three] = [await begin(), await begin(), await begin()];
    const stranger = new SoftAuthenticator(originOf(test));
    stranger.create({ rp: { id: 'localhost' }, user: { id: 'x' }, challenge: one.challenge });
    const calls = [
      await post('/v1/sign-in/passkey', { challenge: one.challenge, response: stranger.get(one.options) }),
      // Another browser's challenge: who did not begin cannot end.
      await post('/v1/sign-in/passkey', {
        challenge: two.challenge,
        response: operator.phone.get(three.options),
      }),
      await post('/v1/sign-in/passkey', {
        challenge: three.challenge,
        response: { id: 'x', rawId: 'x', type: 'public-key', response: {} },
      }),
      await post('/v1/sign-in/passkey', {
        challenge: 'y'.repeat(43),
        response: { id: 'x', rawId: 'x', type: 'public-key', response: {} },
      }),
    ];
    expect(new Set(calls.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect((await post('/v1/sign-in/passkey', { challenge: 'y'.repeat(43) })).status).toBe(422);
  });

  it('of who is suspended does not sign in, and does again afterwards', async () => {
    const admin = (await signInWith(test, operator.phone)).body.token;
    const invited = await post(
      '/v1/people',
      { name: '次', email: 'n@example.co.jp', roles: ['auditor'] },
      admin,
    );
    const came = await addPasskey(test, await accept(test, invited));
    const set = (status: string) =>
      test.call('PATCH', `/v1/people/${came.person}`, { status }, { key: admin });
    await set('suspended');
    expect((await signInWith(test, came.phone)).status).toBe(401);
    await set('active');
    expect((await signInWith(test, came.phone)).status).toBe(201);
    await test.call('DELETE', `/v1/people/${came.person}`, undefined, { key: admin });
    expect((await signInWith(test, came.phone)).status).toBe(401);
    expect(await test.database.query('SELECT 1 FROM passkeys WHERE person = $1', [came.person])).toEqual([]);
  });

  it('the last one stays, and one of another person is not there', async () => {
    const other = await addPasskey(test, await signInAdministrator(test, test.contract()));
    const last = await test.call('DELETE', `/v1/me/passkeys/${other.passkey}`, undefined, {
      key: other.token,
    });
    expect([last.status, last.body.code]).toEqual([409, 'last-way-in']);
    const foreign = await test.call('DELETE', `/v1/me/passkeys/${operator.passkey}`, undefined, {
      key: other.token,
    });
    expect(foreign.status).toBe(404);
  });
});

describe('showing again who one is', () => {
  const act = (key: string) => post('/v1/keys', { role: 'auditor' }, key);

  it('acts of weight want it within five minutes; the session goes on under another secret', async () => {
    const { token } = (await signInWith(test, operator.phone)).body;
    expect((await act(token)).status).toBe(201);
    test.ahead += 5 * 60_000;
    const refused = await act(token);
    expect([refused.status, refused.body.code]).toEqual([403, 'step-up-required']);
    const begun = (await post('/v1/step-up', {}, token)).body;
    expect(begun.options.allowCredentials).toHaveLength(1);
    const ended = { challenge: begun.challenge, response: operator.phone.get(begun.options) };
    const shown = await post('/v1/step-up', ended, token);
    expect(shown.status).toBe(201);
    expect((await act(token)).status).toBe(401);
    expect((await act(shown.body.token)).status).toBe(201);
  });

  it('another session’s challenge, another person’s passkey and one without verification show nothing', async () => {
    const [one, two] = [
      (await signInWith(test, operator.phone)).body.token,
      (await signInWith(test, operator.phone)).body.token,
    ];
    const begun = (await post('/v1/step-up', {}, one)).body;
    const ended = { challenge: begun.challenge, response: operator.phone.get(begun.options) };
    expect((await post('/v1/step-up', ended, two)).status).toBe(403);
    const other = await addPasskey(test, await signInAdministrator(test, test.contract()));
    const again = (await post('/v1/step-up', {}, one)).body;
    const { allowCredentials: _any, ...options } = again.options;
    const foreign = await post(
      '/v1/step-up',
      { challenge: again.challenge, response: other.phone.get(options) },
      one,
    );
    expect([foreign.status, foreign.body.code]).toEqual([403, 'proof-refused']);
    const third = (await post('/v1/step-up', {}, one)).body;
    const unverified = operator.phone.get(third.options, { unverified: true });
    expect(
      (await post('/v1/step-up', { challenge: third.challenge, response: unverified }, one)).status,
    ).toBe(403);
  });

  it('a first passkey needs none, a second does; so does a recovery code', async () => {
    const first = await signInAdministrator(test, test.contract());
    const person = await addPasskey(test, first);
    // A stolen copy of the first secret adds nothing.
    expect((await post('/v1/me/passkeys', {}, first.token)).status).toBe(401);
    const code = await post('/v1/me/recovery-code', {}, person.token);
    expect([code.status, code.body.code]).toEqual([
      201,
      expect.stringMatching(/^([0-9a-z]{5}-){3}[0-9a-z]{5}$/),
    ]);
    const stored = JSON.stringify(await test.database.query('SELECT * FROM recovery_codes'));
    expect(stored).not.toContain(code.body.code.slice(0, 5));
    test.ahead += 5 * 60_000;
    expect((await post('/v1/me/passkeys', {}, person.token)).body.code).toBe('step-up-required');
    expect((await post('/v1/me/recovery-code', {}, person.token)).body.code).toBe('step-up-required');
  });
});
