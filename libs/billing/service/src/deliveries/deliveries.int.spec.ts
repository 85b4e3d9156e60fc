import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openPglite, type DatabaseServer } from '@smartkey/database';
import { createEventStore } from '@smartkey/event-store';
import { internalHeaders } from '@smartkey/http';
import type { Actor } from '@smartkey/kernel';
import { SmtpServer, whyLeftOut, whyNoSmtp } from '@smartkey/servers';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { untilSeen } from '@smartkey/testing';
import { BillingWorld, contractor, ISSUER, operator } from '../testing/billing-world.fixture.ts';
import { ctr, enterpriseQuote } from '../testing/logs.fixture.ts';
import type { DeliveryView } from './delivery-view.ts';

const [A, B, C] = [ctr('a'), ctr('b'), ctr('c')];
const finance: Actor = { role: 'finance', key: 'key_f' };
const left = whyLeftOut('', 'deliveries by a real mail server', whyNoSmtp);

(left === undefined ? describe : describe.skip)('deliveries of documents', () => {
  let server: DatabaseServer;
  let world: BillingWorld;
  let smtp: SmtpServer;
  let folder: string;

  /** Documents of 2023-10, the first three, are issued before anybody has a mailbox; those of 2023-11 go out. */
  beforeAll(async () => {
    server = await openPglite(undefined);
    smtp = await SmtpServer.start({ encryption: 'starttls', login: { user: 'billing', password: 'secret' } });
    folder = await mkdtemp(join(tmpdir(), 'smartkey-deliveries-'));
    world = await BillingWorld.make(server, '2023-12-01T00:00:00.000Z', {
      ...ISSUER,
      SMARTKEY_SMTP_URL: `smtp://billing:secret@127.0.0.1:${smtp.port}`,
      SMARTKEY_SMTP_CA_FILE: smtp.caFile,
      SMARTKEY_SMTP_FROM: 'no-reply@example.co.jp',
      SMARTKEY_E_INVOICE_FOLDER: folder,
      SMARTKEY_RENDERING: 'background',
    });
    await world.start();
    const { logs } = world;
    for (const contract of [A, B, C])
      logs.accepted(contract, '2023-10-01', 'enterprise', '2023-10-01', enterpriseQuote('2023-10'));
    logs.promise('2023-12-01T00:00:00.000Z');
    await world.caughtUp();
    await world.close('2023-10');
    await patch(A, { email: 'finance@example.co.jp', delivery: ['mail', 'download'] });
    await patch(B, { email: 'unknown@example.co.jp', delivery: ['mail', 'e-invoice'] });
    await patch(C, { delivery: ['mail'] });
    await world.close('2023-11');
  });
  afterAll(async () => {
    await world.dispose();
    await server.close();
    await smtp.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const patch = async (contract: string, body: object, actor: Actor = operator): Promise<void> =>
    expect(await world.call('PATCH', `/contracts/${contract}/billing-profile`, actor, body)).toMatchObject({
      status: 200,
    });
  const numberOf = async (contract: string, month: string): Promise<string> =>
    (await world.get<{ items: { number: string }[] }>(`/invoices?contract=${contract}&month=${month}`))
      .items[0]!.number;
  const deliveriesOf = async (number: string, actor: Actor = finance) =>
    (await world.get<{ items: readonly DeliveryView[] }>(`/invoices/${number}/deliveries`, actor)).items;
  /** Once none of them waits. */
  const ended = (number: string, count: number): Promise<readonly DeliveryView[]> =>
    untilSeen(
      () => deliveriesOf(number),
      (all) => all.length >= count && all.every(({ status }) => status !== 'waiting'),
    );
  const send = (number: string, channel: string, actor: Actor = finance) =>
    world.call<DeliveryView & { code?: string }>('POST', `/invoices/${number}/deliveries`, actor, {
      channel,
    });

  it('a document goes out by mail after its issue, its PDF attached; what was issued before does not', async () => {
    const number = await numberOf(A, '2023-11');
    expect(await ended(number, 1)).toEqual([
      {
        delivery: 1,
        channel: 'mail',
        to: 'finance@example.co.jp',
        at: expect.any(String),
        status: 'delivered',
      },
    ]);
    const mails = smtp.mails.filter(({ to }) => to.includes('finance@example.co.jp'));
    expect(mails).toHaveLength(1);
    const pdf = Buffer.from(await (await world.raw(`/invoices/${number}.pdf`, finance)).arrayBuffer());
    expect(mails[0]!.raw.replace(/\s/g, '')).toContain(pdf.toString('base64'));
    expect(mails[0]!.raw).toContain(`filename=${number}.pdf`);
    // The words stand there as text and as a page, in Japanese and in English.
    for (const type of ['text/plain', 'text/html']) {
      const said = partOf(mails[0]!.raw, type);
      expect(said).toContain('添付の PDF ファイルをご確認ください。');
      expect(said).toContain(`Invoice ${number} of `);
    }
    expect(await deliveriesOf(await numberOf(A, '2023-10'))).toEqual([]);
  });

  it('a recipient that the server refuses is refused for good, and visible', async () => {
    const all = await ended(await numberOf(B, '2023-11'), 2);
    expect(all.find(({ channel }) => channel === 'e-invoice')).toMatchObject({
      status: 'refused',
      reason: 'no-recipient',
    });
    const refused = all.find(({ channel }) => channel === 'mail');
    expect(refused).toMatchObject({ status: 'refused', reason: 'recipient 550 5.1.1' });
  });

  it('where nobody is named that is recorded', async () => {
    expect(await ended(await numberOf(C, '2023-11'), 1)).toMatchObject([
      { channel: 'mail', status: 'refused', reason: 'no-recipient' },
    ]);
  });

  it('is sent again by whoever may, to whom the profile says now; others do not see it', async () => {
    const number = await numberOf(C, '2023-11');
    expect(await send(number, 'mail')).toMatchObject({ status: 422, body: { code: 'no-recipient' } });
    await patch(C, { email: 'accounts@example.co.jp' }, contractor(C));
    expect(await send(number, 'mail', contractor(A))).toMatchObject({ status: 404 });
    expect(await world.call('GET', `/invoices/${number}/deliveries`, contractor(A))).toMatchObject({
      status: 404,
    });
    expect(await send(number, 'fax')).toMatchObject({ status: 422 });
    expect(await send(number, 'mail', contractor(C))).toMatchObject({
      status: 201,
      body: { delivery: 2, to: 'accounts@example.co.jp', status: 'waiting' },
    });
    expect((await ended(number, 2))[1]).toMatchObject({ status: 'delivered' });
    expect(smtp.mails.filter(({ to }) => to.includes('accounts@example.co.jp'))).toHaveLength(1);
  });

  it('an electronic invoice waits for what its file needs, and is laid whole into the folder', async () => {
    const number = await numberOf(A, '2023-11');
    await patch(A, {
      billTo: { postalCode: '100-0001', address: '東京都千代田区' },
      endpoint: { scheme: '0188', id: '7000012050002' },
    });
    expect(await send(number, 'e-invoice')).toMatchObject({
      status: 201,
      body: { status: 'waiting', to: '0188:7000012050002' },
    });
    expect(await send(number, 'e-invoice')).toMatchObject({
      status: 409,
      body: { code: 'delivery-under-way' },
    });
    expect(
      await world.call('PUT', '/billing/issuer', finance, {
        from: '2023-12',
        name: ISSUER.SMARTKEY_ISSUER_NAME,
        registrationNumber: ISSUER.SMARTKEY_ISSUER_REGISTRATION_NUMBER,
        postalCode: '150-0001',
        address: '東京都渋谷区',
        bankAccount: {
          bank: '見本銀行',
          branch: '本店',
          type: 'ordinary',
          number: '1234567',
          holder: 'ミホン',
        },
        endpoint: { scheme: '0188', id: '7123456789012' },
        reason: '登録',
      }),
    ).toMatchObject({ status: 200 });
    const all = await ended(number, 2);
    expect(all.find(({ channel }) => channel === 'e-invoice')).toMatchObject({ status: 'delivered' });
    const file = join(folder, `${number}.xml`);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(file, 'utf8')).toBe(
      await (await world.raw(`/invoices/${number}.xml`, finance)).text(),
    );
  });

  it('how many wait, and how many were refused, is shown', async () => {
    const text = await (
      await fetch(`${world.service!.url}/metrics`, {
        headers: internalHeaders({ token: world.environment.material.internalToken }),
      })
    ).text();
    const figures = new Map(
      [...text.matchAll(/^smartkey_(deliveries_\w+\{[^}]*\}) (\d+)$/gm)].map(([, name, value]) => [
        name,
        value,
      ]),
    );
    expect(figures.get('deliveries_waiting{for="turn"}')).toBe('0');
    expect(figures.get('deliveries_waiting{for="file"}')).toBe('0');
    // The server’s no, and B and C where they named nobody.
    expect(figures.get('deliveries_refused_total{channel="mail"}')).toBe('2');
    expect(figures.get('deliveries_refused_total{channel="e-invoice"}')).toBe('1');
  });

  it('of downloads the contractor’s first one is recorded', async () => {
    const number = await numberOf(A, '2023-10');
    await (await world.raw(`/invoices/${number}.pdf`, finance)).arrayBuffer();
    expect(await deliveriesOf(number)).toEqual([]);
    // Who is given no bytes has downloaded nothing.
    const held = await world.raw(`/invoices/${number}.pdf`, contractor(A), { 'if-none-match': '*' });
    expect([held.status, await deliveriesOf(number)]).toEqual([304, []]);
    for (let n = 0; n < 2; n += 1)
      await (await world.raw(`/invoices/${number}.pdf`, contractor(A))).arrayBuffer();
    expect(await deliveriesOf(number, contractor(A))).toMatchObject([
      { delivery: 1, channel: 'download', status: 'delivered' },
    ]);
  });

  it('whom documents went to lies sealed', async () => {
    const database = await world.environment.server.database('billing');
    const store = await createEventStore(database, world.clock);
    const events = await store.readStream(`delivery-${await numberOf(A, '2023-11')}`);
    expect(events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['DeliveryRequested', 'InvoiceDelivered']),
    );
    const profile = await store.readStream(`profile-${A}`);
    const mails = await database.query<{ kind: string; sealed_to: string; sealed_content: unknown }>(
      'select kind, sealed_to, sealed_content from mail_outbox',
    );
    expect(mails.map(({ kind, sealed_content }) => [kind, sealed_content])).toEqual(
      mails.map(() => ['invoice', null]),
    );
    const lying = JSON.stringify([events, profile, mails], (_key, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    expect(lying.includes('@example.co.jp')).toBe(false);
  });
});

/** What a part of a mail says, between the boundaries that nodemailer writes. */
function partOf(raw: string, type: string): string {
  const [, headers = '', body = ''] =
    new RegExp(`(Content-Type: ${type}[^]*?)\\r?\\n\\r?\\n([^]*?)\\r?\\n----_`).exec(raw) ?? [];
  if (/encoding: base64/i.test(headers)) return Buffer.from(body, 'base64').toString();
  const bytes = body
    .replace(/=\r?\n/g, '')
    .replace(/=([\dA-F]{2})/g, (_whole, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString();
}
