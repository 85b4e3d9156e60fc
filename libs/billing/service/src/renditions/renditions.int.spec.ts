import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openPglite, type DatabaseServer } from '@smartkey/database';
import { createEventStore } from '@smartkey/event-store';
import type { Actor } from '@smartkey/kernel';
import { createHash } from 'node:crypto';
import { PDF_TEMPLATE_VERSION } from '@smartkey/billing-renditions/names';
import { until } from '@smartkey/testing';
import { BillingWorld, contractor, ISSUER, operator } from '../testing/billing-world.fixture.ts';
import { ctr, enterpriseQuote, providerQuote } from '../testing/logs.fixture.ts';
import type { FileProgressView, FileView } from './file-view.ts';

const [A, B, C] = [ctr('a'), ctr('b'), ctr('c')];
const finance: Actor = { role: 'finance', key: 'key_f' };
let server: DatabaseServer;
let world: BillingWorld;

/** Three contracts; 2023-09 and 2023-10 issued. What documents lack for JP PINT is known of A and of the issuer alone. */
beforeAll(async () => {
  server = await openPglite(undefined);
  world = await BillingWorld.make(server, '2023-11-01T00:00:00.000Z');
  await world.start();
  const { logs } = world;
  logs.accepted(A, '2023-09-01', 'enterprise', '2023-09-01', enterpriseQuote('2023-09'));
  logs.registeredMany(A, 'rid_a', 3, '2023-09-05');
  logs.accepted(B, '2023-09-01', 'service-provider', '2023-09-01', providerQuote('2023-09'));
  logs.accepted(C, '2023-10-01', 'enterprise', '2023-10-01', enterpriseQuote('2023-10'));
  logs.promise('2023-11-01T00:00:00.000Z');
  const profile = { billTo: { postalCode: '100-0001', address: '東京都千代田区' }, endpoint: ENDPOINT };
  await world.caughtUp();
  await patch(`/contracts/${A}/billing-profile`, profile);
  await world.close('2023-09');
  await world.close('2023-10');
});
afterAll(async () => {
  await world.dispose();
  await server.close();
});

const ENDPOINT = { scheme: '0188', id: '7000012050002' };
const BANK = { bank: '見本銀行', branch: '本店', type: 'ordinary', number: '1234567', holder: 'カ)ミホン' };

async function patch(path: string, body: object): Promise<void> {
  expect(await world.call('PATCH', path, operator, body)).toMatchObject({ status: 200 });
}
/** What the issuer says of itself from now on; documents of October are issued. */
const tellIssuer = async () =>
  expect(
    await world.call('PUT', '/billing/issuer', finance, {
      from: '2023-11',
      name: ISSUER.SMARTKEY_ISSUER_NAME,
      registrationNumber: ISSUER.SMARTKEY_ISSUER_REGISTRATION_NUMBER,
      postalCode: '150-0001',
      address: '東京都渋谷区',
      bankAccount: BANK,
      endpoint: { scheme: '0188', id: '7123456789012' },
      reason: '登録',
    }),
  ).toMatchObject({ status: 200 });

async function bytesOf(path: string, actor: Actor = finance, headers: object = {}) {
  const response = await world.raw(path, actor, headers);
  return {
    status: response.status,
    headers: response.headers,
    bytes: Buffer.from(await response.arrayBuffer()),
  };
}
const filesOf = async (number: string) =>
  (await world.get<{ files: readonly FileView[] }>(`/invoices/${number}`)).files;
const numbersOf = async (query: string) =>
  (await world.get<{ items: { number: string }[] }>(`/invoices?${query}`)).items.map(({ number }) => number);
const streamOf = async (number: string) => {
  const store = await createEventStore(await world.environment.server.database('billing'), world.clock);
  return store.readStream(`rendition-${number}`);
};
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('a document’s PDF', () => {
  it('that nobody has come to yet waits, is rendered when it is asked for, and is the same bytes for ever', async () => {
    const [number] = await numbersOf(`contract=${A}&month=2023-09`);
    expect(await filesOf(number!)).toEqual([
      { kind: 'pdf', state: 'waiting' },
      { kind: 'statement', state: 'waiting' },
    ]);
    const first = await bytesOf(`/invoices/${number}.pdf`);
    expect(first.status).toBe(200);
    expect(first.headers.get('content-type')).toBe('application/pdf');
    expect(first.headers.get('content-disposition')).toBe(`inline; filename="${number}.pdf"`);
    expect(first.headers.get('etag')).toBe(`"${sha256(first.bytes)}"`);
    expect(first.bytes.subarray(0, 5).toString()).toBe('%PDF-');
    // What is told later changes nothing of it.
    await patch(`/contracts/${A}/billing-profile`, { purchaseOrder: 'PO-9' });
    const again = await bytesOf(`/invoices/${number}`, contractor(A), { accept: 'application/pdf' });
    expect(again.bytes.equals(first.bytes)).toBe(true);
    // Who holds them is given none.
    const held = { 'if-none-match': `W/"x", "${sha256(first.bytes)}"` };
    const none = await bytesOf(`/invoices/${number}.pdf`, contractor(A), held);
    expect([none.status, none.bytes.length, none.headers.get('content-type')]).toEqual([304, 0, null]);
    const files = await filesOf(number!);
    expect(files[0]).toMatchObject({
      kind: 'pdf',
      state: 'rendered',
      sha256: sha256(first.bytes),
      bytes: first.bytes.length,
      mediaType: 'application/pdf',
    });
    const rendered = (await streamOf(number!)).filter(({ type }) => type === 'DocumentRendered');
    expect(rendered.map(({ data }) => data)).toEqual([
      expect.objectContaining({
        number,
        kind: 'pdf',
        sha256: sha256(first.bytes),
        templateVersion: PDF_TEMPLATE_VERSION,
        fonts: expect.arrayContaining([expect.objectContaining({ version: expect.any(String) })]),
      }),
    ]);
  });

  it('is one, however many ask for it at once, also of several instances', async () => {
    const [number] = await numbersOf(`contract=${B}&month=2023-09`);
    const other = await world.another();
    const answers = await Promise.all(
      [world, other, world, other].map(async (each) =>
        Buffer.from(await (await each.raw(`/invoices/${number}.pdf`, finance)).arrayBuffer()),
      ),
    );
    await other.stopService();
    expect(new Set(answers.map(sha256)).size).toBe(1);
    const types = (await streamOf(number!)).map(({ type }) => type);
    expect(types.filter((type) => type === 'DocumentRendered')).toHaveLength(1);
  });

  it('is for those who may see the document', async () => {
    const [number] = await numbersOf(`contract=${A}&month=2023-09`);
    for (const suffix of ['.pdf', '.xml', '/statement.csv']) {
      const foreign = await world.call('GET', `/invoices/${number}${suffix}`, contractor(B));
      const unknown = await world.call('GET', `/invoices/SK-000000999${suffix}`, contractor(B));
      expect([foreign.status, foreign.body]).toEqual([404, unknown.body]);
    }
  });
});

describe('a document’s JP PINT file', () => {
  it('is none before 2023-10, which is said', async () => {
    const [number] = await numbersOf(`contract=${A}&month=2023-09`);
    expect(await world.call('GET', `/invoices/${number}.xml`)).toMatchObject({
      status: 422,
      body: { code: 'no-jp-pint' },
    });
  });

  it('is refused by field while the document lacks what it needs; the PDF is not, and nothing is told of values', async () => {
    const [number] = await numbersOf(`contract=${C}&month=2023-10`);
    const refused = await world.call<{ errors: { pointer: string }[] }>('GET', `/invoices/${number}.xml`);
    expect(refused).toMatchObject({ status: 409, body: { code: 'file-refused' } });
    expect(refused.body.errors.map(({ pointer }) => pointer)).toEqual([
      '/sellerEndpoint',
      '/issuer/address',
      '/issuer/bankAccount',
      '/buyerEndpoint',
      '/document/recipient/address',
    ]);
    expect(await filesOf(number!)).toEqual([
      expect.objectContaining({ kind: 'pdf', state: 'rendered' }),
      { kind: 'jp-pint', state: 'refused', errors: refused.body.errors },
    ]);
    expect(await world.get('/billing/refused-files', finance)).toMatchObject({
      items: [{ number, kind: 'jp-pint', errors: refused.body.errors }],
      nextCursor: null,
    });
  });

  it('once it is completed by what is known now it is rendered, and the PDF of later carries it; what was there stays', async () => {
    await tellIssuer();
    const [number] = await numbersOf(`contract=${A}&month=2023-10`);
    const xml = await bytesOf(`/invoices/${number}.xml`);
    expect(xml.status).toBe(200);
    expect(xml.headers.get('content-type')).toBe('application/xml');
    expect(xml.headers.get('content-disposition')).toBe(`attachment; filename="${number}.xml"`);
    const text = xml.bytes.toString();
    // Of the buyer what the profile said at the issue; of the issuer what is known by now.
    expect(text).toContain(ENDPOINT.id);
    expect(text).toContain('東京都千代田区');
    expect(text).toContain('東京都渋谷区');
    const events = await streamOf(number!);
    expect(events.map(({ type }) => type)).toEqual([
      'DocumentCompleted',
      'DocumentRendered',
      'DocumentRendered',
      'StatementMade',
    ]);
    expect(Object.keys(events[0]!.data)).toEqual(
      expect.arrayContaining(['contract', 'issuer', 'number', 'purchaseOrder']),
    );
    expect(events[2]!.data).toMatchObject({ kind: 'pdf', embeds: sha256(xml.bytes) });
    const later = await bytesOf(`/invoices/${number}.xml`);
    expect(later.bytes.equals(xml.bytes)).toBe(true);
  });

  it('an address that was completed lies sealed, and is published by its name alone', async () => {
    await patch(`/contracts/${C}/billing-profile`, {
      billTo: { postalCode: '530-0001', address: '大阪府大阪市' },
      endpoint: ENDPOINT,
    });
    const [number] = await numbersOf(`contract=${C}&month=2023-10`);
    const xml = await bytesOf(`/invoices/${number}.xml`);
    expect(xml.bytes.toString()).toContain('大阪府大阪市');
    const completed = (await streamOf(number!)).find(({ type }) => type === 'DocumentCompleted')!;
    expect(JSON.stringify(completed.data)).not.toContain('大阪');
    const database = await world.environment.server.database('billing');
    const parts = await database.query<{ sealed: string }>('select sealed from stored_file');
    expect(parts.filter(({ sealed }) => !sealed.startsWith('v2.'))).toEqual([]);
    // The document itself stands as it was issued.
    expect(await world.get(`/invoices/${number}`)).toMatchObject({ recipient: { name: `${C}株式会社` } });
    expect((await filesOf(number!))[1]).toMatchObject({ kind: 'jp-pint', state: 'rendered' });
    expect(await world.get('/billing/refused-files', finance)).toMatchObject({ items: [] });
  });
});

describe('rendering in the background', () => {
  it('takes every document since the first, in order, tells how far it is, and goes on from there after a restart', async () => {
    await world.restart({ ...ISSUER, SMARTKEY_RENDERING: 'background' });
    const runs = await world.get<{ items: { id: string; month: string }[] }>('/billing/runs');
    const progress = async (month: string) => {
      const { id } = runs.items.find((run) => run.month === month)!;
      return (await world.get<{ files: readonly FileProgressView[] }>(`/billing/runs/${id}`)).files;
    };
    const done = async () =>
      (await Promise.all(['2023-09', '2023-10'].map(progress)))
        .flat()
        .every(({ total, rendered, refused }) => rendered + refused === total);
    await until(done);
    expect(await progress('2023-09')).toEqual([
      { kind: 'pdf', total: 2, rendered: 2, refused: 0 },
      { kind: 'jp-pint', total: 0, rendered: 0, refused: 0 },
      { kind: 'statement', total: 1, rendered: 1, refused: 0 },
    ]);
    expect(await progress('2023-10')).toEqual([
      { kind: 'pdf', total: 3, rendered: 3, refused: 0 },
      { kind: 'jp-pint', total: 3, rendered: 2, refused: 1 },
      { kind: 'statement', total: 1, rendered: 1, refused: 0 },
    ]);
    const before = await Promise.all((await numbersOf('')).map(streamOf));
    await world.restart({ ...ISSUER, SMARTKEY_RENDERING: 'background' });
    // What a profile says now is what a refused file waited for: it is rendered without being asked for.
    await patch(`/contracts/${B}/billing-profile`, {
      billTo: { postalCode: '060-0001', address: '北海道札幌市' },
      endpoint: ENDPOINT,
    });
    await until(async () => (await progress('2023-10'))[1]!.rendered >= 3);
    const [number] = await numbersOf(`contract=${B}&month=2023-10`);
    const after = await Promise.all((await numbersOf('')).map(streamOf));
    const grown = after.map((events, index) => events.length - before[index]!.length);
    // Its completion and its file; the PDF is as it was, and so are all others.
    expect(grown.reduce((sum, each) => sum + each, 0)).toBe(2);
    expect((await streamOf(number!)).slice(-2).map(({ type }) => type)).toEqual([
      'DocumentCompleted',
      'DocumentRendered',
    ]);
  });
});
