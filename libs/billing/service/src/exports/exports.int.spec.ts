import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openPglite, type DatabaseServer } from '@smartkey/database';
import { createEventStore } from '@smartkey/event-store';
import { CONSISTENCY_TOKEN, encodeConsistencyToken } from '@smartkey/http';
import type { Actor, ContractId } from '@smartkey/kernel';
import type { InvoiceMessage } from '@smartkey/messages';
import { newId } from '@smartkey/identity';
import { createHash } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';
import { until, untilSeen } from '@smartkey/testing';
import { BillingWorld, contractor, ISSUER, operator } from '../testing/billing-world.fixture.ts';
import { ctr, enterpriseQuote } from '../testing/logs.fixture.ts';
import { ExportCommands } from './export-commands.ts';

const CONTRACTS = ['a', 'b', 'c', 'd', 'e'].map(ctr);
const [A, B] = CONTRACTS as [ContractId, ContractId];
const as = (role: Actor['role'], contract?: ContractId): Actor => ({
  role,
  key: 'key_1',
  ...(contract !== undefined && { contract }),
});
let server: DatabaseServer;
let world: BillingWorld;

/** Five contracts, January and February 2024 issued. */
beforeAll(async () => {
  server = await openPglite(undefined);
  world = await BillingWorld.make(server, '2024-03-01T00:00:00.000Z', {
    ...ISSUER,
    SMARTKEY_EXPORT_ACCOUNT_CODES: '{"BASE":"4110"}',
  });
  await world.start();
  for (const [index, contract] of CONTRACTS.entries())
    world.logs.accepted(
      contract,
      '2024-01-01',
      'enterprise',
      '2024-01-01',
      enterpriseQuote('2024-01', { baseFee: String(1000 * (index + 1)) }),
    );
  // Its tax periods end with January.
  await world.call('PUT', '/billing/issuer', operator, {
    from: '2024-01',
    name: '株式会社見本',
    registrationNumber: 'T7123456789012',
    taxPeriodEnd: '01-31',
    reason: 'moved',
  });
  world.logs.promise('2024-03-01T00:00:00.000Z');
  await world.close('2024-01');
  await world.close('2024-02');
});
afterAll(async () => {
  await world.dispose();
  await server.close();
});

interface Made {
  readonly id: string;
  readonly number: number;
  readonly state: string;
  readonly documents: number;
  readonly rows: number;
  readonly first?: string;
  readonly last?: string;
  readonly sha256: string;
  readonly files?: readonly string[];
  readonly code?: string;
  readonly errors?: readonly { readonly pointer: string; readonly rule: string; readonly detail: string }[];
}
const make = (body: object, headers?: object) =>
  world.call<Made>('POST', '/exports', as('finance'), body, headers);
const made = async (body: object): Promise<Made> => {
  const answer = await make(body);
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
  return answer.body;
};

async function download(
  id: string,
  held = '',
): Promise<{ readonly status: number; readonly type: string | null; readonly bytes: Buffer }> {
  const answer = await fetch(`${world.service!.url}/v1/exports/${id}/file`, {
    headers: {
      'x-smartkey-token': world.environment.material.internalToken,
      'x-smartkey-actor': Buffer.from(JSON.stringify(operator)).toString('base64url'),
      'if-none-match': held,
    },
  });
  return {
    status: answer.status,
    type: answer.headers.get('content-type'),
    bytes: Buffer.from(await answer.arrayBuffer()),
  };
}
const numbersIn = async (id: string): Promise<readonly string[]> => {
  const { bytes } = await download(id);
  return [...new Set(bytes.toString('utf8').match(/SK-\d{9}/g) ?? [])];
};

/** The files of an archive, read by its directory. */
function filesIn(zip: Buffer): readonly { readonly name: string; readonly text: string }[] {
  const end = zip.lastIndexOf('PK\u0005\u0006');
  const found = [];
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
    const [size, name, extra, comment] = [20, 28, 30, 32].map((field) =>
      field === 20 ? zip.readUInt32LE(at + field) : zip.readUInt16LE(at + field),
    ) as [number, number, number, number];
    const local = zip.readUInt32LE(at + 42);
    const begin = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const packed = zip.subarray(begin, begin + size);
    const bytes = zip.readUInt16LE(at + 10) === 0 ? packed : inflateRawSync(packed);
    found.push({ name: zip.toString('utf8', at + 46, at + 46 + name), text: bytes.toString('utf8') });
    at += 46 + name + extra + comment;
  }
  return found;
}

describe('exports', () => {
  it('keep the very bytes, named by their hash, and download the same each time', async () => {
    const { status, body } = await make({ month: '2024-01', format: 'canonical-csv' });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      state: 'finished',
      documents: 5,
      rows: 15,
      encoding: 'utf-8-bom',
      schemaVersion: '2',
      settings: 1,
      first: 'SK-000000001',
      last: 'SK-000000005',
      totals: {
        documents: 5,
        lines: 15,
        net: '15000',
        tax: '1500',
        gross: '16500',
        rates: [{ taxCode: 'JP-STD-10-2019', rate: '10', net: '15000', tax: '1500', gross: '16500' }],
      },
    });
    const { type, bytes } = await download(body.id);
    expect(type).toBe('text/csv; charset=utf-8');
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(body.sha256);
    expect((await download(body.id)).bytes).toEqual(bytes);
    const none = await download(body.id, `"${body.sha256}"`);
    expect([none.status, none.bytes.length]).toEqual([304, 0]);
    const [header, first] = bytes.toString('utf8').split('\r\n');
    expect(header).toMatch(/^\ufeffschemaVersion,exportBatchId,invoiceId,revision,/);
    expect(first).toMatch(
      new RegExp(
        `^2,${body.id},SK-000000001,0,2024-03-01,2024-01-01,2024-01-31,${A},1,BASE,4110,JP-STD-10-2019,1000,1000,100,1100,` +
          `T7123456789012,,[0-9a-f]{64},2024-04-01,.*,1,1000,100,2024-01-31,${A},invoice$`,
      ),
    );
    expect(await world.get(`/exports/${body.id}`)).toMatchObject({ id: body.id, totals: { gross: '16500' } });
  });

  it('are numbered without gaps; the same command makes one', async () => {
    const headers = world.commandHeaders('export-1');
    const [one, again, other] = [
      (await make({ month: '2024-02', format: 'canonical-csv', encoding: 'shift_jis' }, headers)).body,
      (await make({ month: '2024-02', format: 'canonical-csv', encoding: 'shift_jis' }, headers)).body,
      (await make({ month: '2024-02', format: 'canonical-csv', since: '2024-03-02' })).body,
    ];
    expect(again).toEqual(one);
    expect(other.number).toBe(one.number + 1);
    expect(other).toMatchObject({ documents: 0, rows: 0 });
    const page = await world.get<{ items: Made[]; nextCursor: string }>('/exports?limit=2');
    expect(page.items.map(({ number }) => number)).toEqual([other.number, one.number]);
    const rest = await world.get<{ items: Made[] }>(`/exports?limit=200&cursor=${page.nextCursor}`);
    expect(rest.items.at(-1)!.number).toBe(1);
  });

  it('that fail by our fault again and again are given up, told why, and in nobody’s way', async () => {
    const database = await world.environment.server.database('billing');
    // Something of ours is broken: no part of a file can be kept.
    await database.execute('alter table export_file add constraint broken check (false) not valid');
    const running = await make({ month: '2024-01', format: 'canonical-csv' });
    expect(running).toMatchObject({ status: 201, body: { state: 'running' } });
    // Four tries behind it, the fifth is the last.
    await database.execute('update export_progress set tries = 4 where id = $1', [running.body.id]);
    const now = () => world.get<Made>(`/exports/${running.body.id}`);
    await until(async () => (await now()).state !== 'running');
    expect(await now()).toMatchObject({ state: 'refused', errors: [{ rule: 'export-failed' }] });
    await database.execute('alter table export_file drop constraint broken');
    expect(await make({ month: '2024-01', format: 'canonical-csv' })).toMatchObject({
      status: 201,
      body: { state: 'finished' },
    });
  });

  it.each([
    [{ month: '2024-01', format: 'sap' }, '/format'],
    [{ month: '2024-13', format: 'canonical-csv' }, '/month'],
    [{ format: 'canonical-csv' }, '/month'],
    [{ format: 'canonical-csv', since: '2024-01-01' }, '/month'],
    [{ month: '2024-01', format: 'canonical-csv', encoding: 'utf-16' }, '/encoding'],
    [{ month: '2024-01', format: 'canonical-csv', since: '2024-02-30' }, '/since'],
    [{ month: '2024-01', format: 'canonical-csv', more: 1 }, '/more'],
  ])('refuse %j', async (body, pointer) =>
    expect(await make(body)).toMatchObject({ status: 422, body: { errors: [{ pointer }] } }),
  );

  it('are refused behind a revision that is no longer the last, and leave nothing behind', async () => {
    const database = await world.environment.server.database('billing');
    const files = async () => (await database.query('select id from export_file')).length;
    const before = await files();
    const answer = await make({ month: '2024-01', format: 'canonical-csv' }, { 'if-match': '"999"' });
    expect(answer).toMatchObject({ status: 409 });
    expect(await files()).toBe(before);
  });

  it('are written in the encoding that the product takes, or the one that is asked for', async () => {
    const { id } = await made({ month: '2024-01', format: 'yayoi' });
    const { type, bytes } = await download(id);
    expect(type).toBe('text/csv; charset=shift_jis');
    expect(new TextDecoder('shift_jis').decode(bytes).split('\r\n')[0]).toBe(
      '2000,,,2024/01/31,売掛金,,,対象外,1100,0,売上高,,,課税売上込10%,1100,100,SK-000000001 月額基本料 2024年1月分,,,0,,SK-000000001 ' +
        `${A},0,0,no`,
    );
    const utf8 = await download(
      (await made({ month: '2024-01', format: 'yayoi', encoding: 'utf-8-bom' })).id,
    );
    expect(utf8.bytes.subarray(3)).toEqual(Buffer.from(new TextDecoder('shift_jis').decode(bytes)));
  });

  it('of fiscal years that a product takes one by one are an archive of several tables', async () => {
    const both = await made({ since: 'last', format: 'moneyforward' });
    const files = [
      'smartkey-moneyforward-all-1-2024-01-31.csv',
      'smartkey-moneyforward-all-1-2025-01-31.csv',
    ];
    expect(both).toMatchObject({
      documents: 10,
      rows: 10,
      files: files.map((file) => file.replace('-1-', `-${both.number}-`)),
      totals: { gross: '33000' },
    });
    const { type, bytes } = await download(both.id);
    expect(type).toBe('application/zip');
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(both.sha256);
    const [january, february] = filesIn(bytes);
    expect(january!.name).toBe(both.files![0]);
    expect(january!.text.split('\r\n')[1]).toMatch(/^1,2024\/01\/31,売掛金,/);
    expect(february!.text.split('\r\n')[1]).toMatch(/^1,2024\/02\/29,売掛金,/);
    const database = await world.environment.server.database('billing');
    expect(await database.query(`select id from export_file where id like '%/%'`)).toEqual([]);
    const one = await made({ month: '2024-01', format: 'moneyforward' });
    expect((await download(one.id)).type).toBe('text/csv; charset=utf-8');
  });

  it('are read only once the read model shows the write that the reader knows of', async () => {
    const { body } = await make({ month: '2024-01', format: 'canonical-csv' });
    const token = encodeConsistencyToken({ source: 'billing', position: 2n ** 60n });
    const paths = ['/exports', `/exports/${body.id}`, `/exports/${body.id}/file`];
    const answers = await Promise.all(
      paths.map((path) => world.call('GET', path, as('finance'), undefined, { [CONSISTENCY_TOKEN]: token })),
    );
    expect(answers.map(({ status }) => status)).toEqual([503, 503, 503]);
  });
  it('are for finance and operators', async () => {
    for (const actor of [contractor(A), as('service-provider', A), as('auditor')])
      expect((await world.call('GET', '/exports', actor)).status).toBe(403);
    expect((await world.call('GET', '/exports/exp_00000000000000000000000000/file')).status).toBe(404);
  });
});

describe('since: last', () => {
  it('takes what no export of the format has taken, also where two are asked for at once', async () => {
    await made({ month: '2024-01', format: 'freee' });
    const both = await Promise.all([0, 1].map(() => made({ since: 'last', format: 'freee' })));
    const [one, other] = both.sort((a, b) => b.documents - a.documents) as [Made, Made];
    expect([one.documents, other.documents]).toEqual([5, 0]);
    expect(await numbersIn(one.id)).toEqual(
      [6, 7, 8, 9, 10].map((n) => `SK-00000000${n}`.replace('00010', '0010')),
    );
    expect((await made({ since: 'last', format: 'freee' })).documents).toBe(0);
  });

  it('loses none and takes none twice, where a process dies between the request and its file', async () => {
    const database = await world.environment.server.database('billing');
    await world.stopService();
    const store = await createEventStore(database, world.clock);
    const commands = new ExportCommands({ store, clock: world.clock }, 'SK');
    const asked = {
      type: 'RequestExport',
      export: newId('exp', world.clock.now()),
      since: 'last',
      format: 'kanjo-bugyo',
      encoding: 'shift_jis',
      schemaVersion: '1',
      settings: 0,
      upTo: String(await store.settledPosition()),
    } as const;
    await commands.request(asked, { commandId: 'killed', actor: operator });
    // What it had written of the file is no file.
    await database.execute(`insert into export_file (id, part, bytes) values ($1, 0, 'x')`, [
      `${asked.export}/~1`,
    ]);
    await world.start();
    const { body } = await untilSeen(
      () => world.call<Made>('GET', `/exports/${asked.export}`),
      ({ status, body }) => status === 200 && body.state === 'finished',
    );
    expect(body).toMatchObject({ documents: 10, first: 'SK-000000001', last: 'SK-000000010' });
    const { bytes } = await download(asked.export);
    expect(new TextDecoder('shift_jis').decode(bytes)).toMatch(/^OBCD001,CSJS005,/);
    expect((await made({ since: 'last', format: 'kanjo-bugyo' })).documents).toBe(0);
  });

  it('is running while it is written: its file is not there, and nobody acknowledges it', async () => {
    const database = await world.environment.server.database('billing');
    let waiting: Promise<Made> | undefined;
    await database.exclusively('billing:export:yayoi', async () => {
      waiting = made({ month: '2024-02', format: 'yayoi' });
      const { items } = await untilSeen(
        () => world.get<{ items: Made[] }>('/exports?limit=1'),
        ({ items: [newest] }) => newest?.state === 'running',
      );
      const newest = items[0]!;
      expect(newest).toMatchObject({ progress: { documents: 0 } });
      expect((await world.call('GET', `/exports/${newest.id}/file`)).status).toBe(409);
      const said = await world.call('PUT', `/exports/${newest.id}/acknowledgement`, operator, {
        on: '2024-03-01',
      });
      expect(said).toMatchObject({ status: 409, body: { code: 'export-not-finished' } });
      // Another format does not wait for it.
      expect((await made({ month: '2024-02', format: 'freee' })).state).toBe('finished');
    });
    expect(await waiting).toMatchObject({ state: 'finished', documents: 5 });
  });
});

describe('what a format has no place for', () => {
  it('is told of all documents together, by document, line and field, and nothing is kept', async () => {
    const settings = { yayoi: { customer: 'name' }, reason: 'customers by name' };
    expect((await world.call('PUT', '/billing/export-settings', operator, settings)).status).toBe(200);
    const database = await world.environment.server.database('billing');
    const files = async () => (await database.query('select distinct id from export_file')).length;
    const before = await files();
    // Names of the fixture are longer than the sub-account takes.
    const { status, body } = await make({ month: '2024-01', format: 'yayoi' });
    expect([status, body.code]).toEqual([422, 'not-exportable']);
    expect(new Set(body.errors!.map(({ rule }) => rule))).toEqual(new Set(['max-length']));
    expect(body.errors!.map(({ pointer }) => pointer)).toEqual(
      [1, 2, 3, 4, 5].map((n) => `/documents/SK-00000000${n}/lines/1/借方補助科目`),
    );
    expect(await files()).toBe(before);
    const refused = (await world.get<{ items: Made[] }>('/exports?limit=1')).items[0]!;
    expect(refused).toMatchObject({ state: 'refused', faults: 5 });
    expect(refused.errors).toHaveLength(5);
    expect((await world.call('GET', `/exports/${refused.id}/file`)).status).toBe(409);
    const rare = { yayoi: { sales: { account: '売上𠮷髙é' } }, reason: 'characters that CP932 lacks' };
    expect((await world.call('PUT', '/billing/export-settings', operator, rare)).status).toBe(200);
    const lacking = (await make({ month: '2024-01', format: 'yayoi' })).body.errors!;
    expect(lacking).toHaveLength(10);
    expect(lacking.slice(0, 2)).toEqual(
      ['𠮷 (U+20BB7)', 'é (U+00E9)'].map((character) => ({
        pointer: '/documents/SK-000000001/lines/1/貸方勘定科目',
        rule: 'shift_jis',
        detail: `${character} has no place in CP932; ask for utf-8-bom.`,
      })),
    );
    expect((await made({ month: '2024-01', format: 'yayoi', encoding: 'utf-8-bom' })).documents).toBe(5);
    await world.call('PUT', '/billing/export-settings', operator, { reason: 'as before' });
    expect((await made({ month: '2024-01', format: 'yayoi' })).documents).toBe(5);
  });
});

describe('e-invoices', () => {
  const archive = () =>
    untilSeen(
      () => make({ month: '2024-02', format: 'jp-pint' }),
      ({ status, body }) => status !== 201 || body.state === 'finished',
    );
  it('are refused by document and field where one lacks what it needs; then they are an archive of the stored files', async () => {
    expect(await make({ month: '2024-01', format: 'jp-pint', encoding: 'shift_jis' })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/encoding' }] },
    });
    const { status, body } = await archive();
    expect([status, body.code]).toEqual([422, 'not-exportable']);
    const lacking = body.errors!.map(({ pointer }) => pointer.split('/')[2]);
    const numbers = [6, 7, 8, 9, 10].map((n) => `SK-${String(n).padStart(9, '0')}`);
    expect([...new Set(lacking)]).toEqual(numbers);
    for (const [index, contract] of CONTRACTS.entries()) {
      await world.call('PATCH', `/contracts/${contract}/billing-profile`, operator, {
        billTo: { postalCode: '100-0001', address: `東京都千代田区${index + 1}` },
        endpoint: { scheme: '0188', id: '7000012050002' },
      });
    }
    await world.call('PUT', '/billing/issuer', operator, {
      from: '2024-03',
      name: '株式会社見本',
      registrationNumber: 'T7123456789012',
      postalCode: '150-0001',
      address: '東京都渋谷区',
      bankAccount: {
        bank: '見本銀行',
        branch: '本店',
        type: 'ordinary',
        number: '1234567',
        holder: 'カ)ミホン',
      },
      endpoint: { scheme: '0188', id: '7123456789012' },
      reason: '登録',
    });
    const made = await archive();
    expect(made).toMatchObject({
      status: 201,
      body: { documents: 5, rows: 5, schemaVersion: '1', totals: { net: '15000', tax: '1500' } },
    });
    const { type, bytes } = await download(made.body.id);
    expect(type).toBe('application/zip');
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(made.body.sha256);
    const files = filesIn(bytes);
    expect(files.map(({ name }) => name)).toEqual(numbers.map((number) => `${number}.xml`));
    expect(files[0]!.text).toBe(await world.get<string>(`/invoices/${numbers[0]}.xml`));
    const database = await world.environment.server.database('billing');
    const clear = await database.query('select id from export_file where sealed is null');
    expect(clear).toEqual([]);
  });
});

describe('settings of exports', () => {
  it('begin with what the environment says; each export names those it is written by', async () => {
    const { version } = await world.get<{ version: number }>('/billing/export-settings', as('finance'));
    const accounts = { accountCodes: { ACCOUNT: '4120' }, postingDate: 'issue-day', reason: 'other books' };
    const put = () => world.call<{ version: number }>('PUT', '/billing/export-settings', operator, accounts);
    expect((await put()).body).toMatchObject({
      version: version + 1,
      postingDate: 'issue-day',
      freee: { customer: 'name', sales: { account: '売上高' } },
    });
    expect((await put()).body.version).toBe(version + 1);
    const { id } = await made({ month: '2024-01', format: 'canonical-csv' });
    expect((await download(id)).bytes.toString()).toMatch(/,BASE,,.*,2024-03-01,ctr_.*\r\n.*,ACCOUNT,4120,/);
    expect(await world.get(`/exports/${id}`)).toMatchObject({ settings: version + 1 });
    expect((await world.call('GET', '/billing/export-settings', contractor(A))).status).toBe(403);
  });
  it.each([
    [{ postingDate: 'some-day', reason: 'x' }, '/postingDate'],
    [{ yayoi: { taxEntry: 'exclusive' }, reason: 'x' }, '/yayoi/taxEntry'],
    [{ freee: { sales: { account: '=1' } }, reason: 'x' }, '/freee/sales/account'],
    [{ freee: { taxNames: { 'JP-STD-10-2019': '' } }, reason: 'x' }, '/freee/taxNames/JP-STD-10-2019'],
    [{ sap: {}, reason: 'x' }, '/sap'],
    [{}, '/reason'],
  ])('refuse %j', async (body, pointer) =>
    expect(await world.call('PUT', '/billing/export-settings', operator, body)).toMatchObject({
      status: 422,
      body: { errors: [{ pointer }] },
    }),
  );
  it('a customer has the code of the contract’s choice', async () => {
    const change = { customerCode: 'K-0001' };
    expect(
      (await world.call('PATCH', `/contracts/${A}/billing-profile`, operator, change)).body,
    ).toMatchObject(change);
    const { id } = await made({ month: '2024-01', format: 'canonical-csv' });
    const rows = (await download(id)).bytes.toString().split('\r\n');
    expect(rows[1]!.split(',')[7]).toBe('K-0001');
    expect(rows[4]!.split(',')[7]).toBe(B);
    const csv = await world.get<string>('/invoices/SK-000000001.csv');
    expect(csv.split('\r\n')[1]!.split(',')[7]).toBe('K-0001');
  });
});

describe('an acknowledgement', () => {
  it('is recorded of file and documents, adds up, and stands on export and invoice', async () => {
    const { id } = await made({ month: '2024-02', format: 'moneyforward' });
    const say = (body: object) =>
      world.call<{ code?: string; acknowledgement: object }>(
        'PUT',
        `/exports/${id}/acknowledgement`,
        as('finance'),
        body,
      );
    const items = [{ number: 'SK-000000006', externalId: 'V-1' }];
    const on = '2024-03-01';
    expect((await say({ on, items })).body.acknowledgement).toEqual({ documents: 1 });
    expect((await say({ on, items })).status).toBe(200);
    expect((await say({ on, externalId: 'B-7' })).body.acknowledgement).toEqual({
      on,
      externalId: 'B-7',
      documents: 1,
    });
    expect(await world.get(`/exports/${id}`)).toMatchObject({
      acknowledgement: { on, externalId: 'B-7', documents: 1 },
    });
    expect(await say({ on, externalId: 'B-8' })).toMatchObject({
      status: 409,
      body: { code: 'acknowledged-otherwise' },
    });
    expect(await say({ on, items: [{ number: 'SK-000000001', externalId: 'V-2' }] })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/items/0/number', rule: 'not-in-export' }] },
    });
    const invoice = await world.get<{ exports: { id: string; acknowledged?: object }[] }>(
      '/invoices/SK-000000006',
      as('auditor'),
    );
    expect(invoice.exports.find((each) => each.id === id)).toMatchObject({
      format: 'moneyforward',
      acknowledged: { on, externalId: 'V-1' },
    });
    // One that was told of by no number of its own was taken in with the file.
    const { items: ofMonth } = await world.get<{ items: { number: string }[] }>('/invoices?month=2024-02');
    const [other] = ofMonth.filter(({ number }) => number !== 'SK-000000006');
    const along = await world.get<{ exports: { id: string; acknowledged?: object }[] }>(
      `/invoices/${other!.number}`,
    );
    expect(along.exports.find((each) => each.id === id)?.acknowledged).toEqual({ on });
    expect(await world.get('/invoices/SK-000000006', contractor(A))).not.toHaveProperty('exports');
    expect(
      (await world.call('PUT', '/exports/exp_00000000000000000000000000/acknowledgement', operator, { on }))
        .status,
    ).toBe(404);
    expect((await world.call('PUT', `/exports/${id}/acknowledgement`, contractor(A), { on })).status).toBe(
      403,
    );
  });
});

describe('documents are looked for by day, amount and party together', () => {
  const numbers = async (query: string, actor = operator) =>
    (await world.get<{ items: InvoiceMessage[] }>(`/invoices?${query}`, actor)).items.map(({ number }) =>
      Number(number.slice(3)),
    );

  it.each([
    ['month=2024-01', [1, 2, 3, 4, 5]],
    [`contract=${B}`, [2, 7]],
    ['minTotal=3300&maxTotal=4400&month=2024-02', [8, 9]],
    ['from=2024-03-01&to=2024-03-01&limit=3', [1, 2, 3]],
    ['from=2024-03-02', []],
    ['to=2024-02-29', []],
    [`party=${encodeURIComponent('０Ｂ株式会社')}&month=2024-01`, [2]],
    ['kind=credit-note', []],
  ])('%s', async (query, expected) => expect(await numbers(query)).toEqual(expected));

  it('pages go on where the last ended', async () => {
    const first = await world.get<{ items: InvoiceMessage[]; nextCursor: string }>('/invoices?limit=4');
    expect(await numbers(`limit=4&cursor=${first.nextCursor}`)).toEqual([5, 6, 7, 8]);
  });

  it.each([
    'month=2024-1',
    'minTotal=1.5',
    'from=2024-02-30',
    'contract=x',
    'cursor=x',
    'kind=x',
    'limit=0',
    'colour=x',
  ])('refuse %s', async (query) => expect((await world.call('GET', `/invoices?${query}`)).status).toBe(422));

  it('a contractor sees its own and nothing else', async () => {
    expect(await numbers('', contractor(B))).toEqual([2, 7]);
    expect(await numbers(`contract=${A}`, contractor(B))).toEqual([]);
    const foreign = await world.call('GET', '/invoices/SK-000000001', contractor(B));
    const unknown = await world.call('GET', '/invoices/SK-000000999', contractor(B));
    expect([foreign.status, foreign.body]).toEqual([404, unknown.body]);
    expect((await world.call('GET', '/invoices/SK-000000001.csv', contractor(B))).status).toBe(404);
    expect((await world.call('GET', '/invoices/SK-000000001/lines/1/evidence', contractor(B))).status).toBe(
      404,
    );
    expect((await world.call('GET', `/contracts/${A}/usage/2024-01`, contractor(B))).status).toBe(404);
    expect((await world.call('GET', '/invoices', as('service-provider', B))).status).toBe(403);
    expect((await world.call('POST', '/billing/months/2024-01/close', contractor(B))).status).toBe(403);
  });

  it('a service provider may read its usage, and nobody a contract that is not there', async () => {
    expect((await world.call('GET', `/contracts/${B}/usage/2024-01`, as('service-provider', B))).status).toBe(
      200,
    );
    expect(
      (await world.call('GET', `/contracts/${B}/usage/2024-01/accounts`, as('service-provider', B))).status,
    ).toBe(403);
    expect((await world.call('GET', `/contracts/${ctr('z')}/usage/2024-01`)).status).toBe(404);
    expect((await world.call('GET', `/contracts/${A}/usage/2024-00`)).status).toBe(422);
    expect((await world.call('GET', `/contracts/${A}/invoices/preview?month=x`)).status).toBe(422);
  });

  it.each(['SK-000000000', 'SK-1', 'XX-000000001', 'x', 'SK-000000999.pdf', 'SK-000000001.zip'])(
    '%s is no document',
    async (number) => expect((await world.call('GET', `/invoices/${number}`)).status).toBe(404),
  );
});

describe('verification', () => {
  it('finds a document whose facts have been changed behind its back, and names where it differs', async () => {
    const database = await world.environment.server.database('billing');
    const [{ schema }] = (await database.query<{ schema: string }>(
      `select table_schema as schema from information_schema.tables where table_name = 'contract_message' and table_schema like $1`,
      [`${database.searchPath[0]!}%`],
    )) as [{ schema: string }];
    await database.execute(
      `update "${schema}".contract_message set data = jsonb_set(data, '{quote,baseFee}', '"999"')
       where contract = $1 and type = 'PriceQuoted'`,
      [A],
    );
    const { body } = await world.call<{ identical: boolean; differences: { pointer: string }[] }>(
      'POST',
      '/invoices/SK-000000001/verification',
    );
    expect(body.identical).toBe(false);
    expect(body.differences).toContainEqual({ pointer: '/lines/0/amount', issued: '1000', derived: '999' });
    expect(body.differences.map(({ pointer }) => pointer)).toContain('/inputs/hash');
  });
});
