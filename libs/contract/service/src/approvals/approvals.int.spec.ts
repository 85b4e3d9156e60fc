import { untilSeen } from '@smartkey/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Actor, ApprovalId, ContractId } from '@smartkey/kernel';
import type { WhatIfAsked } from '@smartkey/messages';
import { ContractWorld, OPERATOR } from '../testing/contract-world.fixture.ts';
import { approvalHandler } from './approval-handler.ts';

const FINANCE: Actor = { role: 'finance', key: 'key_finance' };
const named = (as: Actor, name?: string, makers = ['bootstrap']) => ({
  as,
  signatory: { key: as.key, makers, ...(name !== undefined && { name }) },
});
const suzuki = named(OPERATOR, '鈴木');
const tanaka = named(FINANCE, '田中');
const sato = named({ ...FINANCE, key: 'key_sato' }, '佐藤');

let world: ContractWorld;
let id: ContractId;
let january: object;
beforeAll(async () => {
  world = await ContractWorld.open('2018-03-10T00:00:00.000Z');
});
afterAll(() => world?.close());

const prices = { plan: 'enterprise', effectiveMonth: '2018-01', baseFee: '10000', accountFee: '300' };
const agreed = { reason: '値引きの合意', agreement: '山田様 2018-03-09 書面' };
const at = (path: string): string => `/contracts/${id}/${path}`;
const approval = (of: string, what: 'approve' | 'reject'): string => `/approvals/${of}/${what}`;
/** The row of an approval, as the list shows it. */
async function row(of: string, state = ''): Promise<unknown> {
  const { items } = await world.ok(
    'GET',
    `/approvals?limit=200${state && `&state=${state}`}`,
    undefined,
    tanaka,
  );
  return items.find((each: { id: string }) => each.id === of);
}
const types = async (): Promise<string[]> =>
  (await world.ok('GET', at('history'))).items.map((each: { type: string }) => each.type);
const lowerQuote = async () => {
  const { items } = await world.ok('GET', at('quotes'));
  return { ...prices, ...agreed, accountFee: '290', replaces: items[0].id };
};
const fee = { amount: '3000', description: '設定', occurredOn: '2018-01-10' };
/** A fee of January, and the approval by which it is to be waived. */
async function proposedWaiver() {
  const { id: charged } = await world.ok('POST', at('one-time-fees'), fee);
  const waiver = at(`one-time-fees/${charged}?reason=goodwill`);
  const { approval: proposed } = await world.ok('DELETE', waiver, undefined, suzuki);
  return { charged, waiver, proposed };
}
const waivedFees = async () =>
  (await world.ok('GET', at('one-time-fees'))).items.filter(
    ({ waived }: { waived: string | null }) => waived !== null,
  );

beforeEach(async () => {
  id = await world.acceptedOn('2018-01-01', { billingStartDate: '2018-01-01' });
  await world.ok('POST', at('quotes'), prices);
  january = { month: '2018-01', number: await world.issueMonth(id, '2018-01') };
});

describe('Two persons: what lowers an issued month by agreement', () => {
  it('別紙1: a quote is proposed by one, given by another’s approval, and not before', async () => {
    const asked = await world.call('POST', at('quotes'), await lowerQuote(), suzuki);
    expect(asked).toMatchObject({ status: 202 });
    const { approval: proposed, quote } = asked.body;
    expect(asked.body).toEqual({
      approval: expect.stringMatching(/^apr_/),
      quote: expect.stringMatching(/^quo_/),
      affects: [january],
    });
    expect(asked.headers.get('etag')).toBe('"0"');
    expect(asked.headers.get('consistency-token')).toMatch(/\S/);
    const open = {
      id: proposed,
      kind: 'quote',
      contract: id,
      requestedBy: OPERATOR.key,
      requestedAt: '2018-03-10T00:00:00.000Z',
      command: { ...(await lowerQuote()), quote },
      affects: [january],
      state: 'proposed',
    };
    expect(await row(proposed, 'proposed')).toEqual(open);
    expect(await world.ok('GET', `/approvals/${proposed}`, undefined, tanaka)).toEqual(open);
    expect(await row(proposed, 'approved')).toBeUndefined();
    expect((await world.ok('GET', at('quotes'))).items).toHaveLength(1);

    const approved = await world.call('POST', approval(proposed, 'approve'), undefined, tanaka);
    expect(approved).toMatchObject({
      status: 201,
      body: { id: quote, accountFee: '290', reason: agreed.reason, affects: [january] },
    });
    expect((await world.ok('GET', at('quotes'))).items).toMatchObject([{}, { id: quote }]);
    const { items } = await world.ok('GET', at('history'));
    expect(items.at(-1)).toMatchObject({
      type: 'PriceQuoted',
      actor: { role: 'finance', key: FINANCE.key },
      data: { approval: proposed, ...agreed },
    });
    expect(await row(proposed)).toEqual({
      ...open,
      state: 'approved',
      decidedBy: FINANCE.key,
      decidedAt: '2018-03-10T00:00:00.000Z',
    });
    for (const what of ['approve', 'reject'] as const)
      expect(await world.call('POST', approval(proposed, what), { reason: 'x' }, tanaka)).toMatchObject({
        status: 409,
        body: { code: 'approval-decided' },
      });
  });

  it('第7条: a later start and a waived fee are answered, once approved, as the command itself', async () => {
    const moved = { date: '2018-02-20', ...agreed };
    const start = await world.call('PUT', at('billing-start-date'), moved, suzuki);
    expect(start).toMatchObject({ status: 202, body: { affects: [january] } });
    expect(start.body).not.toHaveProperty('quote');
    expect(await world.ok('GET', `/contracts/${id}`)).toMatchObject({ billingStartDate: '2018-01-01' });
    const approved = await world.call('POST', approval(start.body.approval, 'approve'), undefined, tanaka);
    expect(approved).toMatchObject({
      status: 200,
      body: { id, billingStartDate: '2018-02-20', affects: [january] },
    });

    const { charged, proposed } = await proposedWaiver();
    expect(await waivedFees()).toEqual([]);
    expect(await world.ok('POST', approval(proposed, 'approve'), undefined, tanaka)).toMatchObject({
      id: charged,
      waived: 'goodwill',
      affects: [january],
    });
  });

  it('two who approve at once: what the second finds changed by the first does not fall', async () => {
    const { charged, proposed } = await proposedWaiver();
    const { store } = world;
    const read = store.readStream.bind(store);
    const waiting = await read(`approval-${proposed}`);
    await world.ok('POST', approval(proposed, 'approve'), undefined, sato);
    // The second has looked before the first was through: it saw the proposal wait.
    let looks = 0;
    const spy = jest.spyOn(store, 'readStream').mockImplementation((stream, ...more) => {
      const early = stream === `approval-${proposed}` && (looks += 1) <= 2;
      return early ? Promise.resolve(waiting) : read(stream, ...more);
    });
    const second = await world.call('POST', approval(proposed, 'approve'), undefined, tanaka);
    spy.mockRestore();
    expect(looks).toBeGreaterThanOrEqual(2);
    expect(second).toMatchObject({ status: 409, body: { code: 'approval-decided' } });
    expect(await waivedFees()).toMatchObject([{ id: charged }]);
    expect(await row(proposed)).toMatchObject({ state: 'approved', decidedBy: 'key_sato' });
  });

  it('what does not lower one is carried out at once', async () => {
    const { items } = await world.ok('GET', at('quotes'));
    const higher = { ...prices, ...agreed, accountFee: '310', replaces: items[0].id };
    expect(await world.call('POST', at('quotes'), higher, suzuki)).toMatchObject({
      status: 201,
      body: { affects: [january] },
    });
    const { id: charged } = await world.ok('POST', at('one-time-fees'), { ...fee, occurredOn: '2018-03-10' });
    expect(await world.call('DELETE', at(`one-time-fees/${charged}?reason=x`))).toMatchObject({
      status: 200,
    });
    const { id: mistaken } = await world.ok('POST', at('one-time-fees'), fee);
    expect(await world.call('DELETE', at(`one-time-fees/${mistaken}?reason=x&mistake=true`))).toMatchObject({
      status: 200,
      body: { affects: [january] },
    });
    const start = { date: '2018-04-01', reason: 'x', agreement: 'x' };
    id = await world.acceptedOn('2018-01-01', { billingStartDate: '2018-03-20' });
    expect(await world.call('PUT', at('billing-start-date'), start)).toMatchObject({ status: 200 });
  });

  it('what by billing’s figures lowers none is carried out at once, upon what is published of it', async () => {
    const asked: WhatIfAsked[] = [];
    const before = world.told.figures;
    world.told.figures = (what) => {
      asked.push(what);
      return {
        months: [
          { month: '2018-01', number: 'SK-1', now: '10000', then: '10000' },
          { month: '2018-02', number: 'SK-2', now: '9999', then: '10000' },
        ],
      };
    };
    const moved = { date: '2018-01-20', ...agreed };
    expect(await world.call('PUT', at('billing-start-date'), moved, suzuki)).toMatchObject({
      status: 200,
      body: { billingStartDate: '2018-01-20', affects: [january] },
    });
    const quote = await lowerQuote();
    const given = await world.call('POST', at('quotes'), quote, suzuki);
    expect(given).toMatchObject({ status: 201, body: { accountFee: '290', affects: [january] } });
    const revision = Number(given.headers.get('etag')!.slice(1, -1)) - 1;
    expect(asked).toMatchObject([
      { messages: [{ type: 'BillingStartSet', data: { date: '2018-01-20' } }] },
      { revision, messages: [{ type: 'PriceQuoted', data: { quote: { accountFee: '290' } } }] },
    ]);
    expect(JSON.stringify(asked)).not.toMatch(/山田|値引き/);

    world.told.figures = () => ({ months: [{ month: '2018-01', number: 'SK-1', now: '1', then: null }] });
    expect(
      await world.call('PUT', at('billing-start-date'), { ...moved, date: '2018-01-25' }, suzuki),
    ).toMatchObject({ status: 202 });
    const { charged, proposed } = await proposedWaiver();
    expect([charged, proposed]).toEqual([expect.stringMatching(/^fee_/), expect.stringMatching(/^apr_/)]);
    world.told.figures = before;
  });

  it('what is judged at one revision is not carried out at another', async () => {
    const before = world.told.figures;
    world.told.figures = () => ({ months: [] });
    const etag = (await world.call('PUT', at('withholding'), { withheld: true, reason: 'x' })).headers.get(
      'etag',
    )!;
    const moved = { date: '2018-01-20', ...agreed };
    expect(
      await world.call('PUT', at('billing-start-date'), moved, { ...suzuki, headers: { 'if-match': '"0"' } }),
    ).toMatchObject({ status: 409, body: { code: 'revision-mismatch' } });
    expect(
      await world.call('PUT', at('billing-start-date'), moved, { ...suzuki, headers: { 'if-match': etag } }),
    ).toMatchObject({ status: 200 });
    const many = await Promise.all(
      ['2018-01-21', '2018-01-22', '2018-01-23'].map((date) =>
        world.call('PUT', at('billing-start-date'), { date, ...agreed }, suzuki),
      ),
    );
    for (const { status, body } of many)
      expect(status === 200 || body.code === 'concurrent-change').toBe(true);
    expect(many.some(({ status }) => status === 200)).toBe(true);
    world.told.figures = before;
  });

  it('what is not legal is refused to the one who asks, not proposed', async () => {
    const { agreement: _agreement, ...unagreed } = await lowerQuote();
    expect(await world.call('POST', at('quotes'), unagreed, suzuki)).toMatchObject({
      status: 422,
      body: { code: 'month-issued', errors: [{ pointer: '/agreement' }] },
    });
  });
});

describe('Two persons: another person than asked', () => {
  it.each([
    ['the same key', suzuki, 'same-person'],
    ['a key of the same name', named({ role: 'operator', key: 'key_2' }, ' 鈴木'), 'same-person'],
    [
      'a key that descends from it',
      named({ role: 'finance', key: 'key_3' }, '佐藤', [OPERATOR.key, 'bootstrap']),
      'same-person',
    ],
    ['the root of all keys', named({ role: 'operator', key: 'bootstrap' }, '佐藤', []), 'same-person'],
    ['a key without a name', named({ role: 'finance', key: 'key_4' }), 'person-unknown'],
  ] as const)('%s neither approves nor rejects', async (_what, other, code) => {
    const { proposed } = await proposedWaiver();
    for (const what of ['approve', 'reject'] as const)
      expect(await world.call('POST', approval(proposed, what), { reason: 'x' }, other)).toMatchObject({
        status: 403,
        body: { code, errors: [{ rule: 'Two persons' }] },
      });
    expect(await row(proposed)).toMatchObject({ state: 'proposed' });
    expect(await waivedFees()).toEqual([]);
  });

  it('rejects with a reason; then it cannot be approved', async () => {
    const { proposed } = await proposedWaiver();
    expect(await world.call('POST', approval(proposed, 'reject'), {}, tanaka)).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/reason' }] },
    });
    const rejected = { id: proposed, state: 'rejected', reason: '根拠不足', decidedBy: FINANCE.key };
    expect(
      await world.call('POST', approval(proposed, 'reject'), { reason: '根拠不足' }, tanaka),
    ).toMatchObject({ status: 200, body: rejected });
    expect(await world.call('POST', approval(proposed, 'approve'), undefined, tanaka)).toMatchObject({
      status: 409,
      body: { code: 'approval-decided' },
    });
    expect(await row(proposed, 'rejected')).toMatchObject(rejected);
    expect(await waivedFees()).toEqual([]);
  });

  it('an approval that is not there, and roles that may not', async () => {
    const unknown = 'apr_00000000000000000000000000';
    for (const what of ['approve', 'reject'] as const) {
      expect(await world.call('POST', approval(unknown, what), { reason: 'x' }, tanaka)).toMatchObject({
        status: 404,
      });
      for (const role of ['auditor', 'contractor'] as const)
        expect(
          await world.call(
            'POST',
            approval(unknown, what),
            { reason: 'x' },
            { as: { role, key: 'key_x', contract: id } },
          ),
        ).toMatchObject({ status: 403 });
    }
  });
});

describe('Two persons: at the approval', () => {
  it('what is no longer legal is 409, and then rejected', async () => {
    const { waiver, proposed } = await proposedWaiver();
    const { approval: second } = await world.ok('DELETE', waiver, undefined, suzuki);
    await world.ok('POST', approval(proposed, 'approve'), undefined, tanaka);
    for (const code of ['no-longer-legal', 'approval-decided'])
      expect(await world.call('POST', approval(second, 'approve'), undefined, tanaka)).toMatchObject({
        status: 409,
        body: { code, errors: [{ rule: 'Two persons' }] },
      });
    expect(await row(second)).toMatchObject({ state: 'rejected', reason: expect.stringMatching(/already/) });

    const asked = await world.ok('POST', at('quotes'), await lowerQuote(), suzuki);
    const another = { ...(await lowerQuote()), accountFee: '310' };
    await world.ok('POST', at('quotes'), another);
    expect(await world.call('POST', approval(asked.approval, 'approve'), undefined, tanaka)).toMatchObject({
      status: 409,
      body: { code: 'no-longer-legal', detail: expect.stringMatching(/2018-01 is issued by the quote/) },
    });
    expect(await row(asked.approval)).toMatchObject({ state: 'rejected' });
  });

  it('a repeat of the same request is answered as the first, and makes no second fact', async () => {
    const quote = await lowerQuote();
    const ask = () => world.call('POST', at('quotes'), quote, { ...suzuki, commandId: `ask-${id}` });
    const asked = await ask();
    expect(asked.status).toBe(202);
    const { approval: proposed } = asked.body;
    expect(await ask()).toMatchObject({ status: 202, body: asked.body });
    const approve = () =>
      world.call('POST', approval(proposed, 'approve'), undefined, { ...tanaka, commandId: `approve-${id}` });
    const approved = await approve();
    expect(approved.status).toBe(201);
    expect(await approve()).toMatchObject({ status: 201, body: approved.body });
    expect(await ask()).toMatchObject({ status: 202, body: asked.body });
    expect((await types()).filter((type) => type === 'PriceQuoted')).toHaveLength(2);
    const { items } = await world.ok('GET', '/approvals?limit=200', undefined, tanaka);
    expect(items.filter(({ contract }: { contract: ContractId }) => contract === id)).toHaveLength(1);
  });

  it('a crash between the approval and its deed loses nothing: it is carried out all the same, once', async () => {
    const { charged, proposed } = await proposedWaiver();
    await approvalHandler(world.parts).handle(
      proposed,
      { commandId: `crash-${id}`, actor: FINANCE },
      (now) => ({
        type: 'ApproveChange',
        now,
        actor: FINANCE,
        signatory: tanaka.signatory,
      }),
    );
    await untilSeen(waivedFees, (fees) => fees.length > 0);
    expect(await waivedFees()).toMatchObject([{ id: charged, waived: 'goodwill' }]);
    expect((await types()).filter((type) => type === 'FeeWaived')).toHaveLength(1);
  });

  it('many at once lead to one deed', async () => {
    const { proposed } = await proposedWaiver();
    const other = named({ role: 'operator', key: 'key_5' }, '高橋');
    const answers = await Promise.all(
      [tanaka, other, tanaka, other].map((who) =>
        world.call('POST', approval(proposed, 'approve'), undefined, who),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409]);
    expect((await types()).filter((type) => type === 'FeeWaived')).toHaveLength(1);
  });
});

describe('Two persons: in the log', () => {
  it('names, reasons and agreements are sealed, and none of them is published', async () => {
    const { approval: proposed } = await world.ok('POST', at('quotes'), await lowerQuote(), suzuki);
    await world.ok('POST', approval(proposed, 'reject'), { reason: '根拠不足' }, tanaka);
    const stored = await world.stored(id, `approval-${proposed}`);
    expect(stored).toContain('ChangeRejected');
    const { messages } = await world.ok('GET', '/internal/log?after=0&limit=5000');
    const published = messages.filter(({ stream }: { stream: string }) => stream === `approval-${proposed}`);
    expect(published).toMatchObject([
      {
        type: 'ChangeProposed',
        contract: id,
        data: { approval: proposed, kind: 'quote', affects: [january] },
      },
      { type: 'ChangeRejected', contract: id, data: { approval: proposed, cause: 'person' } },
    ]);
    for (const text of [stored, JSON.stringify(published)])
      expect(text).not.toMatch(/鈴木|田中|山田|値引き|根拠不足/);
  });
});

describe('Two persons: credit notes, which billing has', () => {
  const noteOf = (approval: ApprovalId, state: 'proposed' | 'rejected') => ({
    id: approval,
    kind: 'credit-note' as const,
    contract: id,
    number: 'SK-000000001',
    requestedBy: OPERATOR.key,
    requestedAt: '2018-03-10T00:00:00.000Z' as const,
    command: {},
    affects: [],
    state,
  });

  it('stand among the others in the order in which all were asked for, page by page', async () => {
    const { proposed } = await proposedWaiver();
    const [first, last] = [
      noteOf('apr_00000000000000000000000000', 'proposed'),
      noteOf('apr_zzzzzzzzzzzzzzzzzzzzzzzzzz', 'rejected'),
    ];
    world.told.creditNotes.push(first, last);
    const ids: string[] = [];
    let cursor: string | null = null;
    do {
      const page: { items: { id: string }[]; nextCursor: string | null } = await world.ok(
        'GET',
        `/approvals?limit=2${cursor === null ? '' : `&cursor=${cursor}`}`,
        undefined,
        tanaka,
      );
      ids.push(...page.items.map((each) => each.id));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(ids).toEqual([...new Set(ids)].sort());
    expect(ids).toEqual(expect.arrayContaining([first.id, proposed, last.id]));
    expect(await row(first.id, 'proposed')).toEqual(first);
    expect(await row(first.id, 'rejected')).toBeUndefined();
    world.told.creditNotes.length = 0;
  });

  it('are decided by billing, which is told who signs; of a proposal that nobody has there is nothing', async () => {
    const [told, nobodys] = [world.told.decisions.length, 'apr_11111111111111111111111111'];
    expect(await world.call('POST', approval(nobodys, 'approve'), undefined, tanaka)).toMatchObject({
      status: 404,
    });
    const reason = '根拠不足';
    expect(await world.call('POST', approval(nobodys, 'reject'), { reason }, tanaka)).toMatchObject({
      status: 404,
    });
    const { signatory } = tanaka;
    expect(world.told.decisions.slice(told)).toMatchObject([
      { approval: nobodys, actor: FINANCE, signatory },
      { approval: nobodys, actor: FINANCE, signatory, reject: { reason } },
    ]);
    const { proposed } = await proposedWaiver();
    await world.ok('POST', approval(proposed, 'approve'), undefined, tanaka);
    expect(world.told.decisions).toHaveLength(told + 2);
  });
});

// Last, for the others need it.
describe('Two persons: billing does not answer', () => {
  it('what may lower an issued month is refused for now, and nothing is let through', async () => {
    const { charged } = await proposedWaiver();
    const quote = await lowerQuote();
    const before = await types();
    await world.stopBilling();
    for (const [method, path, body] of [
      ['POST', 'quotes', quote],
      ['PUT', 'billing-start-date', { date: '2018-02-20', ...agreed }],
      ['DELETE', `one-time-fees/${charged}?reason=x`, undefined],
    ] as const) {
      const refused = await world.call(method, at(path), body, suzuki);
      expect(refused).toMatchObject({ status: 503, body: { code: 'temporarily-unavailable' } });
      expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
    }
    // Half a list is none.
    expect(await world.call('GET', '/approvals', undefined, tanaka)).toMatchObject({ status: 503 });
    const elsewhere = '/approvals/apr_00000000000000000000000000';
    expect(await world.call('GET', elsewhere, undefined, tanaka)).toMatchObject({ status: 503 });
    expect(await types()).toEqual(before);
    expect(await world.call('POST', at('quotes'), { ...prices, effectiveMonth: '2018-03' })).toMatchObject({
      status: 201,
    });
  });
});
