import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startOfDay, type JstDay, type ServiceMonth } from '@smartkey/calendar';
import { openPglite, type DatabaseServer } from '@smartkey/database';
import { createEventStore } from '@smartkey/event-store';
import { internalHeaders } from '@smartkey/http';
import { systemActor, type Actor, type Signatory, type ApprovalId } from '@smartkey/kernel';
import type { CreditNoteDecided, CreditNoteView, InvoiceMessage } from '@smartkey/messages';
import type { SandboxClock } from '@smartkey/runtime';
import { openSecrets } from '@smartkey/secrets';
import { until } from '@smartkey/testing';
import { adoptCheckpoint, checkpointSettings, CompactRange, leafOf } from '@smartkey/transparency';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BillingWorld, ISSUER, operator } from '../testing/billing-world.fixture.ts';
import { ctr, enterpriseQuote, type Logs } from '../testing/logs.fixture.ts';

const A = ctr('a');
const FINANCE: Actor = { role: 'finance', key: 'key_f' };
const suzuki: Signatory = { key: operator.key, makers: ['bootstrap'], name: '鈴木' };
const tanaka: Signatory = { key: FINANCE.key, makers: ['bootstrap'], name: '田中' };
let server: DatabaseServer;
let world: BillingWorld;
let logs: Logs;
beforeAll(async () => {
  server = await openPglite(undefined);
});
afterEach(() => world.dispose());
afterAll(() => server.close());

async function advanceTo(day: JstDay): Promise<void> {
  await (world.clock as SandboxClock).takeOver(startOfDay(day));
  logs.promise(startOfDay(day));
  await world.caughtUp();
}
async function close(month: ServiceMonth, on: JstDay): Promise<void> {
  await advanceTo(on);
  await world.close(month);
}

/** J of the rules with −107 billed in February 2024: 40,405 are billed for January, with 4,040 of tax. */
beforeEach(async () => {
  world = await BillingWorld.make(server, startOfDay('2024-01-01'));
  logs = world.logs;
  logs.promise(startOfDay('2024-01-01'));
  await world.start();
  logs.accepted(A, '2024-01-01', 'enterprise', '2024-01-01', enterpriseQuote('2024-01'));
  logs.registeredMany(A, 'rid_all_', 100, '2024-01-01');
  for (const n of [1, 2, 3]) logs.registered(A, `rid_17_${n}`, '2024-01-01', '2024-01-17');
  for (const n of [1, 2]) logs.registered(A, `rid_1_${n}`, '2024-01-05', '2024-01-05');
  await close('2024-01', '2024-02-01');
  logs.deregistered(A, 'rid_all_0', '2024-01-01', '2024-01-20');
  await close('2024-02', '2024-03-01');
  await advanceTo('2024-03-05');
});

const wanted = {
  amount: '40405',
  taxCode: 'JP-STD-10-2019',
  reason: '山田様との合意',
  agreedOn: '2024-03-04',
};
const headers = (signatory: Signatory) =>
  internalHeaders({ token: world.environment.material.internalToken, actor: operator, signatory });
const ask = (more: object = {}, own: object = {}, number = 'SK-000000001') =>
  world.call<CreditNoteView & { code: string }>(
    'POST',
    `/invoices/${number}/credit-notes`,
    operator,
    { ...wanted, ...more },
    { ...headers(suzuki), ...own },
  );
/** As the contract service passes a decision on. */
async function decide(
  approval: ApprovalId,
  signatory: Signatory,
  more: object = {},
): Promise<CreditNoteDecided & { readonly error?: { readonly code: string } }> {
  const answer = await fetch(`${world.service!.url}/internal/approvals/${approval}/decision`, {
    method: 'POST',
    headers: {
      ...internalHeaders({ token: world.environment.material.internalToken }),
      'content-type': 'application/json',
    },
    body: JSON.stringify({ actor: FINANCE, signatory, commandId: randomUUID(), repeatable: false, ...more }),
  });
  expect(answer.status).toBe(200);
  return (await answer.json()) as CreditNoteDecided;
}
/** As the contract service asks for one. */
async function asApproval(approval: string): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(`${world.service!.url}/internal/approvals/${approval}`, {
    headers: internalHeaders({ token: world.environment.material.internalToken }),
  });
  return { status: answer.status, body: await answer.json() };
}
const numberOf = (decided: CreditNoteDecided) =>
  decided.ok ? decided.value.note.number : decided.error.code;
const documents = async (query = '') =>
  (await world.get<{ items: InvoiceMessage[] }>(`/invoices?limit=200${query}`)).items;
const listed = async (path = '/credit-notes') =>
  (await world.get<{ items: CreditNoteView[] }>(path)).items.map(({ status, number }) => [status, number]);
/** What a note must record: all of its contract's stream, policies and issuer, what was agreed, and the documents that it counts from. */
async function recordOf(approval: string) {
  const own = await (
    await storeOf()
  ).readStreams(['policies-billing', 'issuer-billing', `approval-${approval}`, 'series-SK']);
  const [, , agreed = [], series = []] = own;
  expect(agreed.map(({ type }) => type)).toEqual(['CreditNoteProposed', 'CreditNoteApproved']);
  expect(series).toHaveLength(3);
  const contractOrigin = logs.contract.headAt(0n).origin;
  const database = await world.environment.server.database('billing');
  const [tree] = await database.query<{ origin: string }>('SELECT origin FROM log_tree');
  const logged = own.flat().filter(({ type }) => type !== 'CreditNoteIssued');
  const leaves = [
    ...logged.map(({ hash, ...place }) => ({ origin: tree!.origin, hash, place })),
    ...logs.contract.messages.map(({ hash, ...place }) => ({ origin: contractOrigin, hash: hash!, place })),
  ].sort((a, b) =>
    a.origin === b.origin ? Number(a.place.position - b.place.position) : a.origin < b.origin ? -1 : 1,
  );
  const range = new CompactRange();
  for (const { origin, hash, place } of leaves) range.push(leafOf(origin, { hash, ...place }));
  return { count: leaves.length, root: Buffer.from(range.root()).toString('hex') };
}
const storeOf = async () => createEventStore(await world.environment.server.database('billing'), world.clock);

describe('Credit notes, through the service', () => {
  it('J with −107: one note of 40,405 returns 4,040 of tax, is in the books and derived again', async () => {
    const asked = await ask();
    expect(asked).toMatchObject({
      status: 201,
      body: {
        id: expect.stringMatching(/^crn_/),
        approval: expect.stringMatching(/^apr_/),
        status: 'proposed',
        contract: A,
        invoice: 'SK-000000001',
        month: '2024-01',
        ...wanted,
      },
    });
    expect(asked.headers.get('etag')).toBe('"0"');
    expect(await documents('&kind=credit-note')).toEqual([]);
    const { approval, id } = asked.body;
    expect((await decide(approval, suzuki)).error?.code).toBe('same-person');
    expect(await decide(approval, tanaka)).toMatchObject({
      ok: true,
      value: {
        note: { id, status: 'issued', number: 'SK-000000003' },
        approval: { id: approval, state: 'approved', decidedBy: FINANCE.key },
      },
    });
    expect((await decide(approval, tanaka)).error?.code).toBe('approval-decided');
    expect((await documents('&kind=credit-note'))[0]).toMatchObject({ inputs: await recordOf(approval) });
    expect(await asApproval(approval)).toMatchObject({
      status: 200,
      body: { id: approval, kind: 'credit-note', number: 'SK-000000001', state: 'approved' },
    });
    expect(await asApproval('apr_00000000000000000000000000')).toMatchObject({ status: 404 });
    expect(await documents('&kind=credit-note')).toMatchObject([
      {
        number: 'SK-000000003',
        creditNote: id,
        month: '2024-01',
        issuedOn: '2024-03-05',
        agreedOn: '2024-03-04',
        net: '-40405',
        tax: '-4040',
        total: '-44445',
      },
    ]);
    for (const path of ['/credit-notes', '/invoices/SK-000000001/credit-notes'])
      expect(await listed(path)).toEqual([['issued', 'SK-000000003']]);
    expect(await listed('/invoices/SK-000000002/credit-notes')).toEqual([]);
    expect((await ask({ amount: '1' })).body.code).toBe('credit-exceeds-billed');
    await close('2024-03', '2024-04-01');
    for (const { number } of await documents())
      expect([number, (await world.call('POST', `/invoices/${number}/verification`)).body]).toEqual([
        number,
        { identical: true },
      ]);
    const made = await world.call<{ documents: number }>('POST', '/exports', operator, {
      month: '2024-01',
      format: 'canonical-csv',
    });
    expect(made).toMatchObject({ status: 201, body: { documents: 2, last: 'SK-000000003' } });
  });

  it('the limit is judged when it is asked for, and again at the approval, where it falls', async () => {
    expect(await ask({ amount: '40406' })).toMatchObject({
      status: 409,
      body: { code: 'credit-exceeds-billed', errors: [{ pointer: '/amount' }] },
    });
    const [first, second] = [(await ask()).body, (await ask({ amount: '1' })).body];
    expect(numberOf(await decide(first.approval, tanaka))).toBe('SK-000000003');
    expect((await decide(second.approval, tanaka)).error?.code).toBe('no-longer-legal');
    expect((await decide(second.approval, tanaka)).error?.code).toBe('approval-decided');
    // Asked for in one millisecond, they are in either order.
    expect((await listed()).sort()).toEqual([
      ['issued', 'SK-000000003'],
      ['rejected', undefined],
    ]);
  });

  it('a month that is billed below 0 is a row with a warning, in the list and in the run, and no document', async () => {
    await decide((await ask()).body.approval, tanaka);
    const warnings = async (query = '') =>
      (await world.get<{ items: { warning?: string }[] }>(`/corrections?limit=200${query}`)).items.filter(
        ({ warning }) => warning !== undefined,
      );
    logs.deregistered(A, 'rid_all_1', '2024-01-01', '2024-01-20');
    await advanceTo('2024-03-06');
    // At 0, and what waits is ignored.
    expect(await warnings()).toEqual([]);
    await advanceTo('2024-04-01');
    expect(await world.close('2024-03')).toMatchObject({
      warnings: { billedBelowZero: 1 },
      documents: { invoices: 1, corrections: 0 },
    });
    const [row] = await warnings();
    expect(row).toMatchObject({
      contract: A,
      month: '2024-01',
      number: 'SK-000000001',
      state: 'billed',
      warning: 'billed-below-zero',
    });
    const march = (await documents('&month=2024-03'))[0]!;
    const lowered = march.lines.filter(({ corrects }) => corrects?.month === '2024-01');
    expect(lowered.map(({ amount }) => amount)).toEqual([(row as { issued?: string }).issued]);
    expect(await warnings('&state=waiting')).toEqual([]);
    expect(await documents()).toHaveLength(4);
  });

  it('two approvals of what only one can have: one is issued, the other falls', async () => {
    const asked = [(await ask({ amount: '30000' })).body, (await ask({ amount: '20000' })).body];
    const decided = await Promise.all(asked.map(({ approval }) => decide(approval, tanaka)));
    expect(decided.map(numberOf).sort()).toEqual(['SK-000000003', 'no-longer-legal']);
    expect(await documents('&kind=credit-note')).toHaveLength(1);
  });

  it('an approval during a run takes its place in the series, and both have what they are due', async () => {
    const [first, second] = [(await ask({ amount: '100' })).body, (await ask({ amount: '200' })).body];
    await advanceTo('2024-04-01');
    const run = await world.requestClose('2024-03');
    const decided = await Promise.all([decide(first.approval, tanaka), decide(second.approval, tanaka)]);
    expect((await world.finished(run)).state).toBe('completed');
    expect(decided.map(({ ok }) => ok)).toEqual([true, true]);
    const all = await documents();
    expect(all.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5].map((n) => `SK-00000000${n}`));
    expect(
      all
        .filter(({ kind }) => kind === 'credit-note')
        .map(({ tax }) => tax)
        .sort(),
    ).toEqual(['-10', '-20']);
    for (const { number } of all)
      expect((await world.call('POST', `/invoices/${number}/verification`)).body).toEqual({
        identical: true,
      });
  });

  it('a program that ends between the approval and the note issues it by itself, once', async () => {
    const { approval, id } = (await ask({ amount: '105' })).body;
    const store = await storeOf();
    await store.append({
      stream: `approval-${approval}`,
      expected: 0,
      events: [
        {
          id: randomUUID(),
          type: 'CreditNoteApproved',
          version: 1,
          data: { approval, creditNote: id, contract: A, approver: { makers: ['bootstrap'] } },
          metadata: { commandId: randomUUID(), actor: systemActor('test'), termsVersion: '2018-01-01' },
          occurredAt: world.clock.now(),
        },
      ],
    });
    await until(async () => (await listed())[0]![0] === 'issued');
    await world.restart(world.environment.variables as Record<string, string>);
    await world.close('2024-02');
    expect(await documents('&kind=credit-note')).toMatchObject([{ number: 'SK-000000003', tax: '-10' }]);
  });

  it('is not issued, and no month is closed, while the checkpoint is gone that was kept of the log', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'smartkey-kept-'));
    await world.restart({ ...ISSUER, SMARTKEY_CHECKPOINT_DIR: folder });
    await until(async () => (await readdir(folder)).length > 0);
    const { approval } = (await ask({ amount: '100' })).body;
    const database = await world.environment.server.database('billing');
    // None is being signed meanwhile, which would lay the folder anew behind its end.
    await database.exclusively('log-tree', () => rm(folder, { recursive: true }));
    const refused = await fetch(`${world.service!.url}/internal/approvals/${approval}/decision`, {
      method: 'POST',
      headers: {
        ...internalHeaders({ token: world.environment.material.internalToken }),
        'content-type': 'application/json',
      },
      body: JSON.stringify({ actor: FINANCE, signatory: tanaka, commandId: randomUUID(), repeatable: false }),
    });
    expect([refused.status, await refused.json()]).toMatchObject([503, { code: 'log-in-doubt' }]);
    const run = await world.requestClose('2024-02');
    const waits = async () => world.get<{ state: string; waitingFor: string[] }>(`/billing/runs/${run}`);
    await until(async () => (await waits()).waitingFor.length > 0);
    expect((await waits()).waitingFor).toEqual(['billing']);
    expect(await documents('&kind=credit-note')).toEqual([]);

    const { material } = world.environment;
    const { subjectKeys } = await openSecrets({ database, service: 'billing', material });
    const settings = checkpointSettings(
      {},
      { folder, secret: material.lookupKey, logKeys: material.logKeys },
    );
    const parts = { database, store: await storeOf(), settings, subjectKeys, now: world.clock.now() };
    await adoptCheckpoint(parts, { by: '鈴木', reason: 'the folder was mounted anew' });
    expect((await world.finished(run)).state).toBe('completed');
    await until(async () => (await listed())[0]![0] === 'issued');
    await world.stopService();
    await rm(folder, { recursive: true });
  });

  it('a command that comes again asks once; another person can reject with a reason', async () => {
    const own = world.commandHeaders('command-1');
    const asked = await ask({}, own);
    expect((await ask({}, own)).body).toEqual(asked.body);
    expect(await listed()).toEqual([['proposed', undefined]]);
    const rejected = await decide(asked.body.approval, tanaka, { reject: { reason: '根拠不足' } });
    expect(rejected).toMatchObject({
      ok: true,
      value: { note: { status: 'rejected' }, approval: { state: 'rejected', reason: '根拠不足' } },
    });
    expect(await listed()).toEqual([['rejected', undefined]]);
    const stored = JSON.stringify(
      (await (await storeOf()).readStream(`approval-${asked.body.approval}`)).map(({ data }) => data),
    );
    expect(stored).toContain(asked.body.id);
    expect(stored).not.toMatch(/鈴木|田中|山田|根拠不足/);
  });

  it('of what is no invoice there is none, and a broken field is named', async () => {
    expect(await ask({}, {}, 'SK-000000009')).toMatchObject({ status: 404 });
    expect((await world.call('GET', '/invoices/SK-000000009/credit-notes')).status).toBe(404);
    const { approval } = (await ask({ amount: '100' })).body;
    await decide(approval, tanaka);
    expect(await ask({}, {}, 'SK-000000003')).toMatchObject({ status: 404 });
    for (const [field, value] of [
      ['amount', '0'],
      ['amount', '1.5'],
      ['taxCode', 'JP-VAT'],
      ['agreedOn', '2024-03-06'],
      ['reason', ''],
    ] as const)
      expect(await ask({ [field]: value })).toMatchObject({
        status: 422,
        body: { errors: [{ pointer: `/${field}` }] },
      });
  });
});
