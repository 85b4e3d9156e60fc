import { untilSeen } from '@smartkey/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ContractWorld, contractorOf } from '../testing/contract-world.fixture.ts';

let world: ContractWorld;
beforeAll(async () => {
  world = await ContractWorld.open('2018-01-01T00:00:00.000Z');
});
afterAll(() => world?.close());

const running = () => world.accepted('enterprise', { billingStartDate: '2018-01-01' });
const problem = (status: number, code: string, pointer?: string) => ({
  status,
  body: { code, errors: [expect.objectContaining({ rule: '第6条', ...(pointer && { pointer }) })] },
});
const types = async (id: string): Promise<string[]> =>
  (await world.ok('GET', `/contracts/${id}/history`)).items.map((each: { type: string }) => each.type);

describe('第6条: notices', () => {
  it('a contractor’s arrives as it is given, and shows its effective day', async () => {
    const id = await running();
    const answer = await world.call('POST', `/contracts/${id}/cancellation`, undefined, {
      as: contractorOf(id),
    });
    expect(answer).toMatchObject({
      status: 201,
      body: {
        id: expect.stringMatching(/^can_/),
        status: 'standing',
        form: 'portal',
        arrivedAt: '2018-01-01T00:00:00.000Z',
        arrivedOn: '2018-01-01',
        requestedDay: null,
        effectiveDay: '2018-01-31',
      },
    });
    expect(await world.ok('GET', `/contracts/${id}`)).toMatchObject({
      status: 'in-service',
      cancellation: { id: answer.body.id, effectiveDay: '2018-01-31' },
    });
  });

  it('is shown before it is given, and given only for the day that was shown (第6条)', async () => {
    const id = await running();
    const as = contractorOf(id);
    const path = `/contracts/${id}/cancellation`;
    const before = await types(id);
    const shown = await world.call('POST', `${path}?dryRun=true`, { requestedDay: '2018-03-31' }, { as });
    expect(shown).toMatchObject({
      status: 200,
      body: { dryRun: true, arrivedOn: '2018-01-01', requestedDay: '2018-03-31', effectiveDay: '2018-03-31' },
    });
    expect(await types(id)).toEqual(before);
    expect(await world.call('POST', path, { expectedEffectiveDay: '2018-01-30' }, { as })).toMatchObject(
      problem(409, 'effective-day-changed', '/expectedEffectiveDay'),
    );
    expect(await types(id)).toEqual(before);
    expect(await world.call('POST', path, { expectedEffectiveDay: '2018-01-31' }, { as })).toMatchObject({
      status: 201,
      body: { effectiveDay: '2018-01-31' },
    });
    expect(await world.call('POST', `${path}?dryRun=true`, {}, { as })).toMatchObject(
      problem(409, 'cancellation-stands'),
    );
  });

  it('what a contractor may not do is 403 with the reason', async () => {
    const id = await running();
    const as = contractorOf(id);
    const path = `/contracts/${id}/cancellation`;
    expect(await world.call('POST', path, { arrivedAt: '2018-01-01T00:00:00Z' }, { as })).toMatchObject(
      problem(403, 'arrival-by-operator', '/arrivedAt'),
    );
    expect(await world.call('POST', path, { form: 'paper' }, { as })).toMatchObject(
      problem(403, 'form-by-operator', '/form'),
    );
    const { id: first } = await world.ok('POST', path, {}, { as });
    expect(
      await world.call('POST', path, { replaces: first, requestedDay: '2018-03-31' }, { as }),
    ).toMatchObject(problem(403, 'later-end-needs-operator'));
  });

  it('bad ones are refused by name of the rule', async () => {
    const id = await running();
    const path = `/contracts/${id}/cancellation`;
    for (const [body, code, pointer] of [
      [{ arrivedAt: '2018-01-01T00:00:01Z' }, 'instant-in-the-future', '/arrivedAt'],
      [{ arrivedAt: '2017-12-31T14:59:59Z' }, 'arrived-before-acceptance', '/arrivedAt'],
      [{ form: 'phone' }, 'form-not-prescribed', '/form'],
      [{ replaces: 'can_00000000000000000000000000' }, 'nothing-to-replace', '/replaces'],
    ] as const)
      expect(await world.call('POST', path, body)).toMatchObject(problem(422, code, pointer));
    expect(await world.call('POST', path, { requestedDay: '2018-02-30' })).toMatchObject({
      status: 422,
      body: { code: 'validation-failed', errors: [{ pointer: '/requestedDay' }] },
    });
    expect(await world.call('POST', path, { cancel: true })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/cancel', rule: 'unknown-field' }] },
    });
  });

  it('one stands; it can be replaced, corrected and withdrawn, and what came of each is listed', async () => {
    const id = await running();
    const path = `/contracts/${id}/cancellation`;
    const { id: first } = await world.ok('POST', path, { requestedDay: '2018-03-31' });
    expect(await world.call('POST', path, {})).toMatchObject(problem(409, 'cancellation-stands'));
    const { id: second } = await world.ok('POST', path, { requestedDay: '2018-02-28', replaces: first });
    expect(
      await world.ok('PUT', `${path}/${second}`, { requestedDay: null, reason: '転記の誤り' }),
    ).toMatchObject({ id: second, requestedDay: null, effectiveDay: '2018-01-31' });
    expect(await world.call('PUT', `${path}/${first}`, { reason: 'x' })).toMatchObject(
      problem(409, 'cancellation-not-standing'),
    );
    expect(await world.call('DELETE', `${path}/${second}`)).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/reason' }] },
    });
    const withdrawn = await world.call('DELETE', `${path}/${second}?reason=mistake`);
    expect(withdrawn).toMatchObject({ status: 200, body: { status: 'voided' } });
    const again = await world.call('DELETE', `${path}/${second}?reason=mistake`);
    expect(again).toMatchObject({ status: 200, body: { status: 'voided' } });
    expect(again.headers.get('etag')).toBe(withdrawn.headers.get('etag'));
    const { items } = await world.ok('GET', path);
    expect(items.map((each: { status: string }) => each.status)).toEqual(['replaced', 'voided']);
    expect(await world.ok('GET', `${path}/${first}`, undefined, { as: contractorOf(id) })).toEqual(items[0]);
    expect(await world.ok('GET', `${path}/${second}`)).toEqual(items[1]);
    const foreign = `/contracts/${await running()}/cancellation/${second}`;
    for (const none of [foreign, `${path}/can_00000000000000000000000000`])
      expect(await world.call('GET', none)).toMatchObject({ status: 404 });
    expect(await world.call('DELETE', `${path}/can_unknown?reason=x`)).toMatchObject({ status: 404 });
  });
});

describe('第6条: the end', () => {
  it('comes by itself at the end of the effective day, as of that instant, and the services beside hold the dated fact', async () => {
    const id = await running();
    await world.ok('POST', `/contracts/${id}/cancellation`, {}, { as: contractorOf(id) });
    expect(await world.ok('GET', `/internal/contracts/${id}/facts`)).toMatchObject({
      contract: id,
      accepted: true,
      lastDay: '2018-01-31',
      billingStart: '2018-01-01',
    });
    expect(await world.ok('GET', `/contracts/${id}?asOf=2018-01-31T14:59:59.999Z`)).toMatchObject({
      status: 'in-service',
    });
    expect(await world.ok('GET', `/contracts/${id}?asOf=2018-01-31T15:00:00Z`)).toMatchObject({
      status: 'terminated',
    });
    await world.setClock('2018-02-10T00:00:00.000Z');
    expect(await world.ok('GET', `/contracts/${id}`)).toMatchObject({ status: 'terminated' });
    const { items } = await world.ok('GET', `/contracts/${id}/history`);
    expect(items.at(-1)).toMatchObject({
      type: 'ContractTerminated',
      occurredAt: '2018-01-31T15:00:00.000Z',
      data: { lastDay: '2018-01-31' },
      actor: { role: 'system', key: 'contract' },
    });
    expect(await world.call('POST', `/contracts/${id}/cancellation`, {})).toMatchObject(
      problem(409, 'contract-ended'),
    );
    const listed = await untilSeen(
      () => world.ok('GET', '/contracts?status=terminated&limit=200'),
      (page) => page.items.some((each: { id: string }) => each.id === id),
    );
    expect(listed.items.every((each: { status: string }) => each.status === 'terminated')).toBe(true);
  });

  it('a paper notice recorded after its own effective day ends the contract at once, and authentication is told', async () => {
    const { id } = await world.ok('POST', '/contracts', {
      applicant: { name: '株式会社例示', iijIdContract: 'IID-1' },
      plan: 'enterprise',
      appliedAt: '2018-01-01T00:00:00Z',
    });
    await world.ok('POST', `/contracts/${id}/acceptance`, {
      acceptedAt: '2018-01-01T00:00:00Z',
      billingStartDate: '2018-01-01',
    });
    const notice = await world.ok('POST', `/contracts/${id}/cancellation`, {
      arrivedAt: '2018-01-02T09:00:00+09:00',
      form: 'paper',
    });
    expect(notice).toMatchObject({ effectiveDay: '2018-02-01', propagation: 'done' });
    expect((await types(id)).slice(-2)).toEqual(['CancellationNotified', 'ContractTerminated']);
    expect(world.told.messages.filter(({ contract }) => contract === id).map(({ type }) => type)).toEqual([
      'CancellationNotified',
      'ContractTerminated',
    ]);
    expect(await world.ok('GET', `/contracts/${id}`)).toMatchObject({ status: 'terminated' });
    expect(
      await world.call('PUT', `/contracts/${id}/cancellation/${notice.id}`, {
        requestedDay: '2018-03-31',
        reason: 'x',
      }),
    ).toMatchObject(problem(409, 'ended-cannot-end-later'));
    expect(
      await world.ok('PUT', `/contracts/${id}/cancellation/${notice.id}`, {
        arrivedAt: '2018-01-01T09:00:00+09:00',
        reason: '受領印の誤読',
      }),
    ).toMatchObject({ effectiveDay: '2018-01-31' });
    expect(await world.ok('GET', `/internal/contracts/${id}/facts`)).toMatchObject({ lastDay: '2018-01-31' });
  });
});
