import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Actor } from '@smartkey/kernel';
import type { Answer } from '../testing/instance.fixture.ts';
import { operator, providerOf, World, type Person } from '../testing/service.fixture.ts';

interface Problem {
  readonly code: string;
  readonly errors?: readonly { readonly pointer: string }[];
}

let world: World;
let person: Person;

beforeAll(async () => {
  world = await World.open();
  person = await world.person();
});
afterAll(() => world?.close());

const post = (body: unknown, actor: Actor = providerOf(person.contract)): Promise<Answer<Problem>> =>
  world.service.call<Problem>('/v1/authentications', body, { actor });

describe('the request', () => {
  it.each([
    '12345',
    '1234567',
    '',
    ' 123456',
    '123 456',
    '123456\n',
    '12345a',
    '-12345',
    '1e5000',
    '0x1234',
    '１２３４５６',
    '٠١٢٣٤٥',
    '12\u200d3456',
    123456,
    ['123456'],
    { length: 6 },
    null,
    true,
  ])('F1–F3: the code %j is 422', async (code) => {
    const { status, body } = await post({ externalId: person.externalId, code });
    expect({ status, code: body.code, pointer: body.errors?.[0]?.pointer }).toEqual({
      status: 422,
      code: 'validation-failed',
      pointer: '/code',
    });
  });

  it('F1–F3: and all of those counted for nothing', async () => {
    world.clock.advance(60_000);
    await person.guess(4);
    expect(await person.send(person.code())).toMatchObject({ result: 'success' });
  });

  it.each<[string, object]>([
    ['no code', { externalId: 'a' }],
    ['nobody', { code: '123456' }],
    ['somebody twice', { externalId: 'a', id: 'rid_1', code: '123456' }],
    ['an unknown field', { externalId: 'a', code: '123456', epoch: 1 }],
    ["C4: a client's own time", { externalId: 'a', code: '123456', time: '2018-01-01T00:00:00Z' }],
    ['an empty external id', { externalId: '', code: '123456' }],
    ['a long external id', { externalId: 'x'.repeat(257), code: '123456' }],
    ['half a surrogate pair', { externalId: '\ud800', code: '123456' }],
    ['a contract of its own choice', { externalId: 'a', code: '123456', contract: 'ctr_1' }],
  ])('%s is 422', async (_name, body) => expect((await post(body)).status).toBe(422));

  it('an operator names the contract; an unknown one is 404', async () => {
    world.clock.advance(60_000);
    const { contract, externalId } = person;
    const code = person.code();
    expect(await post({ externalId, code }, operator)).toMatchObject({ status: 422 });
    for (const unknown of ['ctr_00000000000000000000000000', 'ctr_none', '..'])
      expect(await post({ externalId, code, contract: unknown }, operator)).toMatchObject({ status: 404 });
    expect(await post({ externalId, code, contract }, operator)).toMatchObject({
      status: 200,
      body: { result: 'success' },
    });
  });

  it('is for service providers, contractors and operators', async () => {
    const { externalId } = person;
    for (const role of ['finance', 'auditor'] as const)
      expect(await post({ externalId, code: '123456' }, { role, key: 'key_1' })).toMatchObject({
        status: 403,
      });
    expect(await post({ externalId, code: '123456' }, { role: 'contractor', key: 'key_1' })).toMatchObject({
      status: 403,
    });
  });

  it('an answer is kept by no cache; a success names its place in the log', async () => {
    world.clock.advance(60_000);
    const { externalId } = person;
    const { headers } = await post({ externalId, code: person.code() });
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['etag']).toMatch(/^"\d+"$/);
    expect(headers['consistency-token']).toEqual(expect.any(String));
    expect((await post({ externalId, code: person.wrongCode() })).headers['cache-control']).toBe('no-store');
  });
});
