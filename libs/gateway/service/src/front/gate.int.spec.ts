import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { actorHeader } from '@smartkey/http';
import { until } from '@smartkey/testing';
import { KeyStore } from '../keys/key-store.ts';
import { TestGateway, TOKEN, type Call } from '../testing/gateway.fixture.ts';

let test: TestGateway;
beforeAll(async () => {
  test = await TestGateway.start({ SMARTKEY_RATE_BURST: '40', SMARTKEY_RATE_PER_SECOND: '1' });
});
afterAll(() => test.close());

const refused = (call: Call, status: number, code: string): void => {
  expect(call.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  expect(call.body).toMatchObject({ status, code });
  expect(call.status).toBe(status);
};

describe('who gets in', () => {
  it.each([
    ['no key', {}],
    ['an empty one', { authorization: 'Bearer ' }],
    ['another scheme', { authorization: 'Basic dXNlcjpwYXNz' }],
    ['an unknown key', { authorization: `Bearer smk_${'a'.repeat(12)}_${'b'.repeat(43)}` }],
    ['the operator key with a letter more', { authorization: 'Bearer the-operator-key-of-these-testsX' }],
    ['a key as a query', { 'x-api-key': 'the-operator-key-of-these-tests' }],
  ])('%s is 401, told how', async (_name, headers) => {
    const call = await test.call('GET', '/v1/contracts', undefined, { key: null, headers });
    refused(call, 401, 'unauthenticated');
    expect(call.headers.get('www-authenticate')).toBe('Bearer realm="smartkey"');
  });

  it('an unknown address under /v1 is 401 without a key, and its body is not read', async () => {
    refused(await test.call('POST', '/v1/nothing', { a: 1 }, { key: null }), 401, 'unauthenticated');
  });

  it('a client’s own internal headers are dropped', async () => {
    const contract = test.contract();
    const { key, id } = await test.keyOf(contract, 'contractor');
    await test.call('GET', `/v1/contracts/${contract}`, undefined, {
      key,
      headers: {
        'x-smartkey-actor': actorHeader({ role: 'operator', key: 'forged' }),
        'x-smartkey-token': 'forged',
        'x-smartkey-command-id': 'forged',
        'x-forwarded-for': '1.2.3.4',
        cookie: 'a=b',
        'x-http-method-override': 'DELETE',
      },
    });
    const { actor, headers, method } = test.services.last();
    expect(actor).toEqual({ role: 'contractor', key: id, contract });
    expect(method).toBe('GET');
    expect(headers['x-smartkey-token']).toBe(TOKEN);
    expect(headers['x-smartkey-command-id']).toBeUndefined();
    for (const dropped of ['authorization', 'cookie', 'x-forwarded-for', 'x-http-method-override'])
      expect(headers[dropped]).toBeUndefined();
  });

  it('a revoked key fails from the next request on', async () => {
    const contract = test.contract();
    const { key, id } = await test.keyOf(contract, 'contractor');
    expect((await test.call('GET', '/v1/status', undefined, { key })).status).toBe(200);
    expect((await test.call('DELETE', `/v1/keys/${id}`)).status).toBe(200);
    refused(await test.call('GET', '/v1/status', undefined, { key }), 401, 'unauthenticated');
  });

  it('a revocation at one gateway holds at another', async () => {
    const { key, id } = await test.keyOf(test.contract(), 'contractor');
    const another = await test.another();
    const there = () => fetch(`${another.url}/v1/status`, { headers: { authorization: `Bearer ${key}` } });
    expect((await there()).status).toBe(200);
    await test.call('DELETE', `/v1/keys/${id}`);
    expect((await there()).status).toBe(401);
    await another.close();
  });

  it('a key fails from its expiry on, by business time', async () => {
    const { body } = await test.call('POST', '/v1/keys', {
      role: 'auditor',
      expiresAt: '2018-01-02T00:00:00+09:00',
    });
    test.clock.set('2018-01-01T14:59:59.999Z');
    expect((await test.call('GET', '/v1/status', undefined, { key: body.key })).status).toBe(200);
    test.clock.set('2018-01-01T15:00:00.000Z');
    refused(await test.call('GET', '/v1/status', undefined, { key: body.key }), 401, 'unauthenticated');
  });
});

describe('limits', () => {
  it('each key has its own; beyond it 429 with Retry-After, and nothing is handed on', async () => {
    const { key } = await test.keyOf(test.contract(), 'service-provider');
    const before = test.services.seen.length;
    const calls: Call[] = [];
    for (let n = 0; n < 50; n += 1) calls.push(await test.call('GET', '/v1/contracts', undefined, { key }));
    const first = calls[0]!;
    expect([first.headers.get('ratelimit-limit'), first.headers.get('ratelimit-remaining')]).toEqual([
      '40',
      '39',
    ]);
    const limited = calls.filter(({ status }) => status === 429);
    expect(limited.length).toBeGreaterThan(0);
    refused(limited[0]!, 429, 'rate-limited');
    expect(Number(limited[0]!.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(test.services.seen.length - before).toBe(50 - limited.length);
    const other = await test.keyOf(test.contract(), 'service-provider');
    expect((await test.call('GET', '/v1/contracts', undefined, { key: other.key })).status).toBe(200);
  });

  it('an address that guesses keys is told to wait; a valid key gets in, seen before or not, also after a restart', async () => {
    const guessing = await test.sibling({
      SMARTKEY_FAILED_KEYS_BURST: '5',
      SMARTKEY_FAILED_KEYS_PER_MINUTE: '1',
    });
    const statusWith = async (key: string): Promise<number> =>
      (await guessing.call('GET', '/v1/status', undefined, { key })).status;
    const guess = (): string => `smk_${randomBytes(9).toString('base64url')}_${'b'.repeat(43)}`;
    try {
      const seen = await guessing.keyOf(guessing.contract(), 'contractor');
      const unseen = await guessing.keyOf(guessing.contract(), 'contractor');
      expect(await statusWith(seen.key)).toBe(200);
      for (let round = 0; round < 2; round += 1) {
        const statuses: number[] = [];
        for (let n = 0; n < 8; n += 1) statuses.push(await statusWith(guess()));
        expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429, 429]);
        const call = await guessing.call('GET', '/v1/status', undefined, { key: 'guess' });
        refused(call, 429, 'rate-limited');
        expect(Number(call.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
        const wrong = unseen.key.replace(/.{4}$/, 'AAAA');
        expect(await statusWith(wrong)).toBe(429);
        expect(await Promise.all([statusWith(seen.key), statusWith(unseen.key)])).toEqual([200, 200]);
        expect((await guessing.call('GET', '/v1/status')).status).toBe(200);
        await guessing.call('DELETE', `/v1/keys/${unseen.id}`);
        expect(await statusWith(unseen.key)).toBe(429);
        if (round === 0) {
          Object.assign(unseen, await guessing.keyOf(guessing.contract(), 'contractor'));
          await guessing.restart();
        }
      }
    } finally {
      await guessing.close();
    }
  });

  it('what guessing costs is bounded: many unknown keys are looked up in few questions to the database', async () => {
    const guessing = await test.sibling({
      SMARTKEY_FAILED_KEYS_BURST: '1',
      SMARTKEY_FAILED_KEYS_PER_MINUTE: '1',
    });
    const { database } = guessing;
    const really = database.query.bind(database);
    const query = jest.spyOn(database, 'query');
    const identify = jest.spyOn(KeyStore.prototype, 'identify');
    try {
      const { key } = await guessing.keyOf(guessing.contract(), 'contractor');
      const guess = (): string => `smk_${randomBytes(9).toString('base64url')}_${'b'.repeat(43)}`;
      const ask = async (of: string): Promise<number> =>
        (await guessing.call('GET', '/v1/status', undefined, { key: of })).status;
      await ask(guess());
      await ask(guess());
      const asking = [...Array.from({ length: 300 }, guess), key];
      const isLookUp = (text: string): boolean => text.includes('FROM keys WHERE prefix');
      identify.mockClear();
      query.mockClear();
      // The first question gets no answer before all others have been asked.
      query.mockImplementation(async (text, values) => {
        if (isLookUp(text)) await until(() => identify.mock.calls.length >= asking.length);
        return really(text, values);
      });
      const answers = await Promise.all(asking.map(ask));
      expect(answers.slice(0, -1).every((status) => status === 429)).toBe(true);
      expect(answers.at(-1)).toBe(200);
      // One where all have come before the look-ups' pause was over.
      expect(query.mock.calls.filter(([text]) => isLookUp(text)).length).toBeLessThanOrEqual(2);
    } finally {
      identify.mockRestore();
      query.mockRestore();
      await guessing.close();
    }
  });
});

describe('failed authentications of one key', () => {
  it('are limited over all accounts: one code on six hundred accounts gets sixty answers, then 429', async () => {
    const spraying = await test.sibling({});
    // None comes back by the passing of time.
    const now = jest.spyOn(performance, 'now').mockReturnValue(1e9);
    try {
      spraying.services.behaviour = ({ body }) =>
        String(body).includes('"right"')
          ? { id: 'aut_1', result: 'success', deviceId: 'dev_1', decidedAt: '2018-01-01T00:00:00.000Z' }
          : { result: 'denied', reason: String(body).includes('locked') ? 'locked' : 'invalid_code' };
      const { key } = await spraying.keyOf(spraying.contract(), 'service-provider');
      const attempt = (externalId: string, idempotencyKey?: string) =>
        spraying.call(
          'POST',
          '/v1/authentications',
          { externalId, code: '123456' },
          { key, ...(idempotencyKey !== undefined && { idempotencyKey }) },
        );
      for (let n = 0; n < 100; n += 1) expect((await attempt('locked')).status).toBe(200);
      const kept = await attempt('somebody', 'kept');
      const answers = await Promise.all(Array.from({ length: 600 }, (_, n) => attempt(`person-${n}`)));
      expect(kept.body).toMatchObject({ result: 'denied' });
      const granted = answers.filter(({ status }) => status === 200).length;
      // One of the sixty was `kept`.
      expect(granted).toBe(59);
      const limited = answers.find(({ status }) => status === 429)!;
      refused(limited, 429, 'rate-limited');
      expect(Number(limited.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
      const before = spraying.services.seen.length;
      refused(await attempt('right'), 429, 'rate-limited');
      refused(await attempt('right', 'again'), 429, 'rate-limited');
      expect(spraying.services.seen.length).toBe(before);
      const repeated = await attempt('somebody', 'kept');
      expect([repeated.status, repeated.headers.get('idempotent-replayed')]).toEqual([200, 'true']);
      expect((await spraying.call('GET', '/v1/status', undefined, { key })).status).toBe(200);
      const other = await spraying.keyOf(spraying.contract(), 'service-provider');
      const theirs = { key: other.key };
      expect(
        (await spraying.call('POST', '/v1/authentications', { externalId: 'right', code: '1' }, theirs)).body,
      ).toMatchObject({ result: 'success' });
    } finally {
      now.mockRestore();
      await spraying.close();
    }
  });
});
