import type { ContractId } from '@smartkey/kernel';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { untilSeen } from '@smartkey/testing';
import { gatewayMigrations } from '../gateway.migrations.ts';
import { TestGateway, type Call } from '../testing/gateway.fixture.ts';

let test: TestGateway;
let contract: ContractId;
let foreign: ContractId;
const key: Record<string, string> = {};
beforeAll(async () => {
  test = await TestGateway.start();
  contract = test.contract();
  foreign = test.contract();
  for (const role of ['contractor', 'service-provider'] as const)
    key[role] = (await test.keyOf(contract, role)).key;
  for (const role of ['operator', 'finance', 'auditor'])
    key[role] = (await test.call('POST', '/v1/keys', { role })).body.key as string;
});
afterAll(() => test.close());

const refused = (call: Call, status: number, code: string): void => {
  expect(call.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  expect(call.body).toMatchObject({ status, code });
  expect(call.status).toBe(status);
};
const withoutSecrets = (text: string): void => {
  for (const secret of Object.values(key)) expect(text).not.toContain(secret);
  expect(text).not.toMatch(/"(key|hash)":/);
};

describe('a key', () => {
  it('is shown once, and stored as a hash', async () => {
    const { status, body } = await test.call('POST', `/v1/contracts/${contract}/keys`, {
      role: 'contractor',
      name: 'portal',
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      role: 'contractor',
      contract,
      name: 'portal',
      expiresAt: null,
      createdBy: 'bootstrap',
    });
    expect(body.id).toMatch(/^key_[0-9a-z]{26}$/);
    expect(Buffer.from(body.key.slice(-43), 'base64url').length).toBeGreaterThanOrEqual(16);
    const lists = await test.call('GET', `/v1/contracts/${contract}/keys?limit=200`);
    expect(lists.body.items).toContainEqual(expect.objectContaining({ id: body.id, name: 'portal' }));
    withoutSecrets(lists.text);
    const stored = JSON.stringify(await test.database.query('SELECT * FROM keys'), (_name, value) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
    );
    expect(stored).not.toContain(body.key.slice(-43));
    expect(stored).not.toContain('portal');
  });

  it('a repeat with the same Idempotency-Key shows the same key and makes no second', async () => {
    const before = (await test.call('GET', '/v1/keys?limit=200')).body.items.length;
    const make = () => test.call('POST', '/v1/keys', { role: 'auditor' }, { idempotencyKey: 'make-one' });
    const calls = await Promise.all([make(), make(), make()]);
    expect(new Set(calls.map(({ text }) => text)).size).toBe(1);
    expect((await test.call('GET', '/v1/keys?limit=200')).body.items.length).toBe(before + 1);
  });

  it('a crash before the answer was kept: the repeat shows a secret that works, for the same key', async () => {
    const make = () => test.call('POST', '/v1/keys', { role: 'auditor' }, { idempotencyKey: 'crash' });
    const lost = await make();
    await test.database.execute('DELETE FROM idempotency');
    const again = await make();
    expect(again.body.id).toBe(lost.body.id);
    expect((await test.call('GET', '/v1/status', undefined, { key: again.body.key })).status).toBe(200);
    expect((await test.call('GET', '/v1/status', undefined, { key: lost.body.key })).status).toBe(401);
    await test.database.execute("UPDATE keys SET issued_at = issued_at - interval '11 minutes'");
    await test.database.execute('DELETE FROM idempotency');
    refused(await make(), 409, 'secret-answered-before');
  });

  it('revoked again stays as it is', async () => {
    const { id } = await test.keyOf(contract, 'contractor');
    const first = await test.call('DELETE', `/v1/keys/${id}`);
    test.clock.advance(60_000);
    const again = await test.call('DELETE', `/v1/keys/${id}`);
    expect(first.body).toMatchObject({ id, revokedBy: 'bootstrap', revokedAt: expect.any(String) });
    expect(again.text).toBe(first.text);
    withoutSecrets(first.text);
  });

  it('lists go page by page', async () => {
    const ids: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Call = await test.call(
        'GET',
        `/v1/keys?limit=3${cursor === null ? '' : `&cursor=${cursor}`}`,
      );
      expect(page.body.items.length).toBeLessThanOrEqual(3);
      ids.push(...page.body.items.map(({ id }: { id: string }) => id));
      cursor = page.body.nextCursor;
    } while (cursor !== null);
    expect(ids).toEqual(
      (await test.call('GET', '/v1/keys?limit=200')).body.items.map(({ id }: { id: string }) => id),
    );
    refused(await test.call('GET', '/v1/keys?cursor=bm9uc2Vuc2U'), 422, 'invalid-cursor');
  });
});

describe('who may make which key', () => {
  const path = (of: string): string => `/v1/contracts/${of}/keys`;
  it.each([
    ['contractor', 201],
    ['operator', 201],
    ['service-provider', 403],
    ['finance', 403],
    ['auditor', 403],
  ])('%s for a contract: %i', async (role, status) => {
    expect(
      (await test.call('POST', path(contract), { role: 'service-provider' }, { key: key[role]! })).status,
    ).toBe(status);
  });
  it.each([
    ['operator', 201],
    ['contractor', 403],
    ['service-provider', 403],
    ['finance', 403],
    ['auditor', 403],
  ])('%s for the office: %i', async (role, status) => {
    expect((await test.call('POST', '/v1/keys', { role: 'finance' }, { key: key[role]! })).status).toBe(
      status,
    );
    expect((await test.call('GET', '/v1/keys', undefined, { key: key[role]! })).status).toBe(
      status === 201 ? 200 : 403,
    );
  });
  it('nobody makes an office key at a contract, or a contract’s key at the office', async () => {
    refused(await test.call('POST', path(contract), { role: 'operator' }), 422, 'validation-failed');
    refused(await test.call('POST', '/v1/keys', { role: 'contractor' }), 422, 'validation-failed');
  });
  it('is taken from its networks alone, in their one spelling, and a key that it makes lies within them', async () => {
    const contract = test.contract();
    const path = `/v1/contracts/${contract}/keys`;
    const make = (allowedNetworks: unknown, key?: string) =>
      test.call('POST', path, { role: 'contractor', allowedNetworks }, key === undefined ? {} : { key });
    const here = await make(['127.0.0.1', '2001:DB8::/32']);
    expect(here).toMatchObject({
      status: 201,
      body: { allowedNetworks: ['127.0.0.1/32', '2001:db8::/32'], lastUsedAt: null },
    });
    const elsewhere = await make(['203.0.113.0/24']);
    expect(await test.call('GET', path, undefined, { key: here.body.key })).toMatchObject({ status: 200 });
    expect(await test.call('GET', path, undefined, { key: elsewhere.body.key })).toMatchObject({
      status: 403,
      body: { code: 'network-not-allowed' },
    });
    // Nobody else may say where a request comes from.
    const claimed = { 'x-forwarded-for': '203.0.113.7', 'smartkey-visitor-address': '203.0.113.7' };
    const said = await test.call('GET', path, undefined, { key: elsewhere.body.key, headers: claimed });
    expect(said.status).toBe(403);
    expect((await make(undefined, here.body.key)).body.allowedNetworks).toEqual(here.body.allowedNetworks);
    expect((await make(['2001:db8:1::/48'], here.body.key)).body.allowedNetworks).toEqual([
      '2001:db8:1::/48',
    ]);
    for (const wide of [['0.0.0.0/0'], ['127.0.0.1', '203.0.113.0/24']])
      expect(await make(wide, here.body.key)).toMatchObject({
        status: 422,
        body: { errors: [{ pointer: '/allowedNetworks', rule: 'within-maker' }] },
      });
    for (const broken of [
      ['office'],
      ['203.0.113.7/24'],
      'all',
      [7],
      Array.from({ length: 33 }, () => '::/0'),
    ])
      expect(await make(broken)).toMatchObject({
        status: 422,
        body: { errors: [{ pointer: '/allowedNetworks', rule: 'networks' }] },
      });
  });

  it('shows about when it was last used, written once a minute', async () => {
    const contract = test.contract();
    const path = `/v1/contracts/${contract}/keys`;
    const { body } = await test.call('POST', path, { role: 'contractor' });
    const lastUse = async () => {
      const { body: page } = await test.call('GET', path);
      return page.items.find(({ id }: { id: string }) => id === body.id).lastUsedAt as string | null;
    };
    expect(await lastUse()).toBeNull();
    await Promise.all(Array.from({ length: 20 }, () => test.call('GET', path, undefined, { key: body.key })));
    const first = await untilSeen(lastUse, (at) => at !== null);
    await test.call('GET', path, undefined, { key: body.key });
    expect(await lastUse()).toBe(first);
  });

  it('a contract that is not there is 404', async () => {
    const unknown = foreign.replace(/.{4}$/, 'zzzz');
    refused(await test.call('POST', path(unknown), { role: 'contractor' }), 404, 'not-found');
    refused(await test.call('POST', path('no-id'), { role: 'contractor' }), 404, 'not-found');
  });
  it('a foreign contract and one that is not there are the same 404 to a contractor, byte for byte', async () => {
    const unknown = foreign.replace(/.{4}$/, 'zzzz');
    const as = { key: key['contractor']! };
    const [there, nowhere] = [
      await test.call('POST', path(foreign), { role: 'contractor' }, as),
      await test.call('POST', path(unknown), { role: 'contractor' }, as),
    ];
    refused(there, 404, 'not-found');
    expect(there.text).toBe(nowhere.text);
    refused(await test.call('GET', path(foreign), undefined, as), 404, 'not-found');
  });
  it('a contractor cannot revoke another contract’s key, nor an office key', async () => {
    const other = await test.keyOf(foreign, 'contractor');
    const office = (await test.call('POST', '/v1/keys', { role: 'auditor' })).body;
    const as = { key: key['contractor']! };
    const answers = [other.id, office.id, 'key_00000000000000000000000000'].map((id) =>
      test.call('DELETE', `/v1/keys/${id}`, undefined, as),
    );
    for (const call of await Promise.all(answers)) refused(call, 404, 'not-found');
    expect((await test.call('GET', '/v1/status', undefined, { key: other.key })).status).toBe(200);
  });
  it('an expiry that has passed is 422 and named', async () => {
    const call = await test.call('POST', '/v1/keys', { role: 'finance', expiresAt: '2017-12-31T00:00:00Z' });
    refused(call, 422, 'expires-in-the-past');
    expect(call.body.errors[0].pointer).toBe('/expiresAt');
  });
});

describe('a key and those that it made', () => {
  const make = (maker: string, more: object = {}) =>
    test.call('POST', `/v1/contracts/${contract}/keys`, { role: 'contractor', ...more }, { key: maker });
  const works = async (made: Call): Promise<boolean> =>
    (await test.call('GET', '/v1/status', undefined, { key: made.body.key })).status === 200;

  it('an expiring key makes only keys that end no later, whatever is asked for, and so do those', async () => {
    const expiresAt = '2018-03-01T00:00:00.000Z';
    const child = await make(key['contractor']!, { expiresAt });
    const ends = [
      await make(child.body.key),
      await make(child.body.key, { expiresAt: '2019-01-01T00:00:00Z' }),
      await make((await make(child.body.key)).body.key, { role: 'service-provider' }),
    ].map(({ body }) => body.expiresAt);
    expect(ends).toEqual([expiresAt, expiresAt, expiresAt]);
    const sooner = await make(child.body.key, { expiresAt: '2018-02-01T00:00:00Z' });
    expect(sooner.body.expiresAt).toBe('2018-02-01T00:00:00.000Z');
    expect((await make(key['contractor']!)).body.expiresAt).toBeNull();
  });

  it('are revoked with it, down to the last; others are not, and the chain of makers stays', async () => {
    const first = await make(key['contractor']!);
    const second = await make(first.body.key);
    const third = await make(second.body.key);
    const sibling = await make(key['contractor']!);
    expect([first, second, third].map(({ body }) => body.createdBy).slice(1)).toEqual([
      first.body.id,
      second.body.id,
    ]);
    const revoked = await test.call('DELETE', `/v1/keys/${first.body.id}`);
    expect(revoked.body.revokedAt).not.toBeNull();
    expect(await Promise.all([first, second, third, sibling].map(works))).toEqual([
      false,
      false,
      false,
      true,
    ]);
    const { items } = (await test.call('GET', `/v1/contracts/${contract}/keys?limit=200`)).body;
    const shown = items.find(({ id }: { id: string }) => id === third.body.id);
    expect(shown).toMatchObject({
      createdBy: second.body.id,
      revokedBy: 'bootstrap',
      revokedAt: expect.any(String),
    });
  });

  it('a key made while its maker is revoked is revoked too, or not made', async () => {
    for (let round = 0; round < 5; round += 1) {
      const maker = await make(key['contractor']!);
      const child = await make(maker.body.key);
      const [, ...made] = await Promise.all([
        test.call('DELETE', `/v1/keys/${maker.body.id}`),
        ...Array.from({ length: 6 }, (_, n) => make(n % 2 === 0 ? maker.body.key : child.body.key)),
      ]);
      for (const call of made) {
        if (call.status === 201) expect(await works(call)).toBe(false);
        else expect([401, 409]).toContain(call.status);
      }
    }
  });

  it('keys that an expiring one made before keys were capped are capped by the upgrade; ended makers are left', async () => {
    const before = await test.sibling({});
    try {
      const row = (id: string, by: string, expires: string | null, revoked: string | null = null) =>
        before.database.execute(
          `INSERT INTO keys (id, prefix, hash, role, created_at, created_by, expires_at, revoked_at, command_id, issued_at)
           VALUES ($1, $1, $2, 'operator', now(), $3, $4, $5, $1, now())`,
          [id, new Uint8Array(32), by, expires, revoked],
        );
      await row('maker', 'bootstrap', '2999-01-01T00:00:00.000Z');
      await row('child', 'maker', null);
      await row('sooner', 'maker', '2998-01-01T00:00:00.000Z');
      await row('grandchild', 'sooner', '2999-06-01T00:00:00.000Z');
      await row('free', 'bootstrap', null);
      await row('ended', 'bootstrap', '2001-01-01T00:00:00.000Z');
      await row('of-ended', 'ended', null);
      await row('revoked', 'bootstrap', null, '2001-01-01T00:00:00.000Z');
      await row('of-revoked', 'revoked', null);
      await before.database.script('DROP INDEX keys_by_maker');
      await before.database.script(
        gatewayMigrations.find(({ id }) => id === 'gateway-0005-key-descent')!.sql,
      );
      const ends = await before.database.query<{ id: string; end: string | null }>(
        'SELECT id, expires_at AS "end" FROM keys ORDER BY id',
      );
      expect(Object.fromEntries(ends.map(({ id, end }) => [id, end?.slice(0, 4) ?? null]))).toEqual({
        maker: '2999',
        child: '2999',
        sooner: '2998',
        grandchild: '2998',
        free: null,
        ended: '2001',
        'of-ended': null,
        revoked: null,
        'of-revoked': null,
      });
    } finally {
      await before.close();
    }
  });
});
