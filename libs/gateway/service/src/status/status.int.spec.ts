import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestGateway } from '../testing/gateway.fixture.ts';

let test: TestGateway;
beforeAll(async () => {
  test = await TestGateway.start();
});
afterAll(() => test.close());

const path = '/v1/status/restrictions/push';
const set = (body: object, headers = {}) => test.call('PUT', path, body, { headers });

describe('a restriction of function caused by others (第9条)', () => {
  it('is declared and lifted by the operator, and seen by every role, with who and when', async () => {
    const { key } = await test.keyOf(test.contract(), 'service-provider');
    const status = async () => (await test.call('GET', '/v1/status', undefined, { key })).body;
    expect(await status()).toMatchObject({ status: 'ok', restrictions: [] });
    test.clock.set('2018-03-01T00:00:00.000Z');
    const declared = await set({ active: true, detail: 'プッシュ通知は利用できません。' });
    expect(declared.status).toBe(200);
    const change = {
      name: 'push',
      revision: 0,
      active: true,
      detail: 'プッシュ通知は利用できません。',
      changedAt: '2018-03-01T00:00:00.000Z',
      changedBy: 'bootstrap',
    };
    expect(declared.body).toEqual(change);
    expect(declared.headers.get('etag')).toBe('"0"');
    expect(await status()).toEqual({
      status: 'restricted',
      restrictions: [change],
      asOf: '2018-03-01T00:00:00.000Z',
    });
    test.clock.set('2018-03-02T00:00:00.000Z');
    await set({ active: false });
    expect(await status()).toMatchObject({ status: 'ok', restrictions: [] });
  });
  it('what holds already is answered as it is, and adds nothing', async () => {
    const history = async () => (await test.call('GET', path)).body.items;
    const before = await history();
    expect(before.map(({ active }: { active: boolean }) => active)).toEqual([true, false]);
    expect((await set({ active: false })).body.revision).toBe(1);
    expect(await history()).toEqual(before);
  });
  it('10 at once make one change', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => set({ active: true, detail: 'x' })));
    expect(answers.map(({ body }) => body.revision)).toEqual(Array.from({ length: 10 }, () => 2));
    expect((await test.call('GET', path)).body.items).toHaveLength(3);
  });
  it('survives a restart', async () => {
    await test.restart();
    expect((await test.call('GET', '/v1/status')).body.status).toBe('restricted');
  });
  it('a stale If-Match is 409', async () => {
    const call = await set({ active: false }, { 'if-match': '"1"' });
    expect([call.status, call.body.code]).toEqual([409, 'revision-mismatch']);
    expect((await set({ active: false }, { 'if-match': '"2"' })).status).toBe(200);
  });
  it.each<[string, string, unknown, string]>([
    ['no active', path, {}, '/active'],
    ['active as text', path, { active: 'true' }, '/active'],
    ['a name with capitals', '/v1/status/restrictions/Push', { active: true }, '/name'],
    ['an unknown field', path, { active: true, until: 'x' }, '/until'],
  ])('%s is 422 and named', async (_name, at, body, pointer) => {
    const call = await test.call('PUT', at, body);
    expect(call.status).toBe(422);
    expect(call.body.errors[0].pointer).toBe(pointer);
  });
  it('only the operator declares', async () => {
    for (const role of ['finance', 'auditor']) {
      const { key } = (await test.call('POST', '/v1/keys', { role })).body;
      expect((await test.call('PUT', path, { active: true }, { key })).status).toBe(403);
    }
  });
});
