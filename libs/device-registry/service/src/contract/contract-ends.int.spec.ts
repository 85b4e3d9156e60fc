import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { until, World } from '../testing/world.fixture.ts';

describe('第6条: at the end of the effective day the registry deregisters every ID', () => {
  let world: World;
  let contract: string;
  beforeEach(async () => {
    world = await World.open();
    contract = await world.contracts.accepted('2018-01-01T03:00:00.000Z');
  }, 30_000);
  afterEach(() => world.close());

  const END = '2018-01-31T15:00:00.000Z';
  const ids = (more = ''): string => `/v1/contracts/${contract}/ids${more}`;
  const ended = (account: string) =>
    until(
      () => world.events(account),
      (events) => events.some(({ type }) => type === 'IdDeregistered'),
    );
  const terminated = () =>
    world.contracts.says(contract, 'ContractTerminated', { lastDay: '2018-01-31' }, END);

  it('by its own clock, from the dated facts: nobody had to say that the end has come', async () => {
    const account = await world.register(contract, 'taro');
    const device = await world.enrol(contract, account);
    const paused = await world.register(contract, 'hana');
    await world.call('POST', ids(`/${paused}/suspend`), {});
    await world.contracts.cancelled(contract, '2018-01-31', '2018-01-01T03:00:00.000Z');
    await world.setClock('2018-01-31T14:59:59.999Z');
    expect((await world.call('POST', ids(), { externalId: 'last' })).status).toBe(201);
    await world.setClock(END);
    for (const one of [account, paused]) {
      const event = (await ended(one)).find(({ type }) => type === 'IdDeregistered');
      expect(event).toMatchObject({
        occurredAt: END,
        data: { lastDay: '2018-01-31', cause: 'contract-ended', registeredOn: '2018-01-10' },
        metadata: { actor: { role: 'system', key: 'device-registry' } },
      });
    }
    await until(
      () => world.events(account),
      (events) => events.at(-1)?.type === 'DeviceRevoked',
    );
    expect((await world.call('POST', `/v1/devices/${device}/resume`, {})).status).toBe(409);
    expect(await world.call('POST', ids(), { externalId: 'too-late' })).toMatchObject({
      status: 409,
      body: { code: 'contract-ended', errors: [{ rule: '第6条' }] },
    });
  });

  it('by the termination, also recorded late; days after the last day are outside the window', async () => {
    const before = await world.register(contract, 'before');
    await world.setClock('2018-02-05T03:00:00.000Z');
    const after = await world.register(contract, 'after');
    // A paper notice, recorded after its own effective day: the contract ends at once, as of that day.
    await world.contracts.cancelled(contract, '2018-01-31', '2018-01-01T03:00:00.000Z');
    await terminated();
    const [first] = (await ended(before)).filter(({ type }) => type === 'IdDeregistered');
    const [second] = (await ended(after)).filter(({ type }) => type === 'IdDeregistered');
    expect(first).toMatchObject({ occurredAt: END, data: { lastDay: '2018-01-31' } });
    expect(second).toMatchObject({
      occurredAt: END,
      data: { registeredOn: '2018-02-05', lastDay: '2018-02-05' },
    });
  });

  it('once, however often and from whatever side it is said', async () => {
    const account = await world.register(contract, 'taro');
    await world.contracts.cancelled(contract, '2018-01-31', '2018-01-01T03:00:00.000Z');
    await world.setClock(END);
    await terminated();
    await ended(account);
    await Promise.all([
      world.registry.ends.deregisterAll(contract, '2018-01-31'),
      world.registry.dueWork.runDue(END),
      world.registry.dueWork.runDue(END),
    ]);
    expect(await world.types(account)).toEqual(['IdRegistered', 'IdDeregistered']);
    expect(await world.registry.dueWork.nextDue()).toBeUndefined();
  });

  it('not where the contract service says that the day has been moved, though the bus has not', async () => {
    const account = await world.register(contract, 'taro');
    await world.contracts.cancelled(contract, '2018-01-31', '2018-01-01T03:00:00.000Z');
    await until(
      () => world.registry.dueWork.nextDue(),
      (due) => due === END,
    );
    // The owner's answer is ahead of what was published.
    const facts = world.contracts.facts(contract)!;
    world.contracts.facts = () => ({ ...facts, lastDay: '2018-02-28', revision: facts.revision + 1 });
    await world.setClock(END);
    await world.registry.dueWork.runDue(END);
    expect(await world.types(account)).toEqual(['IdRegistered']);
  });

  it('waits where the contract service cannot be asked, and does it later as of the same day', async () => {
    const account = await world.register(contract, 'taro');
    await world.contracts.cancelled(contract, '2018-01-31', '2018-01-01T03:00:00.000Z');
    await until(
      () => world.registry.dueWork.nextDue(),
      (due) => due === END,
    );
    world.contracts.down = true;
    await world.setClock('2018-02-02T00:00:00.000Z');
    await expect(world.registry.dueWork.runDue('2018-02-02T00:00:00.000Z')).rejects.toThrow(/unavailable/);
    world.contracts.down = false;
    const event = (await ended(account)).at(-1);
    expect(event).toMatchObject({ occurredAt: END, data: { lastDay: '2018-01-31' } });
  });

  it('a command that comes before the timer finds the ID deregistered', async () => {
    const account = await world.register(contract, 'taro');
    await world.contracts.cancelled(contract, '2018-01-31', '2018-01-01T03:00:00.000Z');
    await until(
      () => world.registry.dueWork.nextDue(),
      (due) => due === END,
    );
    await world.setClock(END);
    const [gone, suspended] = await Promise.all([
      world.call('DELETE', ids(`/${account}`)),
      world.call('POST', ids(`/${account}/suspend`), {}),
    ]);
    expect(gone).toMatchObject({ status: 200, body: { deregisteredOn: '2018-01-31', deregisteredAt: END } });
    expect(suspended.status).toBe(409);
    expect(await world.types(account)).toEqual(['IdRegistered', 'IdDeregistered']);
  });

  it('an operator can still enter a forgotten past day; it ends with the contract', async () => {
    await world.contracts.cancelled(contract, '2018-01-31', '2018-01-01T03:00:00.000Z');
    await world.setClock('2018-02-10T00:00:00.000Z');
    const late = { externalId: 'forgotten', registeredOn: '2018-01-20', reason: '届出漏れ' };
    expect(await world.call('POST', ids(), late)).toMatchObject({
      status: 201,
      body: { status: 'deregistered', registeredOn: '2018-01-20', deregisteredOn: '2018-01-31' },
    });
  });
});
