import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AccountId, ContractId } from '@smartkey/kernel';
import { untilSeen } from '@smartkey/testing';
import { World } from '../testing/world.fixture.ts';

interface Listed {
  readonly items: readonly {
    readonly id: AccountId;
    readonly externalId?: string;
    readonly displayName?: string;
  }[];
}
interface Verified {
  readonly breaks: readonly object[];
  readonly unreadable: { readonly count: number; readonly events: readonly object[] };
}

let world: World;
let contract: ContractId;
let lost: AccountId;
let other: AccountId;

const path = (more: string): string => `/v1/contracts/${contract}${more}`;
const verified = async (): Promise<Verified> =>
  (await world.call<Verified>('POST', '/internal/log/verification')).body;
const shown = async (): Promise<ReadonlyMap<AccountId, string | null>> => {
  const { status, body } = await world.call<Listed>('GET', path('/ids?limit=200'));
  expect(status).toBe(200);
  return new Map(body.items.map(({ id, externalId }) => [id, externalId ?? null]));
};

beforeAll(async () => {
  world = await World.open();
  contract = await world.contracts.accepted('2018-01-01T03:00:00.000Z');
  lost = (
    await world.call<{ id: AccountId }>('POST', path('/ids'), { externalId: 'taro', displayName: '山田太郎' })
  ).body.id;
  other = await world.register(contract, 'hanako');
  expect((await verified()).unreadable).toEqual({ count: 0, events: [] });
  await world.parts.database.execute('DELETE FROM subject_keys WHERE subject = $1', [lost]);
  // Keys are kept in memory for a while.
  await world.restart();
});
afterAll(() => world?.close());

describe('an account whose key is lost', () => {
  it('is named by the verification, with where its events stand', async () => {
    const { breaks, unreadable } = await verified();
    expect(breaks).toEqual([]);
    expect(unreadable).toEqual({
      count: 1,
      events: [
        {
          position: expect.stringMatching(/^\d+$/),
          stream: `account-${lost}`,
          revision: 0,
          type: 'IdRegistered',
          subject: lost,
        },
      ],
    });
  });

  it('keeps nobody else from being listed, changed and read anew', async () => {
    expect(await shown()).toEqual(
      new Map([
        [lost, '[erased]'],
        [other, 'hanako'],
      ]),
    );
    expect((await world.call('GET', path('/ids.csv'))).status).toBe(200);
    expect((await world.call('POST', path(`/ids/${other}/suspend`), {})).status).toBe(200);
    const third = await world.register(contract, 'saburo');
    expect((await world.call('POST', '/internal/projections/account-directory/rebuild')).status).toBe(202);
    await untilSeen(
      async () => (await world.call<object[]>('GET', '/internal/projections')).body,
      (hosts) => !JSON.stringify(hosts).includes('"rebuilding":true'),
    );
    const directory = await untilSeen(shown, (seen) => seen.size === 3);
    expect([directory.get(other), directory.get(third)]).toEqual(['hanako', 'saburo']);
  });

  it('is none where the key was erased', async () => {
    await world.parts.database.execute(
      'INSERT INTO subject_keys (subject, wrapped, erased_at) VALUES ($1, NULL, now())',
      [lost],
    );
    expect((await verified()).unreadable).toEqual({ count: 0, events: [] });
  });
});
