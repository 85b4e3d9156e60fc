import { untilSeen } from '@smartkey/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { derivedUuid } from '@smartkey/identity';
import { systemActor, type AccountId, type ContractId, type Instant } from '@smartkey/kernel';
import { openSecrets, KeyRing } from '@smartkey/secrets';
import { resultsOf, rowsOf } from '../testing/import-tables.fixture.ts';
import type { AccountView } from '../accounts/account-view.ts';
import type { ImportView } from '../imports/import-view.ts';
import { contractorOf, World } from '../testing/world.fixture.ts';

const WAIT = 60_000;

describe('an erasure of personal data', () => {
  let world: World;
  let contract: ContractId;
  const path = (more = ''): string => `/v1/contracts/${contract}/ids${more}`;
  const view = async (account: AccountId): Promise<AccountView> =>
    (await world.call<AccountView>('GET', path(`/${account}`))).body;
  const listed = async (account: AccountId): Promise<AccountView | undefined> =>
    (await world.call<{ items: AccountView[] }>('GET', path('?limit=200'))).body.items.find(
      ({ id }) => id === account,
    );
  const deregistered = async (externalId: string): Promise<AccountId> => {
    const account = await world.register(contract, externalId);
    expect((await world.call('DELETE', path(`/${account}`))).status).toBe(200);
    return account;
  };
  const erase = (account: AccountId, query = '') =>
    world.call<{ erasedAt?: Instant; code?: string }>('DELETE', path(`/${account}/personal-data${query}`));
  const nothingLeft = (account: AccountId) =>
    untilSeen(
      () => world.parts.database.query('SELECT 1 FROM erasure_work WHERE account = $1', [account]),
      (rows) => rows.length === 0,
    );
  const imported = async (csv: string): Promise<string> => {
    const { body } = await world.call<ImportView>('POST', path('/imports'), undefined, { csv });
    await untilSeen(
      async () => (await world.call<ImportView>('GET', `/v1/contracts/${contract}/imports/${body.id}`)).body,
      ({ status }) => status === 'completed',
    );
    return body.id;
  };

  beforeAll(async () => {
    world = await World.open();
    contract = await world.contracts.accepted('2018-01-01T03:00:00.000Z');
  }, WAIT);
  afterAll(() => world.close());

  it(
    'waits for the end of the registration, answers when it was, and the same again',
    async () => {
      const account = await world.register(contract, 'taro');
      expect(await erase(account)).toMatchObject({ status: 409, body: { code: 'still-registered' } });
      await world.call('DELETE', path(`/${account}`));
      const erasedAt = world.now();
      expect(await erase(account, '?reason=%E6%9C%AC%E4%BA%BA')).toMatchObject({
        status: 200,
        body: { erasedAt },
      });
      await world.setClock('2018-01-11T03:00:00.000Z');
      expect(await erase(account)).toMatchObject({ status: 200, body: { erasedAt } });
      expect(await world.types(account)).toEqual(['IdRegistered', 'IdDeregistered', 'PersonalDataErased']);
      expect(await view(account)).toMatchObject({ externalId: '[erased]', status: 'deregistered', erasedAt });
      expect(
        await untilSeen(
          () => listed(account),
          (one) => one?.erasedAt !== undefined,
        ),
      ).toMatchObject({
        externalId: '[erased]',
      });
    },
    WAIT,
  );

  it('is the operator’s and the contractor’s, for their own IDs', async () => {
    const account = await deregistered('jiro');
    const other = await world.contracts.accepted('2018-01-01T03:00:00.000Z');
    const by = (actor: ReturnType<typeof contractorOf>, of: ContractId) =>
      world.call('DELETE', `/v1/contracts/${of}/ids/${account}/personal-data`, undefined, { actor });
    expect((await by(contractorOf(other), contract)).status).toBe(404);
    expect((await by(contractorOf(other), other)).status).toBe(404);
    expect((await by(contractorOf(contract), contract)).status).toBe(200);
  });

  it(
    'makes the external id another account, whatever died behind the fact',
    async () => {
      const account = await deregistered('saburo');
      // The fact alone: whoever erased it died before the digest was let go.
      await world.parts.store.append({
        stream: `account-${account}`,
        expected: 'any',
        events: [
          {
            id: derivedUuid('erased', account),
            type: 'PersonalDataErased',
            version: 1,
            data: { account, contract, cause: 'request' },
            metadata: { commandId: 'erased', actor: systemActor('test') },
            occurredAt: world.now(),
          },
        ],
      });
      const again = await world.call<AccountView>('POST', path(), {
        externalId: 'saburo',
        displayName: '三郎',
      });
      expect(again.status).toBe(201);
      expect(again.body.id).not.toBe(account);
      expect(again.body.displayName).toBe('三郎');
      // Once more, as the reactor does it: the new one is not touched.
      await world.registry.followUp.release(account);
      expect((await view(again.body.id)).externalId).toBe('saburo');
      const found = await world.call<{ items: AccountView[] }>('GET', path('?externalId=saburo'));
      expect(found.body.items.map(({ id }) => id)).toEqual([again.body.id]);
    },
    WAIT,
  );

  it('is refused by a legal hold, which the operator sets and lifts, each with a reason in the log', async () => {
    const account = await deregistered('shiro');
    const hold = path(`/${account}/legal-hold`);
    expect((await world.call('PUT', hold, {})).status).toBe(422);
    const heldSince = world.now();
    expect((await world.call('PUT', hold, { reason: '訴訟' })).body).toEqual({ held: true, heldSince });
    expect(await view(account)).toMatchObject({ heldSince });
    expect(await erase(account)).toMatchObject({ status: 409, body: { code: 'legal-hold' } });
    expect((await world.call('DELETE', `${hold}?reason=${encodeURIComponent('和解')}`)).body).toEqual({
      held: false,
    });
    expect((await erase(account)).status).toBe(200);
    expect(await world.call('PUT', hold, { reason: '訴訟' })).toMatchObject({
      status: 409,
      body: { code: 'personal-data-erased' },
    });
    expect(await world.types(account)).toEqual([
      'IdRegistered',
      'IdDeregistered',
      'LegalHoldSet',
      'LegalHoldLifted',
      'PersonalDataErased',
    ]);
  });

  it(
    'goes through the files of imports: rows stay, and name nobody',
    async () => {
      const csv = 'externalId,displayName,action\ngoro,五郎,register\nrokuro,六郎,register';
      const file = await imported(csv);
      const failed = await imported('externalId,displayName,action\ngoro,五郎,nonsense');
      const { items } = (await world.call<{ items: AccountView[] }>('GET', path('?externalId=goro'))).body;
      const account = items[0]!.id;
      expect((await world.call('DELETE', path(`/${account}`))).status).toBe(200);
      expect((await erase(account)).status).toBe(200);
      await nothingLeft(account);
      const results = async (id: string): Promise<string> =>
        (await world.call<string>('GET', `/v1/contracts/${contract}/imports/${id}/results.csv`)).body;
      expect(await results(file)).toContain('rokuro');
      for (const id of [file, failed]) {
        expect(await results(id)).toContain('[erased]');
        expect(await results(id)).not.toMatch(/goro|五郎/);
      }
      // Opened with every key that there is.
      const secrets = await openSecrets({
        database: world.parts.database,
        service: 'device-registry',
        material: { keyEncryption: new KeyRing([new Uint8Array(32).fill(1)]), source: 'the tests' },
      });
      const opened = JSON.stringify([
        await rowsOf(world.parts.database, secrets.secretBox),
        await resultsOf(world.parts.database, secrets.secretBox),
      ]);
      expect(opened).toContain('rokuro');
      expect(opened).not.toMatch(/goro|五郎/);
      expect(
        await world.parts.database.query('SELECT 1 FROM display_names WHERE account = $1', [account]),
      ).toEqual([]);
    },
    WAIT,
  );

  it('leaves days that the operator can still put right', async () => {
    const account = await deregistered('shichiro');
    const { spells } = await view(account);
    await erase(account);
    const voided = await world.call('POST', path(`/${account}/registrations/${spells[0]!.id}/void`), {
      reason: '誤登録',
    });
    expect(voided.status).toBe(200);
    expect((await view(account)).spells).toEqual([]);
  });
});

describe('the retention setting', () => {
  it(
    'erases by itself who ended so many days ago, and nobody who is held or came again',
    async () => {
      const world = await World.open({ variables: { SMARTKEY_ERASE_AFTER_DAYS: '30' } });
      const contract = await world.contracts.accepted('2018-01-01T03:00:00.000Z');
      const path = (more = ''): string => `/v1/contracts/${contract}/ids${more}`;
      const ids = new Map<string, AccountId>();
      for (const name of ['gone', 'held', 'again', 'late'])
        ids.set(name, await world.register(contract, name));
      for (const name of ['gone', 'held', 'again']) await world.call('DELETE', path(`/${ids.get(name)!}`));
      await world.call('PUT', path(`/${ids.get('held')!}/legal-hold`), { reason: '訴訟' });
      await world.register(contract, 'again');
      await world.setClock('2018-01-20T03:00:00.000Z');
      await world.call('DELETE', path(`/${ids.get('late')!}`));
      await world.setClock('2018-02-10T03:00:00.000Z');
      await world.registry.erasureWorker.drain();
      expect((await world.call<AccountView>('GET', path(`/${ids.get('gone')!}`))).body.erasedAt).toBe(
        world.now(),
      );
      for (const name of ['held', 'again', 'late'])
        expect((await world.call<AccountView>('GET', path(`/${ids.get(name)!}`))).body.externalId).toBe(name);
      await world.close();
    },
    WAIT,
  );
});
