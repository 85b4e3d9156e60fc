import { NOBODY, type AccountId, type ContractId } from '@smartkey/kernel';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { NewerFacts } from '@smartkey/facts';
import { contractorOf, operator, World } from '../testing/world.fixture.ts';

describe('registered IDs over HTTP', () => {
  let world: World;
  let contract: ContractId;
  const ids = (of = contract): string => `/v1/contracts/${of}/ids`;

  beforeAll(async () => {
    world = await World.open();
    contract = await world.contracts.accepted('2018-01-01T03:00:00.000Z');
  });
  afterAll(() => world.close());

  it('別紙1 備考(1): registers as of today, and answers ETag and Consistency-Token', async () => {
    const answer = await world.call('POST', ids(), { externalId: 'taro', displayName: '山田 太郎' });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      id: expect.stringMatching(/^rid_/),
      externalId: 'taro',
      displayName: '山田 太郎',
      status: 'registered',
      registeredAt: '2018-01-10T03:00:00.000Z',
      registeredOn: '2018-01-10',
      spells: [{ registeredOn: '2018-01-10', deregisteredOn: null }],
    });
    expect(answer.headers.get('etag')).toBe('"0"');
    expect(answer.headers.get('consistency-token')).toMatch(/\S/);
    expect(await world.call('POST', ids(), { externalId: 'taro' })).toMatchObject({
      status: 409,
      body: { code: 'already-registered' },
    });
  });

  it('Words: registered again after its end it is the same ID, with a new spell', async () => {
    const id = await world.register(contract, 'again');
    const gone = await world.call('DELETE', `${ids()}/${id}`);
    expect(gone).toMatchObject({
      status: 200,
      body: {
        status: 'deregistered',
        deregisteredAt: world.now(),
        deregisteredOn: '2018-01-10',
        propagation: 'done',
      },
    });
    const twice = await world.call('DELETE', `${ids()}/${id}`);
    expect(twice.body).toEqual(gone.body);
    expect(await world.types(id)).toEqual(['IdRegistered', 'IdDeregistered']);
    expect(await world.register(contract, 'again')).toBe(id);
    const shown = await world.call<{ spells: unknown[] }>('GET', `${ids()}/${id}`);
    expect(shown.body.spells).toMatchObject([
      { registeredOn: '2018-01-10', deregisteredOn: '2018-01-10' },
      { registeredOn: '2018-01-10', deregisteredOn: null },
    ]);
  });

  it('Words: twins of Unicode are one ID, other spellings are others', async () => {
    const id = await world.register(contract, 'e\u0301mile');
    expect((await world.call('POST', ids(), { externalId: '\u00e9mile' })).status).toBe(409);
    expect(await world.register(contract, '\u00c9mile')).not.toBe(id);
  });

  it('parallel registrations of one external id make one account', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => world.call<{ id: AccountId }>('POST', ids(), { externalId: 'raced' })),
    );
    const made = answers.filter(({ status }) => status === 201);
    expect(made).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(19);
    expect(await world.types(made[0]!.body.id)).toEqual(['IdRegistered']);
  });

  it('the same command again gives the first answer', async () => {
    const once = await world.call('POST', ids(), { externalId: 'repeat' }, { commandId: 'cmd-repeat' });
    const again = await world.call('POST', ids(), { externalId: 'repeat' }, { commandId: 'cmd-repeat' });
    expect(again.status).toBe(201);
    expect(again.body).toEqual(once.body);
  });

  it('of a past day: the operator, with a reason; occurredAt is 00:00 JST of it', async () => {
    const past = { externalId: 'late', registeredOn: '2018-01-05', reason: '届出漏れ' };
    expect(await world.call('POST', ids(), past, { actor: contractorOf(contract) })).toMatchObject({
      status: 403,
    });
    const made = await world.call<{ id: AccountId }>('POST', ids(), past);
    expect(made.body).toMatchObject({ registeredOn: '2018-01-05', registeredAt: '2018-01-04T15:00:00.000Z' });
    const { id } = made.body;
    const query = '?on=2018-01-07&reason=left';
    expect(
      (await world.call('DELETE', `${ids()}/${id}${query}`, undefined, { actor: contractorOf(contract) }))
        .status,
    ).toBe(403);
    expect((await world.call('DELETE', `${ids()}/${id}?on=2018-01-04&reason=left`)).body).toMatchObject({
      code: 'before-registration',
      errors: [{ pointer: '/on', rule: '別紙1 備考(1)' }],
    });
    expect((await world.call('DELETE', `${ids()}/${id}${query}`)).body).toMatchObject({
      deregisteredOn: '2018-01-07',
      deregisteredAt: '2018-01-06T15:00:00.000Z',
    });
  });

  it.each([
    [
      { externalId: 'x', registeredOn: '2018-01-11', reason: 'x' },
      'registered-in-the-future',
      '別紙1 備考(1)',
    ],
    [{ externalId: 'x', registeredOn: '2017-12-31', reason: 'x' }, 'before-acceptance', '第3条'],
    [{ externalId: 'x', registeredOn: '2016-02-29', reason: 'x' }, 'before-the-terms', '附則'],
    [{ externalId: 'x', registeredOn: '2018-01-05' }, 'reason-missing', '別紙1 備考(1)'],
  ])('refuses %j by its rule', async (form, code, rule) => {
    const { status, body } = await world.call('POST', ids(), form);
    expect({ status, body }).toMatchObject({ status: 422, body: { code, errors: [{ rule }] } });
  });

  it.each([
    [{}, '/externalId'],
    [{ externalId: '' }, '/externalId'],
    [{ externalId: 'a\u0000b' }, '/externalId'],
    [{ externalId: 'ta\u200bro' }, '/externalId'],
    [{ externalId: 'ta\u202ero' }, '/externalId'],
    [{ externalId: 'x', displayName: '太\u202e郎' }, '/displayName'],
    [{ externalId: 7 }, '/externalId'],
    [{ externalId: 'x', displayName: '' }, '/displayName'],
    [{ externalId: 'x', registeredOn: '2018-02-30' }, '/registeredOn'],
    [{ externalId: 'x', contract: 'ctr_x' }, '/contract'],
  ])('refuses the form %j', async (form, pointer) => {
    const { status, body } = await world.call<{ errors: { pointer: string }[] }>('POST', ids(), form);
    expect(status).toBe(422);
    expect(body.errors.map((error) => error.pointer)).toContain(pointer);
  });

  it('第3条: refuses before the acceptance, and knows of one that the bus has not brought yet', async () => {
    const applied = await world.contracts.applied('2018-01-02T00:00:00.000Z');
    expect(await world.call('POST', ids(applied), { externalId: 'x' })).toMatchObject({
      status: 409,
      body: { code: 'contract-not-accepted', errors: [{ rule: '第3条' }] },
    });
    const fresh = await world.contracts.accepted('2018-01-02T00:00:00.000Z');
    expect((await world.call('POST', ids(fresh), { externalId: 'x' })).status).toBe(201);
    expect(
      (await world.call('POST', ids('ctr_00000000000000000000000000'), { externalId: 'x' })).status,
    ).toBe(404);
  });

  it('answers 503 where it knows too little and the contract service is down', async () => {
    world.contracts.down = true;
    try {
      expect(
        (await world.call('POST', ids('ctr_00000000000000000000000000'), { externalId: 'x' })).status,
      ).toBe(503);
    } finally {
      world.contracts.down = false;
    }
  });

  it('suspends and resumes; what holds already is 200 without a new event', async () => {
    const id = await world.register(contract, 'paused');
    const suspend = () => world.call('POST', `${ids()}/${id}/suspend`, { reason: 'lost' });
    expect(await suspend()).toMatchObject({
      status: 200,
      body: { status: 'suspended', propagation: 'done' },
    });
    expect(await suspend()).toMatchObject({ status: 200, body: { status: 'suspended' } });
    expect(await world.call('POST', `${ids()}/${id}/resume`)).toMatchObject({
      body: { status: 'registered' },
    });
    expect(await world.call('POST', `${ids()}/${id}/resume`)).toMatchObject({ status: 200 });
    expect(await world.types(id)).toEqual(['IdRegistered', 'IdSuspended', 'IdResumed']);
  });

  it('tells stops to authentication before it answers, or says that they are on their way', async () => {
    const id = await world.register(contract, 'told');
    world.authentication.told.length = 0;
    await world.call('POST', `${ids()}/${id}/suspend`, {});
    expect(world.authentication.told).toEqual([
      { stream: `account-${id}`, type: 'IdSuspended', revision: 1, contract, data: { account: id } },
    ]);
    world.authentication.down = true;
    try {
      expect(await world.call('DELETE', `${ids()}/${id}`)).toMatchObject({
        status: 200,
        body: { status: 'deregistered', propagation: 'pending' },
      });
      expect((await world.call('POST', `${ids()}/${id}/unlock`, {})).status).toBe(503);
    } finally {
      world.authentication.down = false;
    }
    expect(await world.call('POST', `${ids()}/${id}/unlock`, {})).toMatchObject({
      status: 200,
      body: { id, unlocked: true },
    });
  });

  it('a registration, and whatever else stops nobody, does not wait for authentication', async () => {
    world.authentication.down = true;
    world.authentication.asked.length = 0;
    try {
      const id = await world.register(contract, 'not-waited-for');
      expect(await world.call('POST', `${ids()}/${id}/suspend`, {})).toMatchObject({
        body: { propagation: 'pending' },
      });
      const resumed = await world.call('POST', `${ids()}/${id}/resume`, {});
      expect(resumed).toMatchObject({ status: 200, body: { status: 'registered' } });
      expect(world.authentication.asked.map(({ types }) => types)).toEqual([['IdSuspended']]);
    } finally {
      world.authentication.down = false;
    }
  });

  it('to look for a foreign ID is the same work as for one that is nowhere', async () => {
    const other = await world.contracts.accepted('2018-01-01T03:00:00.000Z');
    const foreign = await world.register(other, 'looked-for');
    await world.enrol(other, foreign);
    const MEANWHILE =
      /event_log|settled|projection_mark|FROM imports|facts->>'lastDay' <|enrolment is not null/;
    const workFor = async (path: string): Promise<readonly string[]> => {
      const work: string[] = [];
      const { database, store } = world.parts;
      const spies = [
        jest.spyOn(database, 'query').mockName('query'),
        jest.spyOn(world.parts.projection('account-directory').sql, 'query').mockName('query'),
        jest.spyOn(store, 'readStream').mockName('readStream'),
        jest.spyOn(store, 'readStreams').mockName('readStreams'),
      ];
      expect([404, 200]).toContain((await world.call('GET', path)).status);
      for (const spy of spies) {
        const name = spy.getMockName();
        const calls = spy.mock.calls as readonly (readonly unknown[])[];
        const done = calls.map(([first]) => (name === 'query' ? String(first) : name));
        // The feed, the projections and the work on imports and on what is due go on meanwhile.
        work.push(...done.filter((each) => !MEANWHILE.test(each)));
        spy.mockRestore();
      }
      return work;
    };
    const unknown = 'rid_00000000000000000000000000';
    for (const path of [
      (id: string) => `${ids()}/${id}`,
      (id: string) => `${ids()}/${id}/devices`,
      (id: string) => `/internal/contracts/${contract}/accounts/${id}/facts`,
    ]) {
      const work = await workFor(path(unknown));
      expect(work).not.toEqual([]);
      expect(await workFor(path(foreign))).toEqual(work);
    }
  });

  it('honours If-Match', async () => {
    const id = await world.register(contract, 'matched');
    const suspend = (etag: string) =>
      world.call('POST', `${ids()}/${id}/suspend`, {}, { headers: { 'if-match': etag } });
    expect(await suspend('"3"')).toMatchObject({ status: 409, body: { code: 'revision-mismatch' } });
    expect((await suspend('"0"')).status).toBe(200);
  });

  it('lists what was just written, by status and external id, a page at a time', async () => {
    const listed = await world.contracts.accepted('2018-01-01T03:00:00.000Z');
    const made = [];
    for (const name of ['a', 'b', 'c']) made.push(await world.register(listed, name));
    await world.call('POST', `${ids(listed)}/${made[1]}/suspend`, {});
    type List = { items: { id: string; externalId: string }[]; nextCursor: string | null };
    const list = async (query: string) => (await world.call<List>('GET', `${ids(listed)}${query}`)).body;
    expect((await list('?status=suspended')).items).toMatchObject([{ id: made[1], externalId: 'b' }]);
    expect((await list('?externalId=c')).items).toMatchObject([{ id: made[2], externalId: 'c' }]);
    expect(await list('?externalId=z')).toEqual({ items: [], nextCursor: null });
    // Those that are asked for by their ids, of this contract alone.
    const elsewhere = await world.register(
      await world.contracts.accepted('2018-01-01T03:00:00.000Z'),
      'elsewhere',
    );
    const byIds = await list(`?ids=${made[2]},${made[0]},${elsewhere}`);
    expect(byIds.items.map(({ externalId }) => externalId).sort()).toEqual(['a', 'c']);
    expect(await world.call('GET', `${ids(listed)}?ids=x`)).toMatchObject({ status: 422 });
    const first = await list('?limit=2');
    expect(first.items).toHaveLength(2);
    const second = await list(`?limit=2&cursor=${first.nextCursor}`);
    expect([...first.items, ...second.items].map(({ id }) => id).sort()).toEqual([...made].sort());
    expect(second.nextCursor).toBeNull();
    const one = await world.call('GET', `${ids(listed)}/${made[1]}`);
    expect((await list('?externalId=b')).items[0]).toEqual(one.body);
  });

  it('keeps tenants apart: foreign and unknown are one answer', async () => {
    const other = await world.contracts.accepted('2018-01-01T03:00:00.000Z');
    const foreign = await world.register(other, 'theirs');
    const unknown = 'rid_00000000000000000000000000';
    const actor = contractorOf(contract);
    for (const path of ['', '/devices']) {
      const one = await world.call('GET', `${ids()}/${foreign}${path}`, undefined, { actor });
      const two = await world.call('GET', `${ids()}/${unknown}${path}`, undefined, { actor });
      expect([one.status, one.body]).toEqual([404, two.body]);
      const three = await world.call('GET', `${ids(other)}/${foreign}${path}`, undefined, { actor });
      expect([three.status, three.body]).toEqual([404, two.body]);
    }
    for (const role of ['finance', 'service-provider'] as const)
      expect(
        (await world.call('POST', ids(), { externalId: 'y' }, { actor: { ...actor, role } })).status,
      ).toBe(403);
    const auditor = { actor: { role: 'auditor', key: 'k' } } as const;
    expect((await world.call('GET', ids(), undefined, auditor)).status).toBe(200);
    const devices = await world.call('GET', `${ids()}/${foreign}/devices`, undefined, auditor);
    expect(devices.status).toBe(403);
  });

  it('tells other services an account by its id and by its digest, and external ids for statements', async () => {
    const id = await world.register(contract, 'known');
    const told = async (of: string, more = '') =>
      (await world.call<NewerFacts>('GET', `/internal/contracts/${of}/facts${more}`)).body.newer;
    const facts = await told(`${contract}/accounts/${id}`);
    expect(facts).toMatchObject({ account: id, contract, revision: 0, status: 'registered' });
    const byDigest = `${contract}/accounts/by-digest/${facts!.externalIdDigest}`;
    expect(await told(byDigest)).toEqual(facts);
    expect(await told(byDigest, '?known=-1')).toEqual(facts);
    expect(await told(byDigest, '?known=0')).toBeNull();
    expect(await told(`${contract}/accounts/by-digest/none`)).toBeNull();
    expect(await told(`${contract}/accounts/${NOBODY}`)).toBeNull();
    const other = await world.contracts.accepted('2018-01-01T03:00:00.000Z');
    expect(await told(`${other}/accounts/${id}`)).toBeNull();
    expect(
      (await world.call('POST', '/internal/accounts/external-ids', { accounts: [id, NOBODY] })).body,
    ).toEqual({ externalIds: { [id]: 'known' } });
  });

  it('keeps names out of the log in the clear', async () => {
    const id = (
      await world.call<{ id: AccountId }>('POST', ids(), { externalId: 'secret-name', displayName: '機密' })
    ).body.id;
    const stored = JSON.stringify((await world.events(id)).map(({ data }) => data));
    expect(stored).not.toMatch(/secret-name|機密/);
    expect((await world.events(id))[0]!.metadata.actor).toEqual(operator);
  });
});
