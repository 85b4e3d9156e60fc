import { untilSeen } from '@smartkey/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Actor, ContractId } from '@smartkey/kernel';
import { ContractWorld, contractorOf, OPERATOR } from '../testing/contract-world.fixture.ts';

let world: ContractWorld;
beforeAll(async () => {
  world = await ContractWorld.open('2018-01-10T00:00:00.000Z', { SMARTKEY_IIJ_ID_INELIGIBLE: 'IID-GONE' });
});
afterAll(() => world?.close());

const problem = (status: number, code: string, rule?: string, pointer?: string) => ({
  status,
  body: {
    code,
    ...(rule !== undefined && { errors: [expect.objectContaining({ rule, ...(pointer && { pointer }) })] }),
  },
});
const auditor: Actor = { role: 'auditor', key: 'key_a' };

describe('第3条: application and acceptance', () => {
  it('applies, quotes before the acceptance, accepts, and shows the contract', async () => {
    const created = await world.call('POST', '/contracts', {
      applicant: {
        name: '株式会社例示',
        iijIdContract: 'IID-1',
        department: '総務部',
        email: 'taro@example.co.jp',
      },
      plan: 'enterprise',
    });
    expect(created).toMatchObject({
      status: 201,
      body: { status: 'applied', plan: 'enterprise', planByMonth: [] },
    });
    expect(created.headers.get('etag')).toBe('"0"');
    expect(created.headers.get('consistency-token')).toMatch(/\S/);
    const { id } = created.body;
    expect(id).toMatch(/^ctr_/);
    expect(
      await world.call('POST', `/contracts/${id}/quotes`, {
        plan: 'enterprise',
        effectiveMonth: '2018-01',
        baseFee: '10000',
        accountFee: '300',
      }),
    ).toMatchObject({
      status: 201,
      body: { id: expect.stringMatching(/^quo_/), baseFeeInPartialMonth: 'full' },
    });
    expect(
      await world.call('POST', `/contracts/${id}/acceptance`, { billingStartDate: '2018-01-10' }),
    ).toMatchObject({ status: 200, body: { status: 'accepted' } });
    expect(await world.ok('GET', `/contracts/${id}`)).toEqual({
      id,
      status: 'in-service',
      plan: 'enterprise',
      planByMonth: [{ fromMonth: '2018-01', plan: 'enterprise' }],
      pendingPlanChange: null,
      applicant: {
        name: '株式会社例示',
        department: '総務部',
        email: 'taro@example.co.jp',
        iijIdContract: 'IID-1',
      },
      iijIdContractHeld: true,
      appliedAt: '2018-01-10T00:00:00.000Z',
      acceptedAt: '2018-01-10T00:00:00.000Z',
      acceptedOn: '2018-01-10',
      billingStartDate: '2018-01-10',
      cancellation: null,
      withheld: false,
      conditions: [1, 2, 3, 4, 5].map((condition) => ({ condition, met: false })),
      denialReasonsDisclosed: true,
      quotes: [expect.objectContaining({ plan: 'enterprise', accountFee: '300' })],
      termsVersion: '2018-01-01',
      revision: 5,
    });
  });

  it('an applicant without an active IIJ ID contract is refused by name of the rule, and stays applied', async () => {
    const id = await world.apply('enterprise', { iijIdContract: 'IID-GONE' });
    expect(await world.call('POST', `/contracts/${id}/acceptance`)).toMatchObject(
      problem(422, 'not-eligible', '第3条'),
    );
    expect(await world.ok('GET', `/contracts/${id}`)).toMatchObject({ status: 'applied' });
    await world.ok('PUT', '/iij-id-contracts/IID-GONE', { active: true });
    expect(await world.call('POST', `/contracts/${id}/acceptance`)).toMatchObject({ status: 200 });
    expect(await world.call('POST', `/contracts/${id}/acceptance`)).toMatchObject(
      problem(409, 'application-not-open'),
    );
  });

  it('a loss is recorded on the contracts concerned, shown, found, and ends nothing', async () => {
    const id = await world.accepted('enterprise', { billingStartDate: '2018-01-10' });
    const other = await world.apply('enterprise', { iijIdContract: 'IID-2' });
    await world.ok('POST', `/contracts/${other}/acceptance`, {});
    const told = await world.ok('PUT', '/iij-id-contracts/IID-2', { active: false });
    expect(told).toEqual({ id: 'IID-2', active: false, source: 'embedded', contracts: [other] });
    expect(await world.ok('GET', '/iij-id-contracts/IID-2')).toMatchObject({ active: false });
    expect(await world.ok('GET', `/contracts/${other}`)).toMatchObject({
      status: 'accepted',
      iijIdContractHeld: false,
      iijIdContractLostOn: '2018-01-10',
    });
    expect(await world.ok('GET', `/contracts/${id}`)).toMatchObject({ iijIdContractHeld: true });
    const lost = await untilSeen(
      () => world.ok('GET', '/contracts?iijIdContractHeld=false'),
      (page) => page.items.length > 0,
    );
    expect(lost.items.map((each: { id: string }) => each.id)).toEqual([other]);
    const { revision } = await world.ok('GET', `/contracts/${other}`);
    await world.ok('PUT', '/iij-id-contracts/IID-2', { active: false });
    expect(await world.ok('GET', `/contracts/${other}`)).toMatchObject({ revision });
  });

  it('rejects and withdraws, with a reason', async () => {
    const rejected = await world.apply();
    expect(await world.ok('POST', `/contracts/${rejected}/rejection`, { reason: '与信' })).toMatchObject({
      status: 'rejected',
      reason: '与信',
    });
    const withdrawn = await world.apply();
    expect(await world.ok('POST', `/contracts/${withdrawn}/withdrawal`, { reason: '都合' })).toMatchObject({
      status: 'withdrawn',
    });
    expect(await world.call('POST', `/contracts/${rejected}/acceptance`)).toMatchObject({ status: 409 });
    expect(await world.call('POST', `/contracts/${withdrawn}/rejection`, {})).toMatchObject({ status: 422 });
  });
});

describe('what waits for the operator', () => {
  const found = async (query: string, as?: ReturnType<typeof contractorOf>): Promise<readonly string[]> =>
    (await world.ok('GET', `/contracts?limit=200&${query}`, undefined, as && { as })).items.map(
      ({ id }: { id: string }) => id,
    );

  it('is found by it, whatever else there is: prices or a billing start, and a plan change until it is accepted', async () => {
    const set = await world.accepted('enterprise', { billingStartDate: '2018-01-10' });
    await world.ok('POST', `/contracts/${set}/quotes`, {
      plan: 'enterprise',
      effectiveMonth: '2018-01',
      baseFee: '10000',
      accountFee: '300',
    });
    // The last fact of all: who sees it sees what the other has, too.
    const bare = await world.apply();
    await world.ok('POST', `/contracts/${bare}/acceptance`, {});
    await untilSeen(
      () => found('awaits=terms'),
      (ids) => ids.includes(bare),
    );
    expect(await found(`awaits=terms&ids=${bare},${set}`)).toEqual([bare]);
    await world.ok('POST', `/contracts/${set}/quotes`, {
      plan: 'service-provider',
      effectiveMonth: '2018-03',
      baseFee: '10000',
      authApi: { model: 'perUnit', unitPrice: '1' },
    });
    const { id: change } = await world.ok('POST', `/contracts/${set}/plan-changes`, {
      plan: 'service-provider',
      fromMonth: '2018-03',
    });
    await untilSeen(
      () => found('awaits=plan-change'),
      (ids) => ids.includes(set),
    );
    expect(await found(`awaits=plan-change&ids=${bare},${set}`)).toEqual([set]);
    expect(await found(`awaits=plan-change&asOf=2018-01-10T12:00:00Z&ids=${set}`)).toHaveLength(1);
    await world.ok('DELETE', `/contracts/${set}/plan-changes/${change}`);
    await untilSeen(
      () => found('awaits=plan-change'),
      (ids) => !ids.includes(set),
    );
  });

  it('by ids a contractor finds its own alone', async () => {
    const [own, other] = [await world.accepted(), await world.accepted()];
    await untilSeen(
      () => found(`ids=${own},${other}`),
      (ids) => ids.length === 2,
    );
    expect(await found(`ids=${own},${other}`, contractorOf(own))).toEqual([own]);
    expect(await found(`ids=${other}`, contractorOf(own))).toEqual([]);
    expect(await world.call('GET', '/contracts?ids=x')).toMatchObject({ status: 422 });
  });
});

describe('the applicant', () => {
  it('is changed by the contractor; null takes a value away, the same again is no new event', async () => {
    const id = await world.accepted();
    const as = contractorOf(id);
    const change = { name: '例示ホールディングス株式会社', email: 'hanako@example.co.jp' };
    const first = await world.call('PATCH', `/contracts/${id}/applicant`, change, { as });
    expect(first).toMatchObject({ status: 200, body: { applicant: change } });
    const again = await world.call('PATCH', `/contracts/${id}/applicant`, change, { as });
    expect(again.headers.get('etag')).toBe(first.headers.get('etag'));
    const without = await world.ok('PATCH', `/contracts/${id}/applicant`, { email: null }, { as });
    expect(without.applicant).toEqual({ name: '例示ホールディングス株式会社', iijIdContract: 'IID-1' });
    expect(await world.call('PATCH', `/contracts/${id}/applicant`, { iijIdContract: 'x' })).toMatchObject({
      status: 422,
    });
    expect(await world.call('PATCH', `/contracts/${id}/applicant`, { name: null })).toMatchObject({
      status: 422,
    });
  });
});

describe('persons', () => {
  it('are sealed in the log, shown to the operator and the contractor itself, and to nobody else', async () => {
    const id = await world.apply('enterprise', { email: 'taro@example.co.jp' });
    await world.ok('PUT', `/contracts/${id}/conditions/1`, {
      met: true,
      on: '2018-01-10',
      attestedBy: '山田太郎',
    });
    expect(await world.stored(id)).toContain('株式会社例示');
    expect(await world.stored(id)).not.toMatch(/taro@example|山田太郎/);
    for (const as of [OPERATOR, contractorOf(id)]) {
      const view = await world.ok('GET', `/contracts/${id}`, undefined, { as });
      expect(view.applicant.email).toBe('taro@example.co.jp');
      expect(view.conditions[0]).toMatchObject({ attestedBy: '山田太郎' });
      const { items } = await world.ok('GET', `/contracts/${id}/history`, undefined, { as });
      expect(JSON.stringify(items)).toMatch(/taro@example.*山田太郎/);
    }
    const seen = [
      await world.ok('GET', `/contracts/${id}`, undefined, { as: auditor }),
      await world.ok('GET', `/contracts/${id}/history`, undefined, { as: auditor }),
    ];
    expect(JSON.stringify(seen)).not.toMatch(/taro@example|山田太郎/);
    expect(JSON.stringify(seen)).toContain('株式会社例示');
  });
});

describe('history and what was true and known then', () => {
  it('shows every event with both its times, its actor, its terms (附則) and its hash, in pages', async () => {
    const id = await world.apply();
    await world.ok('POST', `/contracts/${id}/acceptance`, { acceptedAt: '2018-01-10T09:00:00+09:00' });
    const first = await world.ok('GET', `/contracts/${id}/history?limit=2`);
    const second = await world.ok('GET', `/contracts/${id}/history?limit=2&cursor=${first.nextCursor}`);
    expect([...first.items, ...second.items]).toEqual(
      ['ContractApplied', 'ContractAccepted', 'FeeObligationArose'].map((type, revision) => ({
        revision,
        type,
        occurredAt: '2018-01-10T00:00:00.000Z',
        recordedAt: '2018-01-10T00:00:00.000Z',
        actor: { role: 'operator', key: 'key_operator' },
        data: expect.any(Object),
        termsVersion: '2018-01-01',
        hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      })),
    );
    expect(second.nextCursor).toBeNull();
  });

  it('附則: a fact of 2017 records the terms of 2016, and so does the contract', async () => {
    const { id } = await world.ok('POST', '/contracts', {
      applicant: { name: '株式会社例示', iijIdContract: 'IID-1' },
      plan: 'enterprise',
      appliedAt: '2017-12-01T00:00:00+09:00',
    });
    const accepted = await world.ok('POST', `/contracts/${id}/acceptance`, {
      acceptedAt: '2017-12-31T23:59:59.999+09:00',
      billingStartDate: '2018-01-01',
    });
    expect(accepted).toMatchObject({ acceptedOn: '2017-12-31', termsVersion: '2016-03-01' });
    const { items } = await world.ok('GET', `/contracts/${id}/history`);
    expect(
      items.map((each: { type: string; termsVersion: string }) => [each.type, each.termsVersion]),
    ).toEqual([
      ['ContractApplied', '2016-03-01'],
      ['ContractAccepted', '2016-03-01'],
      ['FeeObligationArose', '2016-03-01'],
      ['BillingStartSet', '2018-01-01'],
      ['ServiceStarted', '2018-01-01'],
    ]);

    const at = (query: string) => world.call('GET', `/contracts/${id}?${query}`);
    expect(await at('asOf=2017-11-30T00:00:00Z')).toMatchObject({ status: 404 });
    expect(await at('asOf=2017-12-15T00:00:00Z')).toMatchObject({ body: { status: 'applied' } });
    expect(await at('asOf=2017-12-31T15:00:00Z')).toMatchObject({ body: { status: 'accepted' } });
    expect(await at('knownAt=2018-01-09T00:00:00Z')).toMatchObject({ status: 404 });
    expect(await at('knownAt=2018-01-10T00:00:00Z')).toMatchObject({ body: { status: 'in-service' } });
    expect(await at('asOf=2017-12-15T00:00:00Z&knownAt=2018-01-09T00:00:00Z')).toMatchObject({ status: 404 });
    expect(await at('asOf=yesterday')).toMatchObject({ status: 422 });
  });

  it('附則: nothing before 2016-03-01 is accepted', async () => {
    const form = { applicant: { name: 'x', iijIdContract: 'i' }, plan: 'enterprise' };
    expect(
      await world.call('POST', '/contracts', { ...form, appliedAt: '2016-02-29T23:59:59+09:00' }),
    ).toMatchObject(problem(422, 'before-the-terms', '附則', '/appliedAt'));
  });
});

describe('lists', () => {
  it('by status, plan and part of the name, in pages, and the contractor sees its own', async () => {
    const name = 'ＡＢＣ一覧商事';
    const ids: ContractId[] = [];
    for (let count = 0; count < 3; count += 1) ids.push(await world.apply('service-provider', { name }));
    // Of one instant: chance orders them.
    ids.sort();
    const accepted = await world.call('POST', `/contracts/${ids[1]}/acceptance`, {});
    const headers = { 'consistency-token': accepted.headers.get('consistency-token')! };
    const list = async (query: string, call: object = {}) =>
      (await world.ok('GET', `/contracts?${query}`, undefined, { headers, ...call })).items.map(
        (each: { id: string }) => each.id,
      );
    const q = `q=${encodeURIComponent('abc一覧')}`;
    expect(await list(q)).toEqual(ids);
    expect(await list(`${q}&status=applied`)).toEqual([ids[0], ids[2]]);
    expect(await list(`${q}&status=accepted&plan=service-provider`)).toEqual([ids[1]]);
    expect(await list(`${q}&plan=enterprise`)).toEqual([]);
    expect(await list('q=%25')).toEqual([]);
    expect(await list(`${q}&asOf=2018-01-09T00:00:00Z`)).toEqual([]);
    expect(await list('limit=200', { as: contractorOf(ids[0]!) })).toEqual([ids[0]]);
    const page = await world.ok('GET', `/contracts?${q}&limit=2`, undefined, { headers });
    expect(page.items).toHaveLength(2);
    expect(await list(`${q}&limit=2&cursor=${page.nextCursor}`)).toEqual([ids[2]]);
    expect(await world.call('GET', '/contracts?cursor=x')).toMatchObject({ status: 422 });
  });
});

describe('who may', () => {
  it('a foreign contract and an unknown one are the same 404, a role that may not is 403', async () => {
    const mine = await world.accepted();
    const foreign = await world.accepted();
    const as = contractorOf(mine);
    const answers = await Promise.all(
      [foreign, 'ctr_00000000000000000000000000'].map((id) =>
        world.call('GET', `/contracts/${id}`, undefined, { as }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual([404, 404]);
    expect(answers[0]!.body).toEqual(answers[1]!.body);
    expect(await world.call('GET', '/contracts/ctr_00000000000000000000000000')).toMatchObject({
      status: 404,
    });
    for (const [method, path, body] of [
      ['POST', '/acceptance', {}],
      ['POST', '/quotes', {}],
      ['PUT', '/withholding', { withheld: true, reason: 'x' }],
      ['PUT', '/billing-start-date', { date: '2018-02-01', reason: 'x' }],
      ['POST', '/one-time-fees', {}],
      ['PUT', '/cancellation/can_x', { reason: 'x' }],
      ['DELETE', '/cancellation/can_x?reason=x', undefined],
    ] as const)
      expect(await world.call(method, `/contracts/${mine}${path}`, body, { as })).toMatchObject({
        status: 403,
      });
    expect(await world.call('POST', '/contracts', {}, { as })).toMatchObject({ status: 403 });
    expect(
      await world.call('GET', `/contracts/${mine}`, undefined, {
        as: { role: 'service-provider', key: 'key_s', contract: mine },
      }),
    ).toMatchObject({ status: 403 });
  });
});

describe('commands that come again', () => {
  it('the same command answers as it did, with the same ids, and makes no second fact', async () => {
    const body = { applicant: { name: '株式会社再送', iijIdContract: 'IID-1' }, plan: 'enterprise' };
    const first = await world.call('POST', '/contracts', body, { commandId: 'command-apply-1' });
    const second = await world.call('POST', '/contracts', body, { commandId: 'command-apply-1' });
    expect(second).toMatchObject({ status: 201, body: first.body });
    const { id } = first.body;
    await world.ok('POST', `/contracts/${id}/acceptance`, {}, { commandId: 'command-accept-1' });
    const accepted = await world.call(
      'POST',
      `/contracts/${id}/acceptance`,
      {},
      { commandId: 'command-accept-1' },
    );
    expect(accepted).toMatchObject({ status: 200, body: { status: 'accepted', revision: 2 } });
    const notices = await Promise.all(
      [1, 2, 3].map(() =>
        world.call('POST', `/contracts/${id}/cancellation`, {}, { commandId: 'command-cancel-1' }),
      ),
    );
    expect(new Set(notices.map(({ body: { id: notice } }) => notice)).size).toBe(1);
    expect(notices.map(({ status }) => status)).toEqual([201, 201, 201]);
  });

  it('If-Match names another revision: refused', async () => {
    const id = await world.accepted();
    const headers = { 'if-match': '"0"' };
    expect(
      await world.call('PUT', `/contracts/${id}/settings`, { denialReasonsDisclosed: false }, { headers }),
    ).toMatchObject(problem(409, 'revision-mismatch'));
    expect(
      await world.call(
        'PUT',
        `/contracts/${id}/settings`,
        { denialReasonsDisclosed: false },
        { headers: { 'if-match': '"2"' } },
      ),
    ).toMatchObject({ status: 200, body: { denialReasonsDisclosed: false, revision: 3 } });
  });
});
