import { untilSeen } from '@smartkey/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ContractId } from '@smartkey/kernel';
import type { ImportView } from '../imports/import-view.ts';
import { World } from '../testing/world.fixture.ts';

let world: World;
let contract: ContractId;

beforeAll(async () => {
  world = await World.open();
  contract = await world.contracts.accepted('2018-01-01T03:00:00.000Z');
});
afterAll(() => world?.close());

const path = (more: string): string => `/v1/contracts/${contract}${more}`;
const file = async (query = ''): Promise<string> =>
  (await world.call<string>('GET', path(`/ids.csv${query}`))).body;

async function imported(csv: string): Promise<ImportView> {
  const { status, body } = await world.call<ImportView>('POST', path('/ids/imports'), undefined, { csv });
  expect(status).toBe(202);
  return untilSeen(
    async () => (await world.call<ImportView>('GET', path(`/imports/${body.id}`))).body,
    (view) => view.status === 'completed',
  );
}

describe('IDs as CSV', () => {
  it('are a file that an import takes again, and that changes nothing', async () => {
    const names = ['taro', '=1+1', "'=1+1", '@hanako', "o'hara", 'comma, and "quotes"', '-5'];
    for (const externalId of names) {
      const displayName = externalId === 'taro' ? '+山田, 太郎' : undefined;
      const answer = await world.call('POST', path('/ids'), {
        externalId,
        ...(displayName && { displayName }),
      });
      expect(answer.status).toBe(201);
    }
    const suspended = await world.register(contract, 'suspended');
    await world.call('POST', path(`/ids/${suspended}/suspend`), {});
    const gone = await world.register(contract, 'gone');
    await world.call('DELETE', path(`/ids/${gone}`));
    const csv = await file();
    const lines = csv.replace('\ufeff', '').trimEnd().split('\r\n');
    expect(lines[0]).toBe('externalId,displayName,action');
    expect(new Set(lines.slice(1))).toEqual(
      new Set([
        'taro,"\'+山田, 太郎",register',
        "'=1+1,,register",
        "''=1+1,,register",
        "'@hanako,,register",
        "o'hara,,register",
        '"comma, and ""quotes""",,register',
        '-5,,register',
        'suspended,,suspend',
        'gone,,deregister',
      ]),
    );
    const before = await world.call('GET', path('/ids?limit=200'));
    const histories = () =>
      Promise.all((before.body['items'] as { id: `rid_${string}` }[]).map(({ id }) => world.types(id)));
    const happened = await histories();
    expect(await imported(csv)).toMatchObject({ total: 9, unchanged: 9, failed: 0 });
    expect((await world.call('GET', path('/ids?limit=200'))).body).toEqual(before.body);
    expect(await histories()).toEqual(happened);
    expect(await file()).toBe(csv);
    expect((await file('?status=suspended')).trimEnd().split('\r\n').slice(1)).toEqual([
      'suspended,,suspend',
    ]);
  });

  it('show when each last signed in and was denied, and go without where authentication cannot be reached', async () => {
    const signedIn = await world.register(contract, 'signed-in');
    const last = { lastSuccessAt: '2018-01-05T00:00:00.000Z', lastFailureAt: null } as const;
    world.authentication.lastAttempts.set(signedIn, last);
    const never = await world.register(contract, 'never-signed-in');
    const one = (id: string) => world.call('GET', path(`/ids/${id}`));
    expect((await one(signedIn)).body).toMatchObject(last);
    expect((await one(never)).body).toMatchObject({ lastSuccessAt: null, lastFailureAt: null });
    const listed = await world.call<{ items: object[] }>('GET', path('/ids?externalId=signed-in'));
    expect(listed.body.items).toMatchObject([last]);
    world.authentication.down = true;
    const without = await one(signedIn);
    world.authentication.down = false;
    expect(without.status).toBe(200);
    expect(without.body).not.toHaveProperty('lastSuccessAt');
  });
});
