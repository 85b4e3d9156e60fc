import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ContractWorld, contractorOf } from '../testing/contract-world.fixture.ts';

let world: ContractWorld;
beforeAll(async () => {
  world = await ContractWorld.open('2018-01-10T00:00:00.000Z');
});
afterAll(() => world?.close());

const DUE = new Set(['ServiceStarted', 'PlanChanged', 'PlanChangeLapsed', 'ContractTerminated']);

/** What has come about by itself, in the order of the log. */
async function comeAbout(): Promise<readonly { type: string; occurredAt: string; stream: string }[]> {
  const { events } = await world.store.readAll({ after: 0n, limit: 5_000 });
  return events.filter(({ type }) => DUE.has(type));
}

const provider = { plan: 'service-provider', effectiveMonth: '2018-01', baseFee: '0' };
const perUnit = { model: 'perUnit', unitPrice: '1' };

describe('what becomes due by itself', () => {
  it('nothing is due where nothing is dated', async () => {
    await world.accepted();
    expect(await world.due.nextDue()).toBeUndefined();
  });

  it('第4条, 第6条, 第7条: comes in the order of the instants over all contracts, complete for the log up to the call', async () => {
    const ending = await world.accepted('enterprise', { billingStartDate: '2018-03-15' });
    await world.ok('POST', `/contracts/${ending}/cancellation`, { requestedDay: '2018-04-10' });
    const changing = await world.accepted('enterprise', { billingStartDate: '2018-02-20' });
    await world.ok('POST', `/contracts/${changing}/quotes`, { ...provider, authApi: perUnit });
    const path = `/contracts/${changing}/plan-changes`;
    const { id } = await world.ok('POST', path, { plan: 'service-provider', fromMonth: '2018-04' });
    await world.ok('POST', `${path}/${id}/acceptance`);
    const waiting = await world.accepted();
    await world.ok(
      'POST',
      `/contracts/${waiting}/plan-changes`,
      { plan: 'service-provider', fromMonth: '2018-03' },
      { as: contractorOf(waiting) },
    );

    expect(await world.due.nextDue()).toBe('2018-02-19T15:00:00.000Z');
    await world.due.runDue('2018-02-19T14:59:59.999Z');
    expect(await comeAbout()).toEqual([]);
    await world.due.runDue('2018-04-10T15:00:00.000Z');
    expect((await comeAbout()).map(({ type, occurredAt, stream }) => [type, occurredAt, stream])).toEqual([
      ['ServiceStarted', '2018-02-19T15:00:00.000Z', `contract-${changing}`],
      ['PlanChangeLapsed', '2018-02-28T15:00:00.000Z', `contract-${waiting}`],
      ['ServiceStarted', '2018-03-14T15:00:00.000Z', `contract-${ending}`],
      ['PlanChanged', '2018-03-31T15:00:00.000Z', `contract-${changing}`],
      ['ContractTerminated', '2018-04-10T15:00:00.000Z', `contract-${ending}`],
    ]);
    expect(await world.due.nextDue()).toBeUndefined();
  });

  it('and again, also at the same time: each once', async () => {
    const contracts = await Promise.all(
      [1, 2, 3].map(() => world.accepted('enterprise', { billingStartDate: '2018-05-01' })),
    );
    const before = (await comeAbout()).length;
    const upTo = '2018-05-01T00:00:00.000Z';
    await Promise.all([world.due.runDue(upTo), world.due.runDue(upTo)]);
    await world.due.runDue(upTo);
    const started = (await comeAbout()).slice(before);
    expect(started.map(({ stream }) => stream).sort()).toEqual(
      contracts.map((id) => `contract-${id}`).sort(),
    );
  });
});
