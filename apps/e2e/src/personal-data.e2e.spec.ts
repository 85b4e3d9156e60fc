import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiClient } from '@smartkey/api-client';
import { openPglite } from '@smartkey/database';
import {
  NODE_FLAGS,
  ROOT,
  Steps,
  System,
  enterpriseQuote,
  type InvoiceDocument,
} from '@smartkey/testing/end-to-end';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';

/** Everything that people enter about people in this story begins so; what the law keeps on documents does not. */
const MARK = 'HimitsuDeGozaru';
const KANJI = '秘密山田';
const of = (what: string): string => `${MARK}-${what} ${KANJI}`;

const run = promisify(execFile);

/** Ways in which a text may lie in a file: as it is, and as base64 wherever it begins. */
function formsOf(text: string): readonly Buffer[] {
  const bytes = Buffer.from(text);
  const encoded = [0, 1, 2].map((shift) => {
    const whole = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64url');
    return Buffer.from(whole.slice(shift === 0 ? 0 : 4, -4));
  });
  return [bytes, Buffer.from(bytes.toString('hex')), ...encoded];
}

describe('a backup without the keys', () => {
  let system: System;
  let folder: string;
  let contract: string;
  let number: string;
  let approval: string;
  let decides: ApiClient;

  const cli = async (...words: string[]): Promise<string> => {
    const { stdout, stderr } = await run(
      process.execPath,
      [...NODE_FLAGS, join(ROOT, 'apps/cli/dist/main.js'), ...words],
      {
        env: { PATH: process.env['PATH'], SMARTKEY_DATA_DIR: system.dataFolder },
      },
    );
    return stdout + stderr;
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'smartkey-backup-'));
    system = await System.start({ SMARTKEY_ISSUER_NAME: '発行株式会社' });
    const { operator } = system;
    const steps = new Steps(operator);
    const key = () => ({ idempotencyKey: randomUUID() });
    const company = { name: '届出商事株式会社', iijIdContract: 'iid-1' };
    const contact = { department: of('department'), email: `${MARK}@example.jp`, address: of('address') };
    const apply = async () =>
      (
        await operator.post<{ id: string }>(
          '/contracts',
          { applicant: { ...company, ...contact }, plan: 'enterprise' },
          key(),
        )
      ).id;
    await operator.post(`/contracts/${await apply()}/rejection`, { reason: of('rejection') }, key());
    await operator.post(`/contracts/${await apply()}/withdrawal`, { reason: of('withdrawal') }, key());
    contract = await apply();
    const at = (path: string): string => `/contracts/${contract}${path}`;
    await operator.post(
      at('/quotes'),
      { ...enterpriseQuote('2018-01'), agreement: of('agreement'), reason: of('quote') },
      key(),
    );
    await operator.post(at('/acceptance'), { billingStartDate: '2018-01-01' }, key());
    await operator.call(
      'PATCH',
      at('/applicant'),
      { department: of('new-department'), address: of('new-address') },
      key(),
    );
    await operator.put(
      at('/conditions/1'),
      { met: true, on: '2018-01-01', attestedBy: of('attestation') },
      key(),
    );
    await operator.put(at('/withholding'), { withheld: true, reason: of('withholding') }, key());
    await operator.put(at('/withholding'), { withheld: false, reason: of('restoring') }, key());
    const fee = await operator.post<{ id: string }>(
      at('/one-time-fees'),
      { amount: '100', description: '設定費', occurredOn: '2018-01-01' },
      key(),
    );
    await operator.delete(at(`/one-time-fees/${fee.id}?reason=${encodeURIComponent(of('waiver'))}`));
    const notice = await operator.post<{ id: string }>(
      at('/cancellation'),
      { arrivedAt: '2018-01-01T00:00:00Z' },
      key(),
    );
    await operator.put(
      at(`/cancellation/${notice.id}`),
      { requestedDay: '2018-03-31', reason: of('correction') },
      key(),
    );
    await operator.delete(at(`/cancellation/${notice.id}?reason=${encodeURIComponent(of('voiding'))}`));
    await operator.post(at('/keys'), { role: 'contractor', name: of('key') }, key());
    await operator.post('/keys', { role: 'auditor', name: of('auditor') }, key());

    const { id: rid } = await operator.post<{ id: string }>(
      at('/ids'),
      {
        externalId: `${MARK}-taro@example.jp`,
        displayName: of('name'),
        registeredOn: '2018-01-01',
        reason: of('late'),
      },
      key(),
    );
    const refused = await operator.call(
      'POST',
      at('/ids'),
      {
        externalId: `${MARK}-refused`,
        displayName: of('refused'),
        registeredOn: '2030-01-01',
        reason: of('refusal'),
      },
      key(),
    );
    expect(refused.status).toBe(422);
    for (const action of ['suspend', 'resume'])
      await operator.post(at(`/ids/${rid}/${action}`), { reason: of(action) }, key());
    await operator.post(at(`/ids/${rid}/enrolments`), { deviceName: of('phone') }, key());
    const csv = [
      'externalId,displayName,action',
      `${MARK}-row,${of('row')},register`,
      `${MARK}-faulty,x,${MARK}`,
    ].join('\n');
    await steps.import(contract, csv);
    const trial = await operator.post<{ id: string }>(at('/ids/imports?dryRun=true'), undefined, {
      raw: { contentType: 'text/csv', text: csv.replaceAll('row', 'trial') },
    });
    await steps.until(
      () => operator.get<{ status: string }>(at(`/imports/${trial.id}`)),
      ({ status }) => status === 'completed',
    );
    await steps.authenticate(contract, `${MARK}-taro@example.jp`, '000000');
    await operator.delete(at(`/ids/${rid}?reason=${encodeURIComponent(of('leaving'))}`));
    await steps.setClock('2018-02-01T00:00:00+09:00');
    expect((await steps.close('2018-01')).state).toBe('completed');
    const [invoice] = await steps.invoices(contract, '2018-01');
    ({ number } = invoice!);

    const keyOf = async (role: string, name: string) =>
      operator.as((await operator.post<{ key: string }>('/keys', { role, name: of(name) }, key())).key);
    const asks = await keyOf('operator', 'asks');
    decides = await keyOf('finance', 'decides');
    const late = await asks.post<{ id: string }>(
      at('/one-time-fees'),
      { amount: '100', description: '設定費', occurredOn: '2018-01-02' },
      key(),
    );
    ({ approval } = await asks.delete<{ approval: string }>(
      at(`/one-time-fees/${late.id}?reason=${encodeURIComponent(of('proposal'))}`),
    ));
    await decides.post(`/approvals/${approval}/reject`, { reason: of('refusing') }, key());
  }, 180_000);
  afterAll(async () => {
    await system?.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  it('while people see what concerns them', async () => {
    const invoice = await system.operator.get<InvoiceDocument & { recipient: object }>(`/invoices/${number}`);
    expect(invoice.recipient).toEqual({
      name: '届出商事株式会社',
      department: of('new-department'),
      address: of('new-address'),
    });
    expect(await system.operator.post(`/invoices/${number}/verification`)).toEqual({ identical: true });
    const { items } = await system.operator.get<{ items: { type: string; data: object }[] }>(
      `/contracts/${contract}/history?limit=200`,
    );
    const dataOf = (type: string) => items.find((item) => item.type === type)!.data;
    expect(dataOf('ServiceWithheld')).toEqual({ reason: of('withholding') });
    expect(dataOf('CancellationVoided')).toMatchObject({ reason: of('voiding') });
    const approvals = await decides.get<{ items: object[] }>('/approvals');
    expect(approvals.items).toMatchObject([
      { kind: 'waiver', command: { reason: of('proposal') }, state: 'rejected', reason: of('refusing') },
    ]);
    const audit = JSON.stringify(await system.operator.get('/audit/events?limit=200'));
    expect(audit).toContain('InvoiceIssued');
    for (const text of [MARK, KANJI]) expect(audit).not.toContain(text);
  });

  it('holds nothing that was entered about people, in no file and no table', async () => {
    expect(await system.stop()).toBe(0);
    for (const text of [MARK, KANJI]) expect(system.errors).not.toContain(text);
    const file = join(folder, 'backup.tar.gz');
    await cli('backup', file);
    const archive = gunzipSync(await readFile(file));
    // The names of parties are in it: what is looked for would be found.
    expect(archive.includes('届出商事株式会社')).toBe(true);
    for (const text of [MARK, KANJI])
      for (const form of formsOf(text))
        expect({ text, form: form.toString('latin1'), found: archive.includes(form) }).toMatchObject({
          found: false,
        });

    // A long value is compressed in its file, and would not be found there.
    const server = await openPglite(system.dataFolder);
    const database = await server.database('public');
    const tables = await database.query<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
    );
    expect(tables.length).toBeGreaterThan(30);
    for (const { name } of tables) {
      const rows = await database.query<{ row: string }>(`SELECT t::text AS row FROM ${name} AS t`);
      for (const { row } of rows)
        for (const text of [MARK, KANJI])
          for (const form of formsOf(text))
            expect({ name, row, found: row.includes(form.toString()) }).toMatchObject({ found: false });
    }
    await server.close();
  });

  it('and is all there again with the keys', async () => {
    const restored = join(folder, 'restored');
    await run(
      process.execPath,
      [...NODE_FLAGS, join(ROOT, 'apps/cli/dist/main.js'), 'restore', join(folder, 'backup.tar.gz')],
      {
        env: { PATH: process.env['PATH'], SMARTKEY_DATA_DIR: restored },
      },
    );
    await copyFile(join(system.dataFolder, 'keys.json'), join(restored, 'keys.json'));
    for (const [stream, words] of [
      [`contract-${contract}`, ['address', 'withholding', 'waiver', 'agreement']],
      [`approval-${approval}`, ['asks', 'proposal', 'refusing']],
    ] as const) {
      const { stdout } = await run(
        process.execPath,
        [...NODE_FLAGS, join(ROOT, 'apps/cli/dist/main.js'), 'replay', stream],
        { env: { PATH: process.env['PATH'], SMARTKEY_DATA_DIR: restored } },
      );
      for (const what of words) expect(stdout).toContain(of(what));
    }
  });
});
