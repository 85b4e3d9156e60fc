import { untilSeen } from '@smartkey/testing';
import type { ContractId, AccountId } from '@smartkey/kernel';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { isDeepStrictEqual } from 'node:util';
import type { JstDay } from '@smartkey/calendar';
import { contractorOf, World } from '../testing/world.fixture.ts';
import type { ImportView } from '../imports/import-view.ts';

interface Shown {
  readonly id: AccountId;
  readonly status: string;
  readonly registeredOn?: string;
  readonly spells: readonly { id: string; registeredOn: string; deregisteredOn: string | null }[];
  readonly affects?: readonly { month: string; number: string | null }[];
  readonly code?: string;
}

const reason = '誤登録';
const january = { month: '2018-01', number: 'SKM-000001' };
const february = { month: '2018-02', number: 'SKM-000002' };

describe('facts of past days over HTTP (Invoices, late facts)', () => {
  let world: World;
  let contract: ContractId;
  const ids = (more = ''): string => `/v1/contracts/${contract}/ids${more}`;
  const post = (path: string, body: object, options = {}) => world.call<Shown>('POST', path, body, options);
  const put = (path: string, body: object, options = {}) => world.call<Shown>('PUT', path, body, options);
  /** Registered on a past day. */
  const found = async (externalId: string, registeredOn: string) => {
    const answer = await post(ids(), { externalId, registeredOn, reason });
    expect(answer.status).toBe(201);
    return answer.body;
  };

  beforeAll(async () => {
    world = await World.open({ start: '2018-03-10T03:00:00.000Z' });
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    contract = await world.contracts.accepted('2018-01-01T03:00:00.000Z');
    await world.closed(contract, { month: '2018-01', outcome: 'issued', number: january.number });
    await world.closed(contract, { month: '2018-02', outcome: 'issued', number: february.number });
  });

  it('a registration, or its end, in an issued month is answered with it; in this month with nothing', async () => {
    expect(await found('a', '2018-01-20')).toMatchObject({ affects: [january, february] });
    const b = await found('b', '2018-02-28');
    expect(b.affects).toEqual([february]);
    expect(await found('c', '2018-03-01')).not.toHaveProperty('affects');
    const ended = await world.call<Shown>('DELETE', `${ids(`/${b.id}`)}?on=2018-02-28&reason=x`);
    // The end lies in the issued month, though not one day of it counts otherwise.
    expect(ended).toMatchObject({ status: 200, body: { affects: [february] } });
    const d = await found('d', '2018-01-20');
    const earlier = await world.call<Shown>('DELETE', `${ids(`/${d.id}`)}?on=2018-02-10&reason=x`);
    expect(earlier.body.affects).toEqual([february]);
    expect((await world.call<Shown>('POST', ids(), { externalId: 'e' })).body).not.toHaveProperty('affects');
  });

  it('第1条: names only months whose plan counts registered IDs, and only those that are issued', async () => {
    const data = { planChange: 'pch_1', plan: 'service-provider', fromMonth: '2018-02' } as const;
    await world.contracts.says(contract, 'PlanChangeAccepted', data, '2018-01-20T03:00:00.000Z');
    await untilSeen(
      async () => (await found(`plan-${Math.random()}`, '2018-01-20')).affects,
      (affects) => affects?.length === 1,
    );
    const open = await world.contracts.accepted('2018-01-01T03:00:00.000Z');
    await world.closed(open, { month: '2018-01', outcome: 'nothing-due' });
    contract = open;
    expect(await found('nothing due', '2018-01-20')).not.toHaveProperty('affects');
  });

  it('an invoice alone says that its month is issued, before the month is done with it', async () => {
    contract = await world.contracts.accepted('2018-01-01T03:00:00.000Z');
    await world.invoiced(contract, january);
    expect(await found('invoiced', '2018-01-20')).toMatchObject({ affects: [january] });
  });

  describe('a month that only now meets the window, while a later one is issued: overtaken, yet to get its invoice', () => {
    const overtaken = { month: '2018-01', number: null };
    const starts = (date: JstDay) =>
      world.contracts.says(contract, 'BillingStartSet', { date }, '2018-03-01T03:00:00.000Z');
    /** Registered on 20 January, once the registry knows which months that touches. */
    const known = async (externalId: string, affects: readonly object[]): Promise<Shown> => {
      let tries = 0;
      return untilSeen(
        () => found(`${externalId}-${(tries += 1)}`, '2018-01-20'),
        (shown) => isDeepStrictEqual(shown.affects, affects),
      );
    };
    beforeEach(async () => {
      contract = await world.contracts.accepted('2018-01-01T03:00:00.000Z');
      await world.closed(contract, { month: '2018-01', outcome: 'nothing-due' });
      await world.invoiced(contract, february);
      await starts('2018-02-01');
      await known('before', [february]);
      await starts('2018-01-10');
    });

    it('is named with no number by every command whose fact lies in it', async () => {
      const a = await known('registered', [overtaken, february]);
      const path = ids(`/${a.id}/registrations/${a.spells[0]!.id}`);
      expect((await put(path, { registeredOn: '2018-01-15', reason })).body.affects).toEqual([overtaken]);
      const ended = await world.call<Shown>('DELETE', `${ids(`/${a.id}`)}?on=2018-01-25&reason=x`);
      expect(ended.body.affects).toEqual([overtaken, february]);
      expect((await put(path, { deregisteredOn: '2018-01-28', reason })).body.affects).toEqual([overtaken]);
      expect((await post(`${path}/void`, { reason })).body.affects).toEqual([overtaken]);
    });

    it('has its number once it is issued; a month after the last issued one, or outside the window, is none', async () => {
      await known('waits', [overtaken, february]);
      await world.invoiced(contract, { month: '2018-01', number: 'SKM-000003' });
      const issued = { month: '2018-01', number: 'SKM-000003' };
      expect((await found('issued', '2018-01-20')).affects).toEqual([issued, february]);
      const other = await world.contracts.accepted('2018-01-01T03:00:00.000Z');
      await world.invoiced(other, january);
      contract = other;
      await starts('2018-01-10');
      await known('later month', [january]);
    });
  });

  it('voids a registration that lasts: the ID is deregistered and shown without it; again it is the same', async () => {
    const { id, spells } = await found('mistake', '2018-01-20');
    await world.enrol(contract, id);
    world.authentication.told.length = 0;
    const path = ids(`/${id}/registrations/${spells[0]!.id}/void`);
    const { status, body, headers } = await post(path, { reason });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id,
      externalId: 'mistake',
      status: 'deregistered',
      spells: [],
      devices: { active: 0, suspended: 0 },
      propagation: 'done',
      affects: [january, february],
    });
    expect(body).not.toHaveProperty('registeredOn');
    expect(headers.get('etag')).toMatch(/"\d+"/);
    expect(world.authentication.told.map(({ type }) => type)).toEqual([
      'RegistrationVoided',
      'DeviceRevoked',
    ]);
    const again = await post(path, { reason: 'another' });
    expect(again).toMatchObject({ status: 200, body: { status: 'deregistered', spells: [] } });
    expect((await world.types(id)).filter((type) => type === 'RegistrationVoided')).toHaveLength(1);
    const shown = await world.call<Shown>('GET', ids(`/${id}`));
    const listed = await world.call<{ items: Shown[] }>('GET', `${ids()}?externalId=mistake`);
    expect(listed.body.items).toEqual([shown.body]);
    expect(await found('mistake', '2018-02-01')).toMatchObject({
      id,
      spells: [{ registeredOn: '2018-02-01' }],
    });
  });

  it('the same command again is the same answer, months included', async () => {
    const { id, spells } = await found('keyed', '2018-01-20');
    const path = ids(`/${id}/registrations/${spells[0]!.id}/void`);
    const once = await post(path, { reason }, { commandId: 'cmd-void' });
    expect((await post(path, { reason }, { commandId: 'cmd-void' })).body).toEqual(once.body);
  });

  it('corrects days: begun earlier, ended on another day', async () => {
    const { id, spells } = await found('corrected', '2018-02-20');
    const path = ids(`/${id}/registrations/${spells[0]!.id}`);
    expect(await put(path, { registeredOn: '2018-01-31', reason })).toMatchObject({
      status: 200,
      body: {
        status: 'registered',
        registeredOn: '2018-01-31',
        spells: [{ id: spells[0]!.id, registeredOn: '2018-01-31', deregisteredOn: null }],
        affects: [january, february],
      },
    });
    expect(await put(path, { deregisteredOn: '2018-03-01', reason })).toMatchObject({
      status: 409,
      body: { code: 'not-ended' },
    });
    await world.call('DELETE', ids(`/${id}`));
    expect(await put(path, { deregisteredOn: '2018-02-25', reason })).toMatchObject({
      status: 200,
      body: { status: 'deregistered', deregisteredOn: '2018-02-25', affects: [february] },
    });
    const same = await put(path, { deregisteredOn: '2018-02-25', reason });
    expect(same.status).toBe(200);
    expect(same.body).not.toHaveProperty('affects');
    const shown = await world.call<Shown>('GET', ids(`/${id}`));
    const listed = await world.call<{ items: Shown[] }>('GET', `${ids()}?externalId=corrected`);
    expect(listed.body.items).toEqual([shown.body]);
    expect(await post(`${path}/void`, { reason })).toMatchObject({ status: 200, body: { spells: [] } });
    expect(await put(path, { registeredOn: '2018-01-20', reason })).toMatchObject({
      status: 409,
      body: { code: 'registration-voided' },
    });
  });

  it('is the operator’s, with a reason, of a registration that the ID has', async () => {
    const { id, spells } = await found('guarded', '2018-01-20');
    const path = ids(`/${id}/registrations/${spells[0]!.id}`);
    const actor = contractorOf(contract);
    expect((await post(`${path}/void`, { reason }, { actor })).status).toBe(403);
    expect((await put(path, { registeredOn: '2018-01-10', reason }, { actor })).status).toBe(403);
    for (const body of [{}, { reason: '' }, { reason: 7 }]) {
      expect((await post(`${path}/void`, body)).status).toBe(422);
      expect((await put(path, { registeredOn: '2018-01-10', ...body })).status).toBe(422);
    }
    expect((await put(path, { reason })).body.code).toBe('nothing-to-correct');
    expect((await put(path, { registeredOn: '2018-02-30', reason })).status).toBe(422);
    const other = await found('other', '2018-01-20');
    for (const strange of ['spl_00000000000000000000000000', other.spells[0]!.id, 'x'])
      expect((await post(ids(`/${id}/registrations/${strange}/void`), { reason })).status).toBe(404);
    const nobody = 'rid_00000000000000000000000000';
    expect((await post(ids(`/${nobody}/registrations/${spells[0]!.id}/void`), { reason })).status).toBe(404);
    expect(await world.types(id)).toEqual(['IdRegistered']);
  });

  it('an import says it too: of today’s rows there is none', async () => {
    const csv = 'externalId,action\r\nimported,register\r\n';
    const { body } = await world.call<ImportView>('POST', `${ids()}/imports`, undefined, { csv });
    const done = await untilSeen(
      async () => (await world.call<ImportView>('GET', `/v1/contracts/${contract}/imports/${body.id}`)).body,
      ({ status }) => status === 'completed',
    );
    expect(done).toMatchObject({ registered: 1, affects: [] });
  });
});
