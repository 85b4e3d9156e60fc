import { untilSeen } from '@smartkey/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { addDays, endOfDay, jstDayOf, startOfDay, type JstDay } from '@smartkey/calendar';
import { plusMillis, type Instant, type AccountId, type ContractId } from '@smartkey/kernel';
import { accountHandler, known } from '../log/account-handler.ts';
import { World } from '../testing/world.fixture.ts';

describe('第6条: at the end of the effective day the registry deregisters every ID', () => {
  let world: World;
  let contract: ContractId;
  /** The day of the test's registrations, and what it goes by. Time goes forward only, so each test begins later. */
  let today: JstDay;
  let lastDay: JstDay;
  let end: Instant;
  beforeAll(async () => {
    world = await World.open();
  });
  beforeEach(async () => {
    today = addDays(jstDayOf(world.now()), 10);
    lastDay = addDays(today, 20);
    end = endOfDay(lastDay);
    await world.setClock(startOfDay(today));
    contract = await world.contracts.accepted(startOfDay(today));
  });
  afterAll(() => world.close());

  const ids = (more = ''): string => `/v1/contracts/${contract}/ids${more}`;
  const ended = (account: AccountId) =>
    untilSeen(
      () => world.events(account),
      (events) => events.some(({ type }) => type === 'IdDeregistered'),
    );
  const terminated = () => world.contracts.says(contract, 'ContractTerminated', { lastDay }, end);

  it('by its own clock, from the dated facts: nobody had to say that the end has come', async () => {
    const account = await world.register(contract, 'taro');
    const device = await world.enrol(contract, account);
    const paused = await world.register(contract, 'hana');
    await world.call('POST', ids(`/${paused}/suspend`), {});
    await world.contracts.cancelled(contract, lastDay, startOfDay(today));
    await world.setClock(plusMillis(end, -1));
    expect((await world.call('POST', ids(), { externalId: 'last' })).status).toBe(201);
    await world.setClock(end);
    for (const one of [account, paused]) {
      const event = (await ended(one)).find(({ type }) => type === 'IdDeregistered');
      expect(event).toMatchObject({
        occurredAt: end,
        data: { lastDay, cause: 'contract-ended', registeredOn: today },
        metadata: { actor: { role: 'system', key: 'device-registry' } },
      });
    }
    await untilSeen(
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
    const late = addDays(lastDay, 5);
    await world.setClock(startOfDay(late));
    const after = await world.register(contract, 'after');
    // A paper notice, recorded after its own effective day: the contract ends at once, as of that day.
    await world.contracts.cancelled(contract, lastDay, startOfDay(today));
    await terminated();
    const [first] = (await ended(before)).filter(({ type }) => type === 'IdDeregistered');
    const [second] = (await ended(after)).filter(({ type }) => type === 'IdDeregistered');
    expect(first).toMatchObject({ occurredAt: end, data: { lastDay } });
    expect(second).toMatchObject({
      occurredAt: end,
      data: { registeredOn: late, lastDay: late },
    });
  });

  it('once, however often and from whatever side it is said', async () => {
    const account = await world.register(contract, 'taro');
    await world.contracts.cancelled(contract, lastDay, startOfDay(today));
    await world.setClock(end);
    await terminated();
    await ended(account);
    await Promise.all([
      world.registry.ends.deregisterAll(contract, lastDay),
      world.registry.dueWork.runDue(end),
      world.registry.dueWork.runDue(end),
    ]);
    expect(await world.types(account)).toEqual(['IdRegistered', 'IdDeregistered']);
    expect(await world.registry.dueWork.nextDue()).toBeUndefined();
  });

  it('not where the contract service says that the day has been moved, though the bus has not', async () => {
    const account = await world.register(contract, 'taro');
    await world.contracts.cancelled(contract, lastDay, startOfDay(today));
    await untilSeen(
      () => world.registry.dueWork.nextDue(),
      (due) => due === end,
    );
    // The owner's answer is ahead of what was published.
    const published = world.contracts.facts.bind(world.contracts);
    const moved = addDays(lastDay, 5);
    world.contracts.facts = (asked) => {
      const facts = published(asked);
      return facts === undefined || asked !== contract
        ? facts
        : { ...facts, lastDay: moved, revision: facts.revision + 1 };
    };
    await world.setClock(end);
    await world.registry.dueWork.runDue(end);
    expect(await world.types(account)).toEqual(['IdRegistered']);
    world.contracts.facts = published;
    const correction = {
      cancellation: 'can_1' as const,
      arrivedAt: startOfDay(today),
      effectiveDay: moved,
      reason: '訂正',
    };
    await world.contracts.says(contract, 'CancellationCorrected', correction, end);
    await untilSeen(
      () => world.registry.dueWork.nextDue(),
      (due) => due === endOfDay(moved),
    );
    await world.setClock(endOfDay(moved));
    expect((await ended(account)).at(-1)).toMatchObject({ data: { lastDay: moved } });
  });

  it('waits where the contract service cannot be asked, and does it later as of the same day', async () => {
    const account = await world.register(contract, 'taro');
    await world.contracts.cancelled(contract, lastDay, startOfDay(today));
    await untilSeen(
      () => world.registry.dueWork.nextDue(),
      (due) => due === end,
    );
    world.contracts.down = true;
    const later = plusMillis(end, 33 * 3_600_000);
    await world.setClock(later);
    await expect(world.registry.dueWork.runDue(later)).rejects.toThrow(/unavailable/);
    world.contracts.down = false;
    const event = (await ended(account)).at(-1);
    expect(event).toMatchObject({ occurredAt: end, data: { lastDay } });
  });

  it('a command that comes before the timer finds the ID deregistered', async () => {
    const account = await world.register(contract, 'taro');
    await world.contracts.cancelled(contract, lastDay, startOfDay(today));
    await untilSeen(
      () => world.registry.dueWork.nextDue(),
      (due) => due === end,
    );
    await world.setClock(end);
    const [gone, suspended] = await Promise.all([
      world.call('DELETE', ids(`/${account}`)),
      world.call('POST', ids(`/${account}/suspend`), {}),
    ]);
    expect(gone).toMatchObject({ status: 200, body: { deregisteredOn: lastDay, deregisteredAt: end } });
    expect(suspended.status).toBe(409);
    expect(await world.types(account)).toEqual(['IdRegistered', 'IdDeregistered']);
  });

  it('第5条1項: what is decided next goes by the account after its end: no enrolment waits any more', async () => {
    const account = await world.register(contract, 'taro');
    await world.contracts.cancelled(contract, lastDay, startOfDay(today));
    await untilSeen(
      () => world.registry.dueWork.nextDue(),
      (due) => due === end,
    );
    expect((await world.call('POST', ids(`/${account}/enrolments`), {})).status).toBe(201);
    const loaded = await accountHandler(world.parts).load(account);
    if (loaded === undefined) throw new Error('it was registered');
    const running = await world.registry.ends.deregisterIfEnded(known(loaded), plusMillis(end, -1));
    expect(running).toMatchObject({ status: 'registered', enrolments: { waiting: {} } });
    const ended = await world.registry.ends.deregisterIfEnded(known(loaded), end);
    expect(ended.status).toBe('deregistered');
    expect(ended.enrolments.waiting).toBeUndefined();
    expect((await world.types(account)).slice(2)).toEqual(['IdDeregistered', 'EnrolmentEnded']);
  });

  it('an operator can still enter a forgotten past day; it ends with the contract', async () => {
    await world.contracts.cancelled(contract, lastDay, startOfDay(today));
    await world.setClock(plusMillis(end, 86_400_000));
    const late = { externalId: 'forgotten', registeredOn: addDays(today, 3), reason: '届出漏れ' };
    const { status, body } = await world.call<{ id: string }>('POST', ids(), late);
    expect(status).toBe(201);
    // With the answer, or a moment later where the bus brings the cancellation after it.
    const shown = await untilSeen(
      () => world.call('GET', ids(`/${body.id}`)),
      (answer) => answer.body['status'] === 'deregistered',
    );
    expect(shown.body).toMatchObject({
      registeredOn: addDays(today, 3),
      deregisteredOn: lastDay,
      deregisteredAt: end,
    });
  });
});
