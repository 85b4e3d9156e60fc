import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openPglite, type DatabaseServer } from '@smartkey/database';
import { CONSISTENCY_TOKEN, encodeConsistencyToken } from '@smartkey/http';
import type { Actor, ContractId } from '@smartkey/kernel';
import type { InvoiceMessage } from '@smartkey/messages';
import { createHash } from 'node:crypto';
import { BillingWorld, contractor, ISSUER, operator } from '../testing/billing-world.fixture.ts';
import { ctr, enterpriseQuote } from '../testing/logs.fixture.ts';

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
  readonly documents: number;
  readonly rows: number;
  readonly sha256: string;
}
const make = (body: object, headers?: object) =>
  world.call<Made>('POST', '/exports', as('finance'), body, headers);

describe('exports', () => {
  it('keep the very bytes, named by their hash, and download the same each time', async () => {
    const { status, body } = await make({ month: '2024-01', format: 'canonical-csv' });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      documents: 5,
      rows: 15,
      encoding: 'utf-8-bom',
      first: 'SK-000000001',
      last: 'SK-000000005',
    });
    const file = async () => {
      const answer = await fetch(`${world.service!.url}/v1/exports/${body.id}/file`, {
        headers: {
          'x-smartkey-token': world.environment.material.internalToken,
          'x-smartkey-actor': Buffer.from(JSON.stringify(operator)).toString('base64url'),
        },
      });
      expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
      return Buffer.from(await answer.arrayBuffer());
    };
    const bytes = await file();
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(body.sha256);
    expect(await file()).toEqual(bytes);
    const [header, first] = bytes.toString('utf8').split('\r\n');
    expect(header).toMatch(/^\ufeffschemaVersion,exportBatchId,invoiceId,revision,/);
    expect(first).toMatch(
      new RegExp(
        `^1,${body.id},SK-000000001,0,2024-03-01,2024-01-01,2024-01-31,${A},1,BASE,4110,JP-STD-10-2019,1000,1000,100,1100,T7123456789012,,[0-9a-f]{64}$`,
      ),
    );
    expect(await world.get(`/exports/${body.id}`)).toMatchObject({ id: body.id, number: body.number });
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

  it.each([
    [{ month: '2024-01', format: 'yayoi' }, '/format'],
    [{ month: '2024-13', format: 'canonical-csv' }, '/month'],
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
  it('are read only once the read model shows the write that the reader knows of', async () => {
    const { body } = await make({ month: '2024-01', format: 'canonical-csv' });
    const token = encodeConsistencyToken({ source: 'billing', position: 1_000_000_000n });
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
