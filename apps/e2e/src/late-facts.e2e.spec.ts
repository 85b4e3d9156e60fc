import { afterEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { ApiClient } from '@smartkey/api-client';
import { Steps, System, enterpriseQuote } from '@smartkey/testing/end-to-end';
import { ISSUER } from './stories/stage.fixture.ts';

/** An answer of a command that may be waiting for another person. */
interface Answer {
  readonly id: string;
  readonly approval?: string;
}

/** What a document comes to: kind, month, amounts of its lines, tax, total. */
type Row = readonly [string, string, readonly number[], number, number];

const reason = '漏れ';
const agreed = { reason: '合意', agreement: '書面' };

/**
 * The table of late facts, its contracts side by side through the public surface, the clock leaping from month to month. The program
 * dies in every close and goes on by itself.
 */
describe('Corrections: the table of the rules, through the public surface and through deaths', () => {
  let system: System;
  let steps: Steps;
  /** Another person than the one who asks. */
  let asks: string;
  let approves: string;
  let deaths = 0;

  const as = (key: string): ApiClient => system.operator.as(key);
  const call = <Body = Answer>(method: string, path: string, body?: object): Promise<{ body: Body }> =>
    as(asks).call<Body>(method, path, body);

  /** Sends a command; where it waits for another person, has that person approve it. */
  async function agree(method: string, path: string, body?: object): Promise<void> {
    const { status, body: answer } = await as(asks).call<Answer>(method, path, body);
    expect([path, status]).toEqual([path, 202]);
    expect(await as(approves).call('POST', `/approvals/${answer.approval}/approve`)).toMatchObject({
      status: 200,
    });
  }

  const day = (date: string): Promise<void> => steps.setClock(`${date}T00:00:00+09:00`);

  /** Closes a month; the program dies at some point of it, each time at a later one, and is started again. */
  async function close(month: string): Promise<void> {
    const { runId } = await system.operator.post<{ runId: string }>(
      `/billing/months/${month}/close`,
      undefined,
      {
        idempotencyKey: randomUUID(),
      },
    );
    await pause(40 * deaths);
    deaths += 1;
    await system.kill();
    await system.resume();
    steps = new Steps(system.operator);
    const run = await steps.until(
      () => system.operator.get<{ state: string }>(`/billing/runs/${runId}`),
      ({ state }) => state === 'completed' || state === 'partial',
    );
    expect(run.state).toBe('completed');
  }

  /** Every document of a contract; the 0 yen of its initial fee left out. */
  async function rows(contract: string): Promise<readonly Row[]> {
    const documents = await steps.invoices(contract);
    return documents.map(({ kind, month, lines, tax, total }) => [
      kind,
      month,
      lines.map(({ amount }) => Number(amount)).filter((amount) => amount !== 0),
      Number(tax),
      Number(total),
    ]);
  }

  async function withAccounts(start: string, month: string, accounts: number): Promise<string> {
    const contract = await steps.accepted('enterprise', start, enterpriseQuote(month));
    for (let n = 0; n < accounts; n += 1) await steps.register(contract, `person-${n}`);
    return contract;
  }

  async function idsOf(contract: string): Promise<readonly string[]> {
    const ids: string[] = [];
    for await (const { id } of system.operator.pages<{ id: string }>(`/contracts/${contract}/ids`))
      ids.push(id);
    return ids;
  }

  /** J of the rules: 100 accounts all month, 3 on 17 days, 2 on one. */
  async function j(): Promise<string> {
    const contract = await steps.accepted('enterprise', '2024-01-01', enterpriseQuote('2024-01'));
    await steps.registerMany(contract, 100, 'all-');
    return contract;
  }

  /** On 15 January and on its last day. */
  async function restOfJ(contract: string): Promise<void> {
    for (const n of [1, 2, 3]) await steps.register(contract, `half-${n}`);
    for (const n of [1, 2]) {
      const id = await steps.register(contract, `one-${n}`);
      await system.operator.call('DELETE', `/contracts/${contract}/ids/${id}`);
    }
  }

  async function endHalves(contract: string): Promise<void> {
    for await (const { id, externalId } of system.operator.pages<{ id: string; externalId: string }>(
      `/contracts/${contract}/ids`,
    ))
      if (externalId.startsWith('half-'))
        await system.operator.call('DELETE', `/contracts/${contract}/ids/${id}`);
  }

  /** An account of 17 days, 15 to 31 January, that is entered later. */
  async function found(contract: string, externalId: string): Promise<void> {
    const { body } = await call('POST', `/contracts/${contract}/ids`, {
      externalId,
      registeredOn: '2024-01-15',
      reason,
    });
    await call('DELETE', `/contracts/${contract}/ids/${body.id}?on=2024-01-31&reason=x`);
  }

  /** The log of billing is covered by a signed checkpoint that goes on from the one before. */
  async function checkpointsGoOn(): Promise<void> {
    const { sound, services } = await system.operator.post<{
      sound: boolean;
      services: { source: string; tree: { size: number; checkpoint: { size: number } } }[];
    }>('/audit/verification', {});
    expect(sound).toBe(true);
    const { tree } = services.find(({ source }) => source === 'billing')!;
    const { items } = await system.operator.get<{ items: { size: number; note: string }[] }>(
      '/audit/checkpoints?log=billing',
    );
    expect(items[0]!.size).toBe(tree.checkpoint.size);
    expect(items.length).toBeGreaterThan(1);
    const sizes = `from=${items[1]!.size}&to=${items[0]!.size}`;
    const proof = await system.operator.get<{ log: string; hashes: string[] }>(
      `/audit/consistency?log=billing&${sizes}`,
    );
    expect(items[0]!.note.startsWith(`${proof.log}\n${items[0]!.size}\n`)).toBe(true);
    expect(proof.hashes.length).toBeGreaterThan(0);
  }

  async function everyDocumentVerifies(): Promise<void> {
    const numbers: string[] = [];
    for await (const { number } of system.operator.pages<{ number: string }>('/invoices'))
      numbers.push(number);
    expect(numbers.sort()).toEqual(numbers.map((_, n) => `SK-${String(n + 1).padStart(9, '0')}`));
    for (const number of numbers)
      expect([number, (await system.operator.call('POST', `/invoices/${number}/verification`)).body]).toEqual(
        [number, { identical: true }],
      );
  }

  async function begin(date: string): Promise<void> {
    system = await System.start({ ...ISSUER, SMARTKEY_CLOCK_START: `${date}T00:00:00+09:00` });
    steps = new Steps(system.operator);
    const keyOf = async (role: string, name: string): Promise<string> =>
      (await system.operator.post<{ key: string }>('/keys', { role, name })).key;
    asks = await keyOf('operator', '鈴木');
    approves = await keyOf('finance', '田中');
  }
  afterEach(() => system?.dispose());

  it('of 2018: a moved start, a corrected arrival, a waived fee, a fee that was found', async () => {
    await begin('2018-01-01');
    const [moved, corrected, waived] = [
      await withAccounts('2018-01-01', '2018-01', 5),
      await withAccounts('2018-01-01', '2018-01', 5),
      await withAccounts('2018-01-01', '2018-01', 5),
    ];
    const fee = { amount: '3000', description: '設定作業' };
    const { body: charged } = await call('POST', `/contracts/${waived}/one-time-fees`, {
      ...fee,
      occurredOn: '2018-01-01',
    });
    const ended = await withAccounts('2018-01-01', '2018-01', 5);
    await day('2018-01-10');
    await call('POST', `/contracts/${ended}/cancellation`, {
      form: 'paper',
      arrivedAt: '2018-01-09T09:00:00+09:00',
      requestedDay: '2018-02-28',
    });
    await day('2018-02-01');
    await close('2018-01');
    await day('2018-02-10');
    await agree('DELETE', `/contracts/${waived}/one-time-fees/${charged.id}?reason=goodwill`);
    await day('2018-03-01');
    await close('2018-02');
    await day('2018-03-05');
    await agree('PUT', `/contracts/${moved}/billing-start-date`, { date: '2018-02-20', ...agreed });
    await call('POST', `/contracts/${ended}/one-time-fees`, { ...fee, occurredOn: '2018-02-15' });
    await day('2018-03-21');
    const { body: notice } = await call('POST', `/contracts/${corrected}/cancellation`, {
      form: 'paper',
      arrivedAt: '2018-03-20T09:00:00+09:00',
    });
    await day('2018-04-01');
    await close('2018-03');
    await day('2018-05-01');
    await close('2018-04');
    await call('PUT', `/contracts/${corrected}/cancellation/${notice.id}`, {
      arrivedAt: '2018-02-10T09:00:00+09:00',
      reason: '誤読',
    });
    await day('2018-06-01');
    await close('2018-05');

    const full = (month: string): Row => ['invoice', month, [10000, 1500], 920, 12420];
    expect(await rows(moved)).toEqual([
      full('2018-01'),
      full('2018-02'),
      full('2018-03'),
      ['correction', '2018-01', [-10000, -1500], -920, -12420],
      ['correction', '2018-02', [-1019], -82, -1101],
      full('2018-04'),
      full('2018-05'),
    ]);
    expect(await rows(corrected)).toEqual([
      full('2018-01'),
      full('2018-02'),
      full('2018-03'),
      ['invoice', '2018-04', [10000, 949], 875, 11824],
      ['correction', '2018-03', [-920], -74, -994],
      ['correction', '2018-04', [-10000, -949], -875, -11824],
    ]);
    expect((await rows(waived)).slice(0, 2)).toEqual([
      ['invoice', '2018-01', [10000, 1500, 3000], 1160, 15660],
      ['invoice', '2018-02', [10000, 1500, -3000], 680, 9180],
    ]);
    expect(await rows(ended)).toEqual([
      full('2018-01'),
      full('2018-02'),
      ['correction', '2018-02', [3000], 240, 3240],
    ]);
    await everyDocumentVerifies();
    await checkpointsGoOn();
  }, 600_000);

  it('of 2024: accounts that were found and ended late; a start moved within a month that is prorated', async () => {
    await begin('2024-01-01');
    const [two, less, both] = [await j(), await j(), await j()];
    const prorated = { baseFeeInPartialMonth: 'prorated' };
    const [later, earlier] = [
      await steps.accepted('enterprise', '2024-01-15', enterpriseQuote('2024-01', prorated)),
      await steps.accepted('enterprise', '2024-01-15', enterpriseQuote('2024-01', prorated)),
    ];
    await day('2024-01-10');
    for (const contract of [later, earlier]) await steps.register(contract, 'one');
    await day('2024-01-15');
    for (const contract of [two, less, both]) await restOfJ(contract);
    await day('2024-01-31');
    for (const contract of [two, less, both]) await endHalves(contract);
    await day('2024-02-01');
    await close('2024-01');
    await found(two, 'found');
    const one = (contract: string) => idsOf(contract).then((ids) => ids[0]!);
    for (const contract of [less, both])
      await call('DELETE', `/contracts/${contract}/ids/${await one(contract)}?on=2024-01-20&reason=x`);
    await found(both, 'found');
    await agree('PUT', `/contracts/${later}/billing-start-date`, { date: '2024-01-20', ...agreed });
    expect(
      (
        await as(asks).call('PUT', `/contracts/${earlier}/billing-start-date`, {
          date: '2024-01-10',
          ...agreed,
        })
      ).status,
    ).toBe(200);
    await day('2024-03-01');
    await close('2024-02');
    await found(two, 'found-2');
    await day('2024-04-01');
    await close('2024-03');

    const january: Row = ['invoice', '2024-01', [10000, 30512], 4051, 44563];
    expect(await rows(two)).toEqual([
      january,
      ['invoice', '2024-02', [10000, 30000, 164], 4016, 44180],
      ['invoice', '2024-03', [10000, 30000, 165], 4016, 44181],
    ]);
    expect((await rows(less)).slice(0, 2)).toEqual([
      january,
      ['invoice', '2024-02', [10000, 29700, -107], 3959, 43552],
    ]);
    expect((await rows(both)).slice(0, 2)).toEqual([
      january,
      ['invoice', '2024-02', [10000, 29700, 58], 3975, 43733],
    ]);
    expect((await rows(later)).slice(1, 2)).toEqual([
      ['invoice', '2024-02', [10000, 300, -1613, -48], 863, 9502],
    ]);
    expect((await rows(earlier)).slice(1, 2)).toEqual([
      ['invoice', '2024-02', [10000, 300, 1613, 48], 1196, 13157],
    ]);
    await everyDocumentVerifies();
  }, 600_000);
});
