import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ContractWorld, contractorOf } from '../testing/contract-world.fixture.ts';

let world: ContractWorld;
beforeAll(async () => {
  world = await ContractWorld.open('2018-01-10T00:00:00.000Z');
});
afterAll(() => world?.close());

const attestation = { met: true, on: '2018-01-10', attestedBy: '山田太郎' };

describe('第5条: conditions of use', () => {
  it('are attested by either side, the software with its licence, and withdrawn', async () => {
    const id = await world.accepted();
    const as = contractorOf(id);
    const path = `/contracts/${id}/conditions`;
    await world.ok('PUT', `${path}/1`, attestation, { as });
    expect(await world.call('PUT', `${path}/3`, attestation, { as })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/licenceVersion', rule: '第5条2項' }] },
    });
    const licensed = await world.call('PUT', `${path}/3`, { ...attestation, licenceVersion: '2.1' });
    expect(licensed.body.conditions[2]).toEqual({ condition: 3, ...attestation, licenceVersion: '2.1' });
    const again = await world.call('PUT', `${path}/3`, { ...attestation, licenceVersion: '2.1' });
    expect(again.headers.get('etag')).toBe(licensed.headers.get('etag'));
    const withdrawn = await world.ok('PUT', `${path}/1`, { ...attestation, met: false });
    expect(withdrawn.conditions[0]).toMatchObject({ condition: 1, met: false });
  });

  it.each(['0', '6', 'x', '1.0'])('condition %s is none', async (condition) => {
    const id = await world.accepted();
    expect(await world.call('PUT', `/contracts/${id}/conditions/${condition}`, attestation)).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/condition', rule: '第5条' }] },
    });
  });
});

describe('第5条3項: withholding', () => {
  it('is told to authentication before it is answered, holds once, and is lifted', async () => {
    const id = await world.accepted('service-provider', { billingStartDate: '2018-01-10' });
    const withhold = (withheld: boolean) =>
      world.call('PUT', `/contracts/${id}/withholding`, { withheld, reason: '使用許諾条件の不遵守' });
    const withheld = await withhold(true);
    expect(withheld).toMatchObject({
      status: 200,
      body: {
        withheld: true,
        status: 'in-service',
        withholding: { reason: '使用許諾条件の不遵守', since: '2018-01-10T00:00:00.000Z' },
        propagation: 'done',
      },
    });
    expect(world.told.messages.at(-1)).toEqual({
      stream: `contract-${id}`,
      type: 'ServiceWithheld',
      revision: withheld.body.revision,
      contract: id,
      data: {},
    });
    const again = await withhold(true);
    expect(again.headers.get('etag')).toBe(withheld.headers.get('etag'));
    expect(again.body.propagation).toBeUndefined();
    expect(await world.ok('GET', `/internal/contracts/${id}/facts`)).toMatchObject({ withheld: true });
    expect(await withhold(false)).toMatchObject({ body: { withheld: false, propagation: 'done' } });
    expect(world.told.messages.at(-1)).toMatchObject({ type: 'ServiceRestored' });
  });

  it('says pending where authentication cannot be reached: the bus brings it', async () => {
    const id = await world.accepted();
    world.told.down = true;
    try {
      expect(
        await world.ok('PUT', `/contracts/${id}/withholding`, { withheld: true, reason: '不遵守' }),
      ).toMatchObject({ withheld: true, propagation: 'pending' });
    } finally {
      world.told.down = false;
    }
  });

  it('is refused where all conditions are met, without a reason, and before the acceptance', async () => {
    const id = await world.accepted();
    for (const condition of [1, 2, 3, 4, 5])
      await world.ok('PUT', `/contracts/${id}/conditions/${condition}`, {
        ...attestation,
        ...(condition === 3 && { licenceVersion: '2.1' }),
      });
    const path = `/contracts/${id}/withholding`;
    expect(await world.call('PUT', path, { withheld: true, reason: 'x' })).toMatchObject({
      status: 422,
      body: { errors: [{ rule: '第5条3項' }] },
    });
    expect(await world.call('PUT', path, { withheld: true })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/reason' }] },
    });
    const applied = await world.apply();
    expect(
      await world.call('PUT', `/contracts/${applied}/withholding`, { withheld: true, reason: 'x' }),
    ).toMatchObject({ status: 409, body: { code: 'not-accepted' } });
  });
});
