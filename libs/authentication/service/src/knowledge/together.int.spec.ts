import type { AccountId, ContractId } from '@smartkey/kernel';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openPostgres, type DatabaseServer } from '@smartkey/database';
import type { Message } from '@smartkey/event-bus';
import { startPostgres, type PostgresHarness } from '@smartkey/testing';
import type { Instance } from '../testing/instance.fixture.ts';
import type { Told } from '../testing/owners.fixture.ts';
import { World } from '../testing/service.fixture.ts';

/** Two instances on one real PostgreSQL, to whom the same facts come at the same time: told directly, by the bus, and asked for. */
describe('facts of many accounts that come from several sides at once', () => {
  let postgres: PostgresHarness;
  let world: World;
  let secondServer: DatabaseServer;
  let instances: readonly Instance[];

  beforeAll(async () => {
    postgres = await startPostgres();
    const url = await postgres.createDatabase();
    world = await World.open(() => openPostgres(url));
    secondServer = await openPostgres(url);
    const second = await world.startInstance(await secondServer.database('authentication'));
    instances = [world.service, second];
  });
  afterAll(async () => {
    await world?.close();
    await secondServer?.close();
    await postgres?.stop();
  });

  const byBus = (instance: Instance, messages: readonly Told[]): Promise<void> =>
    instance.assembly.reactors![0]!.react(
      messages.map((message, index): Message => {
        const envelope = {
          id: `id-${index}`,
          source: 'device-registry',
          version: 1,
          position: 1n,
          previous: 0n,
        } as const;
        return { ...envelope, ...message, occurredAt: world.now(), recordedAt: world.now() };
      }),
    );

  const registered = (contract: ContractId, name: string): Told => {
    const account = world.owners.register(contract, name, world.now());
    const data = { account, spell: 1, registeredOn: '2018-01-15' };
    return { stream: `account-${account}`, type: 'IdRegistered', revision: 0, contract, data };
  };

  it('are kept once each, and nothing fails', async () => {
    for (let round = 0; round < 20; round++) {
      const contract = world.contract();
      const messages = Array.from({ length: 30 }, (_, n) => registered(contract, `together-${round}-${n}`));
      const code = '123456';
      const outcomes = await Promise.allSettled([
        byBus(instances[0]!, messages),
        ...messages.flatMap((message, n) => [
          instances[n % 2]!.call('/internal/facts/account', { messages: [message] }),
          instances[(n + 1) % 2]!.call('/internal/facts/account', { messages: [message] }),
          world.authenticate(
            contract,
            { externalId: `together-${round}-${n}`, code },
            { instance: instances[n % 2]! },
          ),
        ]),
      ]);
      const failures = outcomes.flatMap((each) =>
        each.status === 'rejected'
          ? [String(each.reason)]
          : (each.value as { status?: number } | undefined)?.status === 500
            ? ['answered 500']
            : [],
      );
      expect(failures).toEqual([]);
      const [row] = await world.database.query<{ known: bigint }>(
        'SELECT count(*) AS known FROM accounts WHERE contract = $1',
        [contract],
      );
      expect(row).toEqual({ known: 30n });
    }
  });

  it('the newest of them stands, whichever comes last', async () => {
    const contract = world.contract();
    const first = registered(contract, 'suspended-at-once');
    const { account } = first.data as { account: AccountId };
    const second = world.owners.saysOfAccount(account, 'IdSuspended', { account });
    for (let round = 0; round < 20; round++) {
      await world.database.execute('DELETE FROM accounts WHERE account = $1', [account]);
      await Promise.all([
        byBus(instances[0]!, [first]),
        byBus(instances[1]!, [first, second]),
        instances[0]!.call('/internal/facts/account', { messages: [first] }),
      ]);
      const [row] = await world.database.query<{ status: string }>(
        `SELECT facts->>'status' AS status FROM accounts WHERE account = $1`,
        [account],
      );
      expect(row).toEqual({ status: 'suspended' });
    }
  });
});
