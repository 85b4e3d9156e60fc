import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startOfDay } from '@smartkey/calendar';
import { openPglite, type DatabaseServer } from '@smartkey/database';
import { canonicalJson, createEventStore } from '@smartkey/event-store';
import type { Actor } from '@smartkey/kernel';
import type { SandboxClock, ServiceDefinition, ServiceParts } from '@smartkey/runtime';
import { untilSeen } from '@smartkey/testing';
import { parse } from 'csv-parse/sync';
import { createHash } from 'node:crypto';
import { billingService } from '../../billing.definition.ts';
import { BillingWorld } from '../../testing/billing-world.fixture.ts';
import { ctr, enterpriseQuote, providerQuote } from '../../testing/logs.fixture.ts';
import { MerkleRoot } from './merkle-root.ts';

const [A, B, LARGE] = [ctr('a'), ctr('b'), ctr('c')];
const auditor: Actor = { role: 'auditor', key: 'key_a' };
let server: DatabaseServer;
let world: BillingWorld;
let parts: ServiceParts;

/** The service, and what it was made of: who erases a person forgets the key of its account. */
const watched: ServiceDefinition = {
  ...billingService,
  assemble: (given) => {
    parts = given;
    return billingService.assemble(given);
  },
};

/** January 2024: 300 accounts all month, one for 17 days, one for two spells. More than a part of rows. */
beforeAll(async () => {
  server = await openPglite(undefined);
  world = await BillingWorld.make(server, startOfDay('2024-02-01'));
  const { logs } = world;
  logs.accepted(A, '2024-01-01', 'enterprise', '2024-01-01', enterpriseQuote('2024-01'));
  logs.accepted(B, '2024-01-01', 'service-provider', '2024-01-01', providerQuote('2024-01'));
  logs.registeredMany(A, 'rid_all_', 300, '2024-01-01');
  logs.registered(A, 'rid_some', '2024-01-15');
  logs.registered(A, 'rid_twice', '2024-01-05', '2024-01-10');
  logs.registered(A, 'rid_twice', '2024-01-10', '2024-01-20');
  logs.accepted(LARGE, '2024-01-01', 'enterprise', '2024-01-01', enterpriseQuote('2024-01'));
  logs.registeredMany(LARGE, 'rid_large_', 5_001, '2024-01-01');
  logs.promise(startOfDay('2024-02-01'));
  await world.start(watched);
  await world.caughtUp();
  await world.close('2024-01');
});
afterAll(async () => {
  await world.dispose();
  await server.close();
});

type Row = Readonly<
  Record<
    'month' | 'account' | 'externalId' | 'usedDays' | 'coefficient' | 'fee' | 'salt' | 'commitment',
    string
  >
>;
async function statement(number: string) {
  const answer = await world.raw(`/invoices/${number}/statement`, auditor);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8']);
  const text = Buffer.from(await answer.arrayBuffer()).toString();
  return { text, rows: parse(text, { columns: true, bom: true }) as readonly Row[] };
}
async function madeOf(number: string) {
  const store = await createEventStore(await world.environment.server.database('billing'), world.clock);
  const made = (await store.readStream(`rendition-${number}`)).filter(({ type }) => type === 'StatementMade');
  expect(made).toHaveLength(1);
  return made[0]!.data as { readonly rows: number; readonly root: string };
}
const numberOf = async (contract: string, month: string, kind = 'invoice') =>
  (
    await world.get<{ items: { number: string }[] }>(
      `/invoices?contract=${contract}&month=${month}&kind=${kind}`,
    )
  ).items[0]!.number;
/** As its reader verifies it. */
const commitmentOf = ({ salt, commitment: _commitment, usedDays, ...row }: Row): string =>
  createHash('sha256')
    .update(Uint8Array.of(0))
    .update(Buffer.from(salt, 'hex'))
    .update(canonicalJson({ ...row, usedDays: Number(usedDays) }))
    .digest('hex');
const rootOf = (rows: readonly Row[]): string => {
  const tree = new MerkleRoot();
  for (const { commitment } of rows) tree.add(Buffer.from(commitment, 'hex'));
  return tree.root();
};

describe('the accounts behind a document', () => {
  it('are told one by one, add up to its line, and each row proves itself (別紙1 備考(1))', async () => {
    const number = await numberOf(A, '2024-01');
    const { rows, text } = await statement(number);
    expect(rows).toHaveLength(302);
    expect(rows.map(({ account }) => account)).toEqual(rows.map(({ account }) => account).sort());
    const row = (account: string) => rows.find((each) => each.account === account)!;
    expect(row('rid_some')).toMatchObject({
      month: '2024-01',
      externalId: 'rid_some@例.jp',
      usedDays: '17',
      coefficient: '0.548',
      fee: '164.4',
    });
    expect(row('rid_twice')).toMatchObject({ usedDays: '16', coefficient: '0.516', fee: '154.8' });
    const thousandths = rows.reduce(
      (sum, { coefficient }) => sum + Math.round(Number(coefficient) * 1000),
      0,
    );
    const { lines } = await world.get<{ lines: { item: string; quantity: string }[] }>(`/invoices/${number}`);
    const { quantity } = lines.find(({ item }) => item === 'account-usage')!;
    expect(thousandths).toBe(Math.round(Number(quantity) * 1000));
    for (const each of rows) expect(commitmentOf(each)).toBe(each.commitment);
    expect(await madeOf(number)).toMatchObject({ rows: 302, root: rootOf(rows) });
    expect((await statement(number)).text).toBe(text);
    // In the database nobody is called anything.
    const database = await world.environment.server.database('billing');
    const stored = await database.query<{ rows: object }>('select rows from statement_part');
    expect(stored.length).toBeGreaterThan(1);
    expect(JSON.stringify(stored)).not.toContain('例.jp');
  });

  it('one that is too long to be held whole has an ETag as well, another one once somebody is erased', async () => {
    const path = `/invoices/${await numberOf(LARGE, '2024-01')}/statement.csv`;
    const ask = async (query = '', held?: string | null) => {
      const answer = await world.raw(`${path}${query}`, auditor, held ? { 'if-none-match': held } : {});
      const bytes = (await answer.arrayBuffer()).byteLength;
      return { status: answer.status, etag: answer.headers.get('etag'), bytes };
    };
    // It is made when it is asked for first, and on a busy machine that is on its way longer than an answer waits.
    const first = await untilSeen(
      () => ask(),
      ({ status }) => status !== 503,
    );
    expect(first).toMatchObject({ status: 200, etag: expect.stringMatching(/^"[0-9a-f]{64}"$/) });
    expect(await ask('', first.etag)).toMatchObject({ status: 304, bytes: 0 });
    expect((await ask('?encoding=shift_jis', first.etag)).status).toBe(200);
    await parts.subjectKeys.erase('rid_large_7');
    // Another instance may still remember the key, and show the row.
    expect(await ask('', first.etag)).toMatchObject({ status: 200, etag: null });
    await parts.database.execute(
      "update subject_keys set erased_at = erased_at - interval '1 hour' where wrapped is null",
    );
    const second = await ask('', first.etag);
    expect(second).toMatchObject({ status: 200, etag: expect.stringMatching(/^"/) });
    expect(second.etag).not.toBe(first.etag);
    expect((await ask('', second.etag)).status).toBe(304);
  });

  it('who was erased shows 消去済, the commitment stays, and so do all other bytes', async () => {
    const number = await numberOf(A, '2024-01');
    const before = await statement(number);
    const held = {
      'if-none-match': `"${createHash('sha256').update(before.text).digest('hex')}"`,
    };
    const asked = async () => (await world.raw(`/invoices/${number}/statement.csv`, auditor, held)).status;
    expect(await asked()).toBe(304);
    await parts.subjectKeys.erase('rid_some');
    // A copy that shows more than there is to be seen now is not confirmed.
    expect(await asked()).toBe(200);
    const after = await statement(number);
    const kept = before.rows.find(({ account }) => account === 'rid_some')!;
    const erased = after.rows.find(({ account }) => account === 'rid_some')!;
    expect(erased).toEqual({
      month: '2024-01',
      account: 'rid_some',
      externalId: '消去済',
      usedDays: '17',
      coefficient: '0.548',
      fee: '164.4',
      salt: '',
      commitment: kept.commitment,
    });
    // A copy that somebody kept still proves itself, and the root is the one that was recorded.
    expect(commitmentOf(kept)).toBe(erased.commitment);
    expect(rootOf(after.rows)).toBe((await madeOf(number)).root);
    const others = (rows: readonly Row[]) => rows.filter(({ account }) => account !== 'rid_some');
    expect(others(after.rows)).toEqual(others(before.rows));
  });

  it('of a month that was rated again are those of then, beside those of the document’s own; who was erased before is left out alone', async () => {
    world.logs.registered(A, 'rid_found', '2024-01-15');
    world.logs.quoted(A, '2024-02-01', enterpriseQuote('2024-02', { accountFee: '400' }));
    await (world.clock as SandboxClock).takeOver(startOfDay('2024-03-01'));
    world.logs.promise(startOfDay('2024-03-01'));
    await world.caughtUp();
    await world.close('2024-02');
    world.erased.add('rid_some');
    const number = await numberOf(A, '2024-02');
    const { rows } = await statement(number);
    const of = (account: string) => rows.filter((row) => row.account === account);
    expect(of('rid_found')).toMatchObject([
      { month: '2024-02', usedDays: '29', fee: '400' },
      // By the price of its own month.
      { month: '2024-01', usedDays: '17', fee: '164.4' },
    ]);
    expect(of('rid_some').map(({ externalId, usedDays, salt }) => [externalId, usedDays, salt])).toEqual([
      ['消去済', '29', ''],
      ['消去済', '17', ''],
    ]);
    expect(of('rid_all_0')).toHaveLength(2);
    // January's own statement is as it was: its document never changes.
    const january = await statement(await numberOf(A, '2024-01'));
    expect(january.rows).toHaveLength(302);
  });

  it('are pages as well, up to a setting; erased persons are on none of them', async () => {
    const number = await numberOf(A, '2024-01');
    const answer = await world.raw(`/invoices/${number}/statement.pdf`, auditor);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/pdf']);
    expect(
      Buffer.from(await answer.arrayBuffer())
        .subarray(0, 5)
        .toString(),
    ).toBe('%PDF-');
    const held = { 'if-none-match': answer.headers.get('etag')! };
    expect((await world.raw(`/invoices/${number}/statement.pdf`, auditor, held)).status).toBe(304);
    // One that rates an earlier month again has the accounts of both.
    const adjusted = await world.raw(`/invoices/${await numberOf(A, '2024-02')}/statement.pdf`, auditor);
    expect([adjusted.status, adjusted.headers.get('content-type')]).toEqual([200, 'application/pdf']);
    const by = { accept: 'application/pdf' };
    expect((await world.raw(`/invoices/${number}/statement`, auditor, by)).headers.get('content-type')).toBe(
      'application/pdf',
    );
    await world.stopService();
    world.environment = {
      ...world.environment,
      variables: { ...world.environment.variables, SMARTKEY_STATEMENT_PDF_ACCOUNTS: '301' },
    };
    await world.start(watched);
    expect(await world.call('GET', `/invoices/${number}/statement.pdf`, auditor)).toMatchObject({
      status: 422,
      body: { code: 'too-many-accounts', detail: expect.stringContaining('301') },
    });
  });

  it('a document that bills none has none, which is said', async () => {
    const number = await numberOf(B, '2024-01');
    expect(await world.call('GET', `/invoices/${number}/statement`, auditor)).toMatchObject({
      status: 404,
      body: { code: 'no-statement' },
    });
  });
});
