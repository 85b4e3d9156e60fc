import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Message } from '@smartkey/event-bus';
import { denied, World, type Person } from '../testing/service.fixture.ts';
import type { Told } from '../testing/owners.fixture.ts';

let world: World;
let person: Person;

beforeAll(async () => (world = await World.open()));
afterAll(() => world?.close());
beforeEach(async () => {
  world.owners.down = false;
  person = await world.person();
  await person.send(person.wrongCode());
});

/** By the bus, as the relay would have published them. */
const byBus = (...messages: readonly Told[]): Promise<void> => {
  const [knowledge] = world.service.assembly.reactors!;
  return knowledge!.react(
    messages.map((message, index): Message => {
      const source = message.stream.startsWith('contract-') ? 'contract' : 'device-registry';
      const envelope = { id: `id-${index}`, source, version: 1, position: 1n, previous: 0n } as const;
      return { ...envelope, ...message, occurredAt: world.now(), recordedAt: world.now() };
    }),
  );
};
const says: World['owners']['saysOfAccount'] = (...of) => world.owners.saysOfAccount(...of);
const suspend = () => says(person.account, 'IdSuspended', { account: person.account });
const resume = () => says(person.account, 'IdResumed', { account: person.account });
const works = async (steps: number): Promise<boolean> =>
  (await person.send(person.code(steps))).result === 'success';

describe("what is known of the others' facts", () => {
  it('a stop by the bus holds', async () => {
    await byBus(suspend());
    world.owners.down = true;
    await expect(works(0)).rejects.toThrow('503');
    world.owners.down = false;
    expect(await person.send(person.code())).toEqual(denied('id_suspended'));
  });

  it('told directly and then brought by the bus, in either order and again, it is one fact', async () => {
    const [stop, go] = [suspend(), resume()];
    await world.tell(stop);
    await byBus(stop, go);
    await world.tell(stop);
    await byBus(stop);
    expect(await works(0)).toBe(true);
  });

  it('told ahead of others that are missing, the owner is asked for the whole', async () => {
    suspend();
    resume();
    const third = suspend();
    await world.tell(third);
    world.owners.down = true;
    const [row] = await world.database.query<{ status: string; revision: bigint }>(
      `SELECT facts->>'status' AS status, revision FROM accounts WHERE account = $1`,
      [person.account],
    );
    expect(row).toEqual({ status: 'suspended', revision: BigInt(third.revision) });
  });

  it('told ahead while the owner is down it is not taken for known: the owner answers "pending", the bus delivers', async () => {
    const [first, second] = [
      suspend(),
      says(person.account, 'DeviceSuspended', { account: person.account, device: person.device }),
    ];
    world.owners.down = true;
    expect((await world.tell(second)).status).toBe(503);
    await byBus(first, second);
    world.owners.down = false;
    expect(await person.send(person.code())).toEqual(denied('id_suspended'));
  });

  it('a whole import is heard at once, and its people are known', async () => {
    const contract = world.contract();
    const accounts = Array.from({ length: 500 }, (_, index) =>
      world.owners.register(contract, `import-${index}`, world.now()),
    );
    const messages = accounts.map((account): Told => {
      const data = { account, spell: 1, registeredOn: '2018-01-15' };
      return { stream: `account-${account}`, type: 'IdRegistered', revision: 0, contract, data };
    });
    await byBus(...messages);
    const [row] = await world.database.query<{ known: bigint }>(
      'SELECT count(*) AS known FROM accounts WHERE contract = $1',
      [contract],
    );
    expect(row).toEqual({ known: 500n });
  });

  it('keeps no prices, fees or persons of a contract', async () => {
    const [row] = await world.database.query<{ facts: string }>(
      'SELECT facts::text AS facts FROM contracts WHERE contract = $1',
      [person.contract],
    );
    expect(row!.facts).not.toContain('Acme');
    expect(JSON.parse(row!.facts)).toMatchObject({ accepted: true, quotes: [], fees: [] });
  });

  it('streams of other kinds are passed over', async () => {
    await byBus({ stream: 'import-imp_1', type: 'ImportStarted', revision: 0, data: {} });
    expect(await works(0)).toBe(true);
  });
});
