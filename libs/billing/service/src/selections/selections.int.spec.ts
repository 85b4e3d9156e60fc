import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startOfDay } from '@smartkey/calendar';
import { openPglite, type DatabaseServer } from '@smartkey/database';
import type { Actor } from '@smartkey/kernel';
import type { SandboxClock } from '@smartkey/runtime';
import { parse } from 'csv-parse/sync';
import { createHash } from 'node:crypto';
import { BillingWorld, contractor, ISSUER } from '../testing/billing-world.fixture.ts';
import { ctr, enterpriseQuote } from '../testing/logs.fixture.ts';
import { dayIn, unzipped } from './unzipped.fixture.ts';

const [A, B] = [ctr('a'), ctr('b')];
const auditor: Actor = { role: 'auditor', key: 'key_a' };
let server: DatabaseServer;
let world: BillingWorld;

/** January 2024 of two contracts; A has ended since, and its only account a month earlier than was billed: a correction below 0. */
beforeAll(async () => {
  server = await openPglite(undefined);
  world = await BillingWorld.make(server, startOfDay('2024-02-01'), {
    ...ISSUER,
    SMARTKEY_SELECTION_DOCUMENTS: '3',
  });
  const { logs } = world;
  await world.start();
  for (const contract of [A, B]) {
    logs.accepted(contract, '2024-01-01', 'enterprise', '2024-01-01', enterpriseQuote('2024-01'));
    logs.registered(contract, `rid_${contract}`, '2024-01-01');
  }
  logs.cancelled(A, '2024-01-01', '2024-01-31');
  logs.promise(startOfDay('2024-02-01'));
  await world.caughtUp();
  await world.close('2024-01');
  logs.deregistered(A, `rid_${A}`, '2024-01-01', '2024-01-10');
  await (world.clock as SandboxClock).takeOver(startOfDay('2024-03-01'));
  logs.promise(startOfDay('2024-03-01'));
  await world.caughtUp();
  await world.close('2024-02');
});
afterAll(async () => {
  await world.dispose();
  await server.close();
});

const numbers = async (query: string, actor = auditor) =>
  (await world.get<{ items: { number: string; kind: string }[] }>(`/invoices?${query}`, actor)).items.map(
    ({ number, kind }) => `${number} ${kind}`,
  );

describe('documents of every kind are looked for', () => {
  it.each([
    ['', ['SK-000000001 invoice', 'SK-000000002 invoice', 'SK-000000003 correction', 'SK-000000004 invoice']],
    ['number=SK-000000003', ['SK-000000003 correction']],
    [
      'number=SK-00000000',
      ['SK-000000001 invoice', 'SK-000000002 invoice', 'SK-000000003 correction', 'SK-000000004 invoice'],
    ],
    ['number=X', []],
    ['maxTotal=-1', ['SK-000000003 correction']],
    ['minTotal=-300&maxTotal=0', ['SK-000000003 correction']],
    [`from=2024-03-01&to=2024-03-01&party=${A.slice(-3)}`, ['SK-000000003 correction']],
  ])('by %s', async (query, expected) => expect(await numbers(query)).toEqual(expected));

  it.each(['number=sk-1', 'number=SK-00000000000000000', 'number=%25'])('%s is no number', async (query) =>
    expect(await world.call('GET', `/invoices?${query}`)).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/number' }] },
    }),
  );
});

/** A selection, unpacked. */
async function selection(query: string, actor = auditor) {
  const answer = await world.raw(`/invoices.zip?${query}`, actor);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/zip']);
  const bytes = Buffer.from(await answer.arrayBuffer());
  const files = unzipped(bytes);
  const index = parse(files.get('index.csv')!, { columns: true, bom: true }) as Record<string, string>[];
  return { bytes, index, files, names: [...files.keys()].sort() };
}

describe('a selection', () => {
  it('is handed over as one file with an index of 取引年月日, 金額 and 取引先, and each file is the one of its hash', async () => {
    const { names, index, files } = await selection(`contract=${A}`);
    expect(names).toEqual(['SK-000000001.pdf', 'SK-000000003.pdf', 'index.csv']);
    expect(index).toEqual([
      expect.objectContaining({
        番号: 'SK-000000001',
        種別: '請求書',
        取引年月日: '2024-02-01',
        取引期間自: '2024-01-01',
        取引期間至: '2024-01-31',
        金額: '11330',
        取引先: `${A}株式会社`,
        ファイル名: 'SK-000000001.pdf',
        備考: '',
      }),
      expect.objectContaining({ 番号: 'SK-000000003', 種別: '訂正', 取引年月日: '2024-03-01' }),
    ]);
    expect(Number(index[1]!['金額'])).toBeLessThan(0);
    for (const { ファイル名: name, 'SHA-256': sha256 } of index)
      expect(createHash('sha256').update(files.get(name!)!).digest('hex')).toBe(sha256);
  });

  it('is the same bytes while nothing is added, and bears the days of its documents', async () => {
    const [one, other] = [await selection('maxTotal=-1'), await selection('maxTotal=-1')];
    expect(one.bytes.equals(other.bytes)).toBe(true);
    expect(dayIn(one.bytes)).toBe('2024-03-01');
  });

  it('has what its reader may see, and nothing of another', async () => {
    expect((await selection('', contractor(B))).index.map(({ 番号: number }) => number)).toEqual([
      'SK-000000002',
      'SK-000000004',
    ]);
    expect((await selection(`contract=${A}`, contractor(B))).names).toEqual(['index.csv']);
    expect(
      (await world.call('GET', '/invoices.zip', { role: 'service-provider', key: 'key_s', contract: A }))
        .status,
    ).toBe(403);
  });

  it('of documents that a contractor takes along the first download is recorded, of each once; an office’s is none', async () => {
    const deliveriesOf = async (number: string) =>
      (await world.get<{ items: readonly object[] }>(`/invoices/${number}/deliveries`)).items;
    await selection(`contract=${A}`);
    for (let n = 0; n < 2; n += 1) await selection('', contractor(B));
    for (const number of ['SK-000000002', 'SK-000000004'])
      expect(await deliveriesOf(number)).toMatchObject([
        { delivery: 1, channel: 'download', status: 'delivered' },
      ]);
    for (const number of ['SK-000000001', 'SK-000000003']) expect(await deliveriesOf(number)).toEqual([]);
    // One that is fetched alone afterwards has been downloaded.
    await (await world.raw('/invoices/SK-000000002.pdf', contractor(B))).arrayBuffer();
    expect(await deliveriesOf('SK-000000002')).toHaveLength(1);
  });

  it('is bounded', async () => {
    expect(await world.call('GET', '/invoices.zip')).toMatchObject({
      status: 422,
      body: { code: 'too-many-documents', detail: expect.stringContaining('3') },
    });
    expect(await world.call('GET', '/invoices.zip?limit=1')).toMatchObject({ status: 422 });
  });
});
