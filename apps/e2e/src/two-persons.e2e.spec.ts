import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiClient } from '@smartkey/api-client';
import { answeredBy, enterpriseQuote, Steps, System } from '@smartkey/testing/end-to-end';
import { startPostgres, type PostgresHarness } from '@smartkey/testing';
import { FakeEventStoreDb } from '@smartkey/testing/eventstoredb';
import { approvalsAtOnce } from './stories/approvals-at-once.fixture.ts';
import { erasedEverywhere } from './stories/erased-everywhere.fixture.ts';
import { ISSUER, onNewSystem, type Begin, type Stage } from './stories/stage.fixture.ts';

interface Proposed {
  readonly approval: string;
  readonly quote?: string;
  readonly affects: readonly { readonly month: string; readonly number: string | null }[];
}

/** One contract with an account from 10 January on, another without any; January 2018 is issued for both. */
describe('Two persons, through the public surface', () => {
  let stage: Stage;
  let contract: string;
  let empty: string;
  /** Keys of persons, made by the first operator key; a key that the first of them made; one without a name. */
  let suzuki: ApiClient;
  let tanaka: ApiClient;
  let child: ApiClient;
  let nameless: ApiClient;
  const agreed = { reason: '合意', agreement: '2018-02-01 書面' };
  const moved = (date: string) => ({ date, ...agreed });
  const start = (id: string, date: string) =>
    suzuki.call<Proposed>('PUT', `/contracts/${id}/billing-start-date`, moved(date));

  beforeAll(async () => {
    stage = await onNewSystem('2017-12-31T15:00:00Z');
    const { steps, operator } = stage;
    const keyOf = async (by: ApiClient, role: string, name?: string): Promise<ApiClient> =>
      operator.as(
        (await by.post<{ key: string }>('/keys', { role, ...(name !== undefined && { name }) })).key,
      );
    suzuki = await keyOf(operator, 'operator', '鈴木');
    tanaka = await keyOf(operator, 'finance', '田中');
    child = await keyOf(suzuki, 'finance', '佐藤');
    nameless = await keyOf(operator, 'finance');
    contract = await steps.accepted('enterprise', '2018-01-01', enterpriseQuote('2018-01'));
    empty = await steps.accepted('enterprise', '2018-01-01', enterpriseQuote('2018-01'));
    await steps.setClock('2018-01-10T00:00:00Z');
    await steps.register(contract, 'taro');
    await steps.setClock('2018-02-10T00:00:00Z');
    await steps.close('2018-01');
  });
  afterAll(() => stage?.clear());

  it('第7条: a later start by which a month comes to less waits; one by which none does is carried out', async () => {
    const [invoice] = await stage.steps.invoices(contract, '2018-01');
    const affects = [{ month: '2018-01', number: invoice!.number }];
    const waits = await start(contract, '2018-01-20');
    expect(waits).toMatchObject({ status: 202, body: { affects } });
    // Up to the day of the registration it comes to the same: the base fee is full.
    expect(await start(contract, '2018-01-10')).toMatchObject({ status: 200, body: { affects } });
    expect(await start(empty, '2018-01-20')).toMatchObject({
      status: 200,
      body: { billingStartDate: '2018-01-20' },
    });
    expect(await start(empty, '2018-02-05')).toMatchObject({ status: 202 });
  });

  it('別紙1: a quote is judged by what was used', async () => {
    const { items } = await suzuki.get<{ items: { id: string }[] }>(`/contracts/${contract}/quotes`);
    const replacing = {
      ...enterpriseQuote('2018-01', { accountFee: '100' }),
      ...agreed,
      replaces: items[0]!.id,
    };
    const give = (baseFee: string) =>
      suzuki.call<Proposed>('POST', `/contracts/${contract}/quotes`, { ...replacing, baseFee });
    // 22 of 31 days: 10,000 + 212 is billed; 0.709 × 100 is 70.
    expect(await give('10140')).toMatchObject({
      status: 202,
      body: { quote: expect.stringMatching(/^quo_/) },
    });
    expect(await give('10142')).toMatchObject({ status: 201 });
  });

  it('is decided by another person alone, and bills the former state until then', async () => {
    const { id: fee } = await suzuki.post<{ id: string }>(`/contracts/${empty}/one-time-fees`, {
      amount: '3000',
      description: '設定作業',
      occurredOn: '2018-01-15',
    });
    const asked = await suzuki.call<Proposed>(
      'DELETE',
      `/contracts/${empty}/one-time-fees/${fee}?reason=goodwill`,
    );
    expect(asked.status).toBe(202);
    const approve = (who: ApiClient) => who.call<object>('POST', `/approvals/${asked.body.approval}/approve`);
    for (const [who, code] of [
      [suzuki, 'same-person'],
      [child, 'same-person'],
      [stage.operator, 'same-person'],
      [nameless, 'person-unknown'],
    ] as const)
      expect(await approve(who)).toMatchObject({ status: 403, body: { code } });
    const waiting = await tanaka.get<{ items: object[] }>('/approvals?state=proposed&limit=200');
    expect(waiting.items).toContainEqual(
      expect.objectContaining({
        id: asked.body.approval,
        kind: 'waiver',
        contract: empty,
        state: 'proposed',
      }),
    );
    expect(await approve(tanaka)).toMatchObject({ status: 200, body: { id: fee, waived: 'goodwill' } });
    const audit = await stage.operator.get<{ items: { type: string }[] }>(
      `/audit/events?stream=approval-${asked.body.approval}`,
    );
    expect(audit.items.map(({ type }) => type)).toEqual(['ChangeProposed', 'ChangeApproved']);
    await stage.steps.setClock('2018-03-01T00:00:00Z');
    expect(await stage.steps.close('2018-02')).toMatchObject({
      state: 'completed',
      contracts: { parked: 0 },
    });
  });
});

/** 5 accounts from the first day on, at 10,000 + 300 each: January and February 2018 are issued at 12,420 with tax. */
describe('Two persons: a later start, and the documents that follow from it', () => {
  let stage: Stage;
  let contract: string;
  let suzuki: ApiClient;
  let tanaka: ApiClient;
  const documents = async () =>
    (await stage.steps.invoices(contract))
      .map(({ kind, month, net, tax, total }) => ({ kind, month, net, tax, total }))
      .sort((a, b) => (a.kind + a.month < b.kind + b.month ? -1 : 1));
  const invoice = (month: string) => ({ kind: 'invoice', month, net: '11500', tax: '920', total: '12420' });
  const correction = (month: string, net: string, tax: string, total: string) => ({
    kind: 'correction',
    month,
    net,
    tax,
    total,
  });

  beforeAll(async () => {
    stage = await onNewSystem('2017-12-31T15:00:00Z');
    const { steps, operator } = stage;
    const keyOf = async (role: string, name: string): Promise<ApiClient> =>
      operator.as((await operator.post<{ key: string }>('/keys', { role, name })).key);
    [suzuki, tanaka] = [await keyOf('operator', '鈴木'), await keyOf('finance', '田中')];
    contract = await steps.accepted('enterprise', '2018-01-01', enterpriseQuote('2018-01'));
    await steps.registerMany(contract, 5, 'account-');
    await steps.setClock('2018-03-05T00:00:00Z');
    await steps.close('2018-02');
  });
  afterAll(() => stage?.clear());

  it('bills the former state until it is approved, and the difference once it is', async () => {
    const issued = [invoice('2018-01'), invoice('2018-02')];
    expect(await documents()).toEqual(issued);
    const waits = await suzuki.call<Proposed>('PUT', `/contracts/${contract}/billing-start-date`, {
      date: '2018-02-20',
      reason: '開通の遅れ',
      agreement: '2018-03-01 書面',
    });
    expect(waits).toMatchObject({
      status: 202,
      body: { affects: [{ month: '2018-01' }, { month: '2018-02' }] },
    });
    await stage.steps.close('2018-02');
    expect(await documents()).toEqual(issued);
    await tanaka.post(`/approvals/${waits.body.approval}/approve`);
    await stage.steps.setClock('2018-04-02T00:00:00Z');
    await stage.steps.close('2018-03');
    expect(await documents()).toEqual([
      correction('2018-01', '-11500', '-920', '-12420'),
      correction('2018-02', '-1019', '-82', '-1101'),
      ...issued,
      invoice('2018-03'),
    ]);
    const { items } = await suzuki.get<{ items: { revision: number; type: string }[] }>(
      `/contracts/${contract}/history?limit=200`,
    );
    const { revision } = items.findLast(({ type }) => type === 'BillingStartSet')!;
    const corrected = (await stage.steps.invoices(contract)).filter(({ kind }) => kind === 'correction');
    for (const line of corrected.flatMap(({ lines }) => lines))
      expect(line).toMatchObject({
        corrects: {
          ground: 'agreement',
          causes: [{ stream: `contract-${contract}`, revision, day: '2018-03-05' }],
        },
      });
  });
});

/** J of the rules: 100 accounts all January 2024, 3 on 17 days and 2 on one; one of the 100 is found to have ended on the 20th. */
describe('Two persons: a credit note', () => {
  let stage: Stage;
  let contract: string;
  let suzuki: ApiClient;
  let tanaka: ApiClient;
  const end = (rid: string, day: string) =>
    stage.operator.delete(`/contracts/${contract}/ids/${rid}?on=${day}&reason=left`);

  beforeAll(async () => {
    stage = await onNewSystem('2023-12-31T15:00:00Z');
    const { steps, operator } = stage;
    const keyOf = async (role: string, name: string): Promise<ApiClient> =>
      operator.as((await operator.post<{ key: string }>('/keys', { role, name })).key);
    [suzuki, tanaka] = [await keyOf('operator', '鈴木'), await keyOf('finance', '田中')];
    contract = await steps.accepted('enterprise', '2024-01-01', enterpriseQuote('2024-01'));
    await steps.registerMany(contract, 99, 'account-');
    const leaves = await steps.register(contract, 'leaves');
    const some = await Promise.all([1, 2, 3].map((n) => steps.register(contract, `seventeen-${n}`)));
    await steps.setClock('2024-01-05T00:00:00Z');
    const short = await Promise.all([1, 2].map((n) => steps.register(contract, `one-${n}`)));
    await steps.setClock('2024-01-20T00:00:00Z');
    for (const rid of some) await end(rid, '2024-01-17');
    for (const rid of short) await end(rid, '2024-01-05');
    await steps.setClock('2024-02-05T00:00:00Z');
    await steps.close('2024-01');
    await end(leaves, '2024-01-20');
    await steps.setClock('2024-03-05T00:00:00Z');
    await steps.close('2024-02');
  });
  afterAll(() => stage?.clear());

  it('of all that is billed for January returns 4,040 of tax, once another person approves it', async () => {
    const [january] = await stage.steps.invoices(contract, '2024-01');
    expect(january).toMatchObject({ net: '40512', tax: '4051' });
    const asked = await suzuki.call<{ id: string; approval: string }>(
      'POST',
      `/invoices/${january!.number}/credit-notes`,
      { amount: '40405', taxCode: 'JP-STD-10-2019', reason: '障害のお詫び', agreedOn: '2024-03-04' },
    );
    expect(asked).toMatchObject({ status: 201, body: { status: 'proposed' } });
    const { id, approval } = asked.body;
    const waiting = await tanaka.get<{ items: object[] }>('/approvals?state=proposed');
    expect(waiting.items).toMatchObject([
      { id: approval, kind: 'credit-note', contract, number: january!.number, state: 'proposed' },
    ]);
    const approve = (who: ApiClient) =>
      who.call<{ number: string }>('POST', `/approvals/${approval}/approve`);
    expect(await approve(suzuki)).toMatchObject({ status: 403, body: { code: 'same-person' } });
    const approved = await approve(tanaka);
    expect(approved).toMatchObject({ status: 201, body: { id, status: 'issued' } });
    expect(await approve(tanaka)).toMatchObject({ status: 409, body: { code: 'approval-decided' } });
    const { number } = approved.body;
    expect(await suzuki.get(`/invoices/${number}`)).toMatchObject({
      kind: 'credit-note',
      creditNote: id,
      net: '-40405',
      tax: '-4040',
      total: '-44445',
    });
    expect(await suzuki.post(`/invoices/${number}/verification`)).toEqual({ identical: true });
    expect(await suzuki.get('/credit-notes')).toMatchObject({ items: [{ id, status: 'issued', number }] });
    expect(await tanaka.get('/approvals?state=approved')).toMatchObject({ items: [{ id: approval }] });
    const again = await suzuki.call<{ code: string }>('POST', `/invoices/${january!.number}/credit-notes`, {
      amount: '1',
      taxCode: 'JP-STD-10-2019',
      reason: 'x',
      agreedOn: '2024-03-04',
    });
    expect(again).toMatchObject({ status: 409, body: { code: 'credit-exceeds-billed' } });
  });
});

/** What is played with two instances of each service, too (distributed.e2e.spec.ts), with the logs in EventStoreDB. */
describe('on EventStoreDB', () => {
  let system: System;
  let logs: FakeEventStoreDb;
  let postgres: PostgresHarness;
  let databaseUrl: string;
  beforeAll(async () => {
    [logs, postgres] = await Promise.all([FakeEventStoreDb.start(), startPostgres({ fsync: 'on' })]);
    databaseUrl = await postgres.createDatabase();
    system = await System.start({
      ...ISSUER,
      EVENTSTORE_URL: logs.connectionString,
      DATABASE_URL: databaseUrl,
      SMARTKEY_CLOCK_START: '2017-12-31T15:00:00Z',
      SMARTKEY_ERASE_AFTER_DAYS: '400',
    });
  });
  afterAll(async () => {
    await system?.dispose();
    await Promise.all([logs?.stop(), postgres?.stop()]);
  });
  const onTheSystem: Begin = async (instant) => {
    await new Steps(system.operator).setClock(instant);
    return {
      get steps() {
        return new Steps(system.operator);
      },
      get operator() {
        return system.operator;
      },
      clear: () => Promise.resolve(),
    };
  };

  approvalsAtOnce(onTheSystem, () => ({
    answered: async () => [await answeredBy(system.url, 'POST', 'approvals')],
    die: async () => {
      await system.kill();
      await system.resume();
    },
  }));
  erasedEverywhere(onTheSystem, 2026, {
    databaseUrl: () => databaseUrl,
    eraseAfterDays: 400,
    places: async () => {
      const records = logs.log.copy().records.map(({ stream, data, customMetadata }) => {
        const content = Buffer.concat([Buffer.from(data), Buffer.from(customMetadata)]);
        return [stream, content] as const;
      });
      expect(records.length).toBeGreaterThan(20);
      return Promise.resolve([...records, ['what the program said', system.errors] as const]);
    },
  });
});
