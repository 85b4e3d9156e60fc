import type { ContractId, AccountId } from '@smartkey/kernel';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openPostgres } from '@smartkey/database';
import { startPostgres, type PostgresHarness, untilSeen } from '@smartkey/testing';
import type { ImportView } from '../imports/import-view.ts';
import { CodeChecker } from '../testing/neighbours.fixture.ts';
import { World } from '../testing/world.fixture.ts';

describe('on a real PostgreSQL, where many write at once', () => {
  let postgres: PostgresHarness;
  let world: World;
  let contract: ContractId;
  let path: string;
  beforeAll(async () => {
    postgres = await startPostgres();
    const url = await postgres.createDatabase();
    world = await World.open({ server: () => openPostgres(url) });
    contract = await world.contracts.accepted('2018-01-01T03:00:00.000Z');
    path = `/v1/contracts/${contract}/ids`;
  });
  afterAll(async () => {
    await world.close();
    await postgres.stop();
  });

  it('parallel registrations of one external id make one account with one spell', async () => {
    for (let round = 0; round < 5; round += 1) {
      const externalId = `raced-${round}`;
      const answers = await Promise.all(
        Array.from({ length: 16 }, () => world.call<{ id: AccountId }>('POST', path, { externalId })),
      );
      const made = answers.filter(({ status }) => status === 201);
      expect(made).toHaveLength(1);
      expect(answers.filter(({ status }) => status === 409)).toHaveLength(15);
      expect(await world.types(made[0]!.body.id)).toEqual(['IdRegistered']);
    }
  });

  it('files about the same people and single registrations meet in one account for each', async () => {
    const people = Array.from({ length: 60 }, (_, person) => `person-${person}`);
    const send = (names: readonly string[]) => {
      const csv = ['externalId,action', ...names.map((name) => `${name},register`)].join('\n');
      return world.call<ImportView>('POST', `${path}/imports`, undefined, { csv });
    };
    const [one, two, ...singles] = await Promise.all([
      send(people),
      send([...people].reverse()),
      ...people.slice(0, 20).map((externalId) => world.call('POST', path, { externalId })),
    ]);
    const done = (id: string) =>
      untilSeen(
        async () => (await world.call<ImportView>('GET', `/v1/contracts/${contract}/imports/${id}`)).body,
        ({ status }) => status === 'completed',
      );
    const views = [await done(one!.body.id as string), await done(two!.body.id as string)];
    const made = singles.filter(({ status }) => status === 201).length;
    expect(views.map(({ failed }) => failed)).toEqual([0, 0]);
    expect(views.reduce((sum, { registered }) => sum + registered, made)).toBe(60);
    const listed = await world.call<{ items: { externalId: string }[] }>('GET', `${path}?limit=200`);
    const names = listed.body.items
      .map(({ externalId }) => externalId)
      .filter((name) => name.startsWith('person-'));
    expect(names.sort()).toEqual([...people].sort());
  });

  it('one code confirms one device, however often it is sent at once', async () => {
    const account = await world.register(contract, 'phone');
    const { body } = await world.call<{ id: AccountId }>('POST', `${path}/${account}/enrolments`, {});
    const answers = await Promise.all(
      Array.from({ length: 12 }, () =>
        world.call('POST', `/v1/enrolments/${body.id}/confirmation`, { code: CodeChecker.RIGHT }),
      ),
    );
    expect(answers.every(({ status }) => status === 200 || status === 409)).toBe(true);
    expect(answers.some(({ status }) => status === 200)).toBe(true);
    expect(await world.types(account)).toEqual(['IdRegistered', 'EnrolmentStarted', 'DeviceEnrolled']);
  });
});
