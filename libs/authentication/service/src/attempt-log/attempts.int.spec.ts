import type { Actor } from '@smartkey/kernel';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { operator, providerOf, World, type Person } from '../testing/service.fixture.ts';

let world: World;
let person: Person;

beforeAll(async () => (world = await World.open()));
afterAll(() => world?.close());
beforeEach(async () => (person = await world.person()));

interface Listed {
  readonly items: readonly (Record<string, unknown> & { readonly at: string })[];
  readonly nextCursor: string | null;
}

const contractor = (): Actor => ({ role: 'contractor', key: 'key_contractor', contract: person.contract });
const send = (body: object) =>
  world.service.call('/v1/authentications', body, { actor: providerOf(person.contract) });
const ofContract = (query = '', actor = contractor(), accept?: string) =>
  world.service.get<Listed>(`/v1/contracts/${person.contract}/authentications${query}`, actor, accept);

/** Of one person: a success, a wrong code, the success's code again; and somebody unknown. */
async function someAttempts(): Promise<void> {
  const { externalId } = person;
  const code = person.code();
  await send({ externalId, code, clientRef: 'first', clientAddress: '203.0.113.7' });
  world.clock.advance(1_000);
  await send({ externalId, code: person.wrongCode(), clientAddress: '203.0.113.200' });
  world.clock.advance(1_000);
  await send({ externalId, code, clientAddress: '2001:db8:1::7' });
  world.clock.advance(1_000);
  await send({ externalId: 'nobody', code });
}

describe('successes by hour', () => {
  const ofDay = (query: string, actor: Actor = contractor()) =>
    world.service.get<{ byHour: unknown }>(`/v1/contracts/${person.contract}/successes${query}`, actor);

  it('are those of one day in Japan and of one contract, without denials', async () => {
    await someAttempts();
    const [success] = (await ofContract('?result=success')).body.items;
    const japan = new Date(Date.parse(success!.at) + 9 * 3_600_000);
    const day = japan.toISOString().slice(0, 10);
    expect((await ofDay(`?day=${day}`)).body).toEqual({ day, byHour: { [japan.getUTCHours()]: 1 } });
    const before = new Date(japan.getTime() - 24 * 3_600_000).toISOString().slice(0, 10);
    expect((await ofDay(`?day=${before}`)).body).toEqual({ day: before, byHour: {} });
    // So long ago nothing is kept of attempts: that there were none is not what the answer says.
    expect((await ofDay('?day=2016-04-01')).body.byHour).toBeNull();
  });

  it('want a day, and a contract that is there', async () => {
    expect((await ofDay('')).status).toBe(422);
    expect((await ofDay('?day=2018-02-30')).status).toBe(422);
    const nowhere = '/v1/contracts/ctr_00000000000000000000000000/successes?day=2018-01-01';
    expect((await world.service.get(nowhere, operator)).status).toBe(404);
  });
});

/** The row of every attempt, as it lies there. */
const rows = () =>
  world.database.query<Record<string, unknown>>(
    'SELECT rid, unknown_digest, client_ref, address, address_digest, network_digest FROM attempt_log WHERE contract = $1 ORDER BY at',
    [person.contract],
  );

describe('an erasure of personal data', () => {
  it('leaves the attempts, and nothing in them that says who it was or from where; the external id finds nobody', async () => {
    const { contract } = person;
    const externalId = `early ${person.externalId}`;
    const attempt = { externalId, code: '000000', clientRef: 'early', clientAddress: '203.0.113.9' };
    await send(attempt);
    await send({ ...attempt, externalId: 'nobody' });
    const account = world.owners.register(contract, externalId, world.now());
    await send(attempt);
    const day = '2018-01-15' as const;
    await world.tell(
      world.owners.saysOfAccount(account, 'IdDeregistered', {
        account,
        spell: 1,
        registeredOn: day,
        lastDay: day,
        cause: 'request',
      }),
    );
    await send(attempt);
    const erased = world.owners.saysOfAccount(account, 'PersonalDataErased', { account, cause: 'request' });
    await world.tell(erased);
    await world.tell(erased);
    const left = await rows();
    expect(left).toHaveLength(4);
    const others = left.filter(({ unknown_digest: digest }) => digest !== null);
    // Whoever was never registered is asked for by the same name as before.
    expect(others).toEqual([
      expect.objectContaining({ rid: null, client_ref: expect.any(String) as unknown }),
    ]);
    for (const row of left.filter((each) => !others.includes(each)))
      expect(row).toMatchObject({
        client_ref: null,
        address: null,
        address_digest: null,
        network_digest: null,
      });
    const [known] = await world.database.query<{ digest: string | null; facts: object }>(
      'SELECT external_id_digest AS digest, facts FROM accounts WHERE account = $1',
      [account],
    );
    expect(known!.digest).toBeNull();
    expect(known!.facts).not.toHaveProperty('externalIdDigest');
    expect(world.owners.register(contract, externalId, world.now())).not.toBe(account);
  });
});

describe('the list of attempts', () => {
  it('shows them with names and addresses, the newest first', async () => {
    await someAttempts();
    const { body } = await ofContract();
    const { account: rid, externalId, device: deviceId } = person;
    const key = 'key_provider';
    expect(body.nextCursor).toBeNull();
    expect(body.items.map(({ at: _, ...item }) => item)).toEqual([
      { rid: null, externalId: null, key, result: 'denied', reason: 'not_authenticated' },
      { rid, externalId, key, result: 'denied', reason: 'code_already_used', clientAddress: '2001:db8:1::7' },
      { rid, externalId, key, result: 'denied', reason: 'invalid_code', clientAddress: '203.0.113.200' },
      { rid, externalId, deviceId, key, result: 'success', clientRef: 'first', clientAddress: '203.0.113.7' },
    ]);
  });

  it('is filtered by result, reason, address, network and time', async () => {
    await someAttempts();
    const times = (await ofContract()).body.items.map(({ at }) => at);
    const found = async (query: string): Promise<unknown> =>
      (await ofContract(query)).body.items.map(({ result, reason }) => reason ?? result);
    expect(await found('?result=success')).toEqual(['success']);
    expect(await found('?result=denied')).toEqual(['not_authenticated', 'code_already_used', 'invalid_code']);
    expect(await found('?reason=invalid_code')).toEqual(['invalid_code']);
    expect(await found('?result=success&reason=invalid_code')).toEqual([]);
    expect(await found('?address=203.0.113.7')).toEqual(['success']);
    expect(await found('?address=203.0.113.0/24')).toEqual(['invalid_code', 'success']);
    expect(await found('?address=2001:db8:1:0::/48')).toEqual(['code_already_used']);
    expect(await found('?address=203.0.114.7')).toEqual([]);
    expect(await found(`?from=${times[2]!}&to=${times[0]!}`)).toEqual(['code_already_used', 'invalid_code']);
  });

  it.each(['', '&result=denied', '&address=203.0.113.0/24'])(
    'goes on page by page, each once (%s)',
    async (filter) => {
      await someAttempts();
      const whole = (await ofContract(`?limit=200${filter}`)).body.items;
      const paged: unknown[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const { body }: { body: Listed } = await ofContract(
          `?limit=1${filter}${cursor === '' ? '' : `&cursor=${cursor}`}`,
        );
        paged.push(...body.items);
        cursor = body.nextCursor;
      }
      expect(paged).toEqual(whole);
      expect(whole.length).toBeGreaterThan(1);
    },
  );

  it.each([
    ['/address', '?address=203.0.113.0/16'],
    ['/address', '?address=here'],
    ['/reason', '?reason=bored'],
    ['/from', '?from=yesterday'],
    ['/cursor', '?cursor=WyJhIiwiYiJd'],
  ])('%s refuses %s', async (pointer, query) => {
    expect(await ofContract(query)).toMatchObject({ status: 422, body: { errors: [{ pointer }] } });
  });

  it('comes as CSV, whole, with the same filters', async () => {
    await someAttempts();
    const { text, headers } = await ofContract('?result=success', contractor(), 'text/csv');
    expect(headers['content-type']).toMatch(/^text\/csv/);
    const [{ at }] = (await ofContract('?result=success')).body.items as [{ at: string }];
    const { account, externalId, device } = person;
    expect(text).toBe(
      'at,rid,externalId,deviceId,result,reason,clientRef,clientAddress,repeated,key\r\n' +
        `${at},${account},${externalId},${device},success,,first,203.0.113.7,,key_provider\r\n`,
    );
  });

  it('of one ID has only its own; of one that is foreign or unknown there is none, byte for byte', async () => {
    await someAttempts();
    const foreign = await world.person();
    const ofId = (rid: string, actor = contractor()) =>
      world.service.get<Listed>(`/v1/contracts/${person.contract}/ids/${rid}/authentications`, actor);
    expect((await ofId(person.account)).body.items).toHaveLength(3);
    const answers = [await ofId(foreign.account), await ofId('rid_00000000000000000000000000')];
    expect(answers.map(({ status }) => status)).toEqual([404, 404]);
    expect(answers[0]!.text).toBe(answers[1]!.text);
    expect((await ofContract('', { ...contractor(), contract: foreign.contract })).status).toBe(404);
    const unknown = await world.service.get(
      '/v1/contracts/ctr_00000000000000000000000000/authentications',
      operator,
    );
    expect(unknown.status).toBe(404);
    expect((await ofContract('', { role: 'finance', key: 'key_f' })).status).toBe(403);
  });

  it('tells a service provider no more than the answers did', async () => {
    const provider = providerOf(person.contract);
    await someAttempts();
    const disclosed = (await ofContract('', provider)).body.items;
    expect(disclosed.map(({ rid, reason }) => [rid !== null, reason])).toEqual([
      [false, 'not_authenticated'],
      [true, 'code_already_used'],
      [true, 'invalid_code'],
      [true, undefined],
    ]);
    expect(disclosed.filter((item) => 'key' in item)).toEqual([]);
    await world.tell(world.owners.saysOfContract(person.contract, 'DenialReasonsSet', { disclosed: false }));
    const hidden = (await ofContract('', provider)).body.items;
    expect(hidden.map(({ rid, externalId, reason }) => [rid, externalId, reason]).slice(0, 3)).toEqual(
      Array.from({ length: 3 }, () => [null, null, 'not_authenticated']),
    );
    const count = async (query: string): Promise<number> =>
      (await ofContract(query, provider)).body.items.length;
    expect(await count('?reason=invalid_code')).toBe(0);
    expect(await count('?reason=not_authenticated')).toBe(3);
    expect(await count('?reason=not_authenticated&result=success')).toBe(0);
    expect((await ofContract('?reason=invalid_code')).body.items).toHaveLength(1);
  });

  it('knows when an ID last signed in and was last denied', async () => {
    await someAttempts();
    const noDevice = world.owners.register(person.contract, 'without-device', world.now());
    const neverTried = world.owners.register(person.contract, 'never', world.now());
    await send({ id: noDevice, code: '123456' });
    await world.service.get(
      `/v1/contracts/${person.contract}/ids/${neverTried}/authentications`,
      contractor(),
    );
    const { items } = (await ofContract()).body;
    const accounts = [person.account, noDevice, neverTried, 'rid_00000000000000000000000000'];
    const { body } = await world.service.call('/internal/accounts/last-attempts', { accounts });
    expect(body['accounts']).toEqual({
      [person.account]: { lastSuccessAt: items[4]!.at, lastFailureAt: items[2]!.at },
      [noDevice]: { lastSuccessAt: null, lastFailureAt: items[0]!.at },
      [neverTried]: { lastSuccessAt: null, lastFailureAt: null },
    });
  });
});
