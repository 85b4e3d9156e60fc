import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { billingSealedColumns } from '@smartkey/billing-service';
import { migrate, openPglite, type Database, type DatabaseServer } from '@smartkey/database';
import { accountHandler, deviceRegistrySealedColumns } from '@smartkey/device-registry-service';
import { createEventStore } from '@smartkey/event-store';
import { gatewaySealedColumns } from '@smartkey/gateway-service';
import { SystemClock } from '@smartkey/identity';
import { KAFKA_MIGRATIONS, UnreadableRecords } from '@smartkey/kafka';
import { idOfStream } from '@smartkey/kernel';
import { openKeyMaterial, openSecrets, type SealedColumn, type SecretBox } from '@smartkey/secrets';
import {
  enterpriseQuote,
  NODE_FLAGS,
  ROOT,
  Steps,
  System,
  type InvoiceDocument,
} from '@smartkey/testing/end-to-end';
import { sayingOf } from './stories/saying.fixture.ts';
import { MailBox } from './end-users/mail-box.ts';

/** All that is said of the one who is erased; and of another one, so that what looks for the first would find something. */
const NAMES = ['HimitsuDeGozaru', '秘密山田'] as const;
const OTHER = 'KawarazuIru';
const MAIL = `${NAMES[0]}@example.jp`;
const ADDRESS = '203.0.113.77';

const run = promisify(execFile);

/** The forms in which something says who was erased. */
const saying = sayingOf([...NAMES, ADDRESS]);

/** Every value of these columns, opened with the keys of its service. */
async function opened(
  database: Database,
  box: SecretBox,
  columns: readonly SealedColumn[],
): Promise<string[]> {
  const texts: string[] = [];
  for (const { table, column, key, needs = [], context } of columns) {
    const named = [...key, ...needs].map((name) => `"${name}"::text AS "${name}"`).join(', ');
    const rows = await database.query<Record<string, string>>(
      `SELECT ${named}, "${column}" AS "the sealed" FROM "${table}" WHERE "${column}" IS NOT NULL`,
    );
    for (const { 'the sealed': sealed, ...row } of rows)
      texts.push(`${table} ${Buffer.from(await box.open(sealed!, context(row))).toString('utf8')}`);
  }
  return texts;
}

type Line = Readonly<Record<string, unknown>>;
const linesOf = (text: string): Line[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);

/** What a program says that ends with another code than 0. */
async function failed(ran: Promise<unknown>): Promise<{ readonly code: number; readonly stdout: string }> {
  try {
    await ran;
  } catch (error) {
    return error as { readonly code: number; readonly stdout: string };
  }
  throw new Error('it ended with 0');
}

describe('after an erasure of personal data', () => {
  let system: System;
  let steps: Steps;
  let folder: string;
  let contract: string;
  let account: string;
  let other: string;
  let number: string;
  let file: string;
  let mails: MailBox;
  let before: InvoiceDocument;
  let logKeys: { key: string }[];

  let server: DatabaseServer | undefined;
  /** Nobody else may have the folder. */
  const closeServer = async (): Promise<void> => {
    await server?.close();
    server = undefined;
  };

  const key = () => ({ idempotencyKey: randomUUID() });
  const at = (path: string): string => `/contracts/${contract}${path}`;
  const directoryOf = async (registry: Database): Promise<string> => {
    const [live] = await registry.query<{ generation: string }>(
      `SELECT generation FROM projection_generation WHERE projection = 'account-directory' AND state = 'live'`,
    );
    return live!.generation;
  };
  /** From now on the directory takes in nothing of this ID: its stream is parked. Billing has kept a record of it that it could not read. */
  const setAside = async (): Promise<void> => {
    expect(await system.stop()).toBe(0);
    server = await openPglite(system.dataFolder);
    const registry = await server.database('device_registry');
    await registry.execute(
      `CREATE FUNCTION refuse_row() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'refused: %', NEW; END $$`,
    );
    await registry.execute(
      `CREATE TRIGGER refused BEFORE INSERT OR UPDATE ON ${await directoryOf(registry)}.accounts
       FOR EACH ROW WHEN (NEW.account = '${account}') EXECUTE FUNCTION refuse_row()`,
    );
    const stored = await registry.query<{ text: string }>(
      `SELECT to_jsonb(e)::text AS text FROM event_log e WHERE stream = $1 ORDER BY revision`,
      [`account-${account}`],
    );
    const billing = await server.database('billing');
    await migrate(billing, KAFKA_MIGRATIONS, 'relay');
    await new UnreadableRecords(billing).keep(
      stored.map(({ text }, n) => ({
        group: 'smartkey.billing.billing.usage-ledger.v1',
        topic: 'smartkey.device-registry',
        place: { source: 'device-registry', partition: 1, of: 6 },
        offset: BigInt(n),
        headers: { ce_type: 'IdRegistered' },
        value: Buffer.from(text),
        reason: 'a record without ce_specversion',
      })),
    );
    await closeServer();
    await system.resume();
    steps = new Steps(system.operator);
  };
  const statement = async (): Promise<string> => {
    const answer = await system.operator.call<string>('GET', `/invoices/${number}/statement.csv`);
    return String(answer.body);
  };
  const cli = (...words: string[]) =>
    run(process.execPath, [...NODE_FLAGS, join(ROOT, 'apps/cli/dist/main.js'), ...words], {
      env: { PATH: process.env['PATH'], SMARTKEY_DATA_DIR: system.dataFolder },
      maxBuffer: 64 * 1024 * 1024,
    });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'smartkey-erasure-'));
    system = await System.start({
      SMARTKEY_ISSUER_NAME: '発行株式会社',
      SMARTKEY_LOG_LEVEL: 'debug',
      SMARTKEY_IMPORT_RETENTION_DAYS: '365',
    });
    const { operator } = system;
    steps = new Steps(operator);
    mails = new MailBox(system.dataFolder);
    contract = await steps.accepted('enterprise', '2018-01-01', enterpriseQuote('2018-01'));
    const csv = [
      'externalId,displayName,action',
      `${MAIL},${NAMES[1]},register`,
      `${OTHER},ほか,register`,
      `${MAIL},${NAMES[1]},${NAMES[0]}`,
    ].join('\n');
    await steps.import(contract, csv);
    const found = async (externalId: string): Promise<string> =>
      (
        await operator.get<{ items: { id: string }[] }>(
          at(`/ids?externalId=${encodeURIComponent(externalId)}`),
        )
      ).items[0]!.id;
    account = await found(MAIL);
    other = await found(OTHER);
    ({ id: file } = (await operator.get<{ items: { id: string }[] }>(at('/imports'))).items[0]!);
    for (const action of ['suspend', 'resume'])
      await operator.post(at(`/ids/${account}/${action}`), { reason: NAMES[1] }, key());
    await operator.post(at(`/ids/${account}/enrolment-links`), { email: MAIL }, key());
    await mails.tokenFor(MAIL, 'スマートフォン登録');
    const phone = await steps.enrol(contract, account, { deviceName: NAMES[1] });
    await steps.setClock('2018-01-10T09:00:00+09:00');
    const authenticated = await operator.post<{ result: string }>(
      '/authentications',
      {
        contract,
        externalId: MAIL,
        code: phone.codeAt(await steps.now()),
        clientRef: NAMES[0],
        clientAddress: ADDRESS,
      },
      key(),
    );
    expect(authenticated.result).toBe('success');
    await operator.delete(at(`/ids/${account}?reason=${encodeURIComponent(NAMES[1])}`), key());
    await steps.setClock('2018-02-01T00:00:00+09:00');
    expect((await steps.close('2018-01')).state).toBe('completed');
    [before] = (await steps.invoices(contract, '2018-01')) as [InvoiceDocument];
    ({ number } = before);
    ({ items: logKeys } = await operator.get<{ items: { key: string }[] }>('/audit/keys'));
    await steps.until(statement, (text) => text.includes(MAIL));
  }, 240_000);
  afterEach(closeServer);
  afterAll(async () => {
    await system?.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  it('while a stream of it is parked, and records of it that could not be read are kept', async () => {
    await setAside();
    // The first message that the directory takes of it: its stream is parked from here on, the erasure waits behind it.
    await system.operator.put(at(`/ids/${account}/legal-hold`), { reason: NAMES[1] });
    await system.operator.delete(at(`/ids/${account}/legal-hold?reason=${encodeURIComponent(NAMES[1])}`));
  });

  it('people see 消去済 in the place of a name, and the same figures, documents and proofs', async () => {
    const { operator } = system;
    expect(saying(await statement())).not.toEqual([]);
    const erased = await operator.delete<{ erasedAt: string }>(
      at(`/ids/${account}/personal-data?reason=${encodeURIComponent('本人の求め')}`),
      key(),
    );
    expect(erased.erasedAt).toBe('2018-01-31T15:00:00.000Z');
    await steps.until(statement, (text) => text.includes('消去済'));
    expect(saying(await statement())).toEqual([]);
    expect(await statement()).toContain(OTHER);
    await steps.until(
      async () => (await mails.all()).filter(({ to }) => to.includes(MAIL)),
      (left) => left.length === 0,
    );
    const results = async () =>
      String((await operator.call<string>('GET', at(`/imports/${file}/results.csv`))).body);
    await steps.until(results, (text) => text.includes('[erased]'));
    for (const path of [
      at('/ids?limit=200'),
      at(`/ids/${account}`),
      at(`/ids/${account}/devices`),
      at(`/ids/${account}/authentications`),
      at('/authentications?limit=200'),
      at('/usage/2018-01'),
      at('/usage/2018-01/accounts'),
      '/mails?limit=200',
      '/audit/events?limit=200',
    ])
      expect({ path, saying: saying(JSON.stringify(await operator.get(path))) }).toEqual({
        path,
        saying: [],
      });
    expect(await operator.post(`/invoices/${number}/verification`)).toEqual({ identical: true });
    expect(await steps.invoices(contract, '2018-01')).toEqual([before]);
    const { items } = await operator.get<{ items: { externalId: string; erasedAt?: string }[] }>(
      at('/ids?limit=200'),
    );
    expect(items).toHaveLength(2);
    expect(items.map(({ externalId }) => externalId).sort()).toEqual([OTHER, '[erased]'].sort());
  });

  it('nothing in any file, table, kept answer or line of the log says who it was, opened with every key there is', async () => {
    expect(await system.stop()).toBe(0);
    expect(saying(system.errors)).toEqual([]);
    for (const name of await readdir(system.dataFolder, { recursive: true, withFileTypes: true }))
      if (name.isFile()) {
        const path = join(name.parentPath, name.name);
        expect({ path, saying: saying(await readFile(path)) }).toEqual({ path, saying: [] });
      }
    const archive = join(folder, 'backup.tar.gz');
    await cli('backup', archive);
    expect(saying(gunzipSync(await readFile(archive)))).toEqual([]);

    server = await openPglite(system.dataFolder);
    const catalogue = await server.database('public');
    const tables = await catalogue.query<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
    );
    expect(tables.length).toBeGreaterThan(30);
    for (const { name } of tables)
      for (const { row } of await catalogue.query<{ row: string }>(`SELECT t::text AS row FROM ${name} AS t`))
        expect({ name, saying: saying(row) }).toEqual({ name, saying: [] });

    const registry = await server.database('device_registry');
    const [{ parked } = { parked: 0n }] = await registry.query<{ parked: bigint }>(
      'SELECT count(*) AS parked FROM projection_parked WHERE stream = $1 AND error IS NOT NULL',
      [`account-${account}`],
    );
    expect(parked).toBe(1n);
    const letters = await new UnreadableRecords(await server.database('billing')).list();
    expect(letters.length).toBeGreaterThan(2);
    for (const { value } of letters) expect(saying(Buffer.from(value!))).toEqual([]);
    await registry.execute(`DROP TRIGGER refused ON ${await directoryOf(registry)}.accounts`);

    const material = await openKeyMaterial({ dataDir: system.dataFolder, env: {}, create: false });
    const texts: string[] = [];
    for (const [service, columns] of [
      ['device-registry', deviceRegistrySealedColumns],
      ['billing', billingSealedColumns],
      ['gateway', gatewaySealedColumns],
    ] as const) {
      const database = await server.database(service.replace('-', '_'));
      const secrets = await openSecrets({ database, service, material });
      texts.push(...(await opened(database, secrets.secretBox, columns)));
      const kept = await database.query(
        'SELECT 1 FROM subject_keys WHERE subject = $1 AND wrapped IS NOT NULL',
        [account],
      );
      expect({ service, kept }).toEqual({ service, kept: [] });
      if (service !== 'device-registry') continue;
      // The log of the registry, opened: the other one is there.
      const store = await createEventStore(database, new SystemClock());
      const handler = accountHandler({ store, clock: new SystemClock(), subjectKeys: secrets.subjectKeys });
      for (const rid of [account, other])
        texts.push(
          JSON.stringify(await handler.load(idOfStream('rid', `account-${rid}`)), (_, value: unknown) =>
            typeof value === 'bigint' ? String(value) : value,
          ),
        );
    }
    expect(texts.join('\n')).toContain(OTHER);
    expect(texts.filter((text) => text.startsWith('idempotency')).length).toBeGreaterThan(0);
    for (const text of texts)
      expect({ text: text.slice(0, 60), saying: saying(text) }).toEqual({
        text: text.slice(0, 60),
        saying: [],
      });
  });

  it('every hash and every checkpoint still holds, and so does every audit', async () => {
    const { stdout } = await cli('verify');
    expect(stdout).toMatch(/device-registry: \d+ events in \d+ streams, 0 broken/);

    const month = linesOf((await cli('audit', 'month', '2018-01')).stdout);
    expect(month.at(-1)).toMatchObject({
      type: 'month',
      complete: true,
      documents: { invoice: 1 },
      contracts: { accepted: 1, issued: 1, nothingDue: 0 },
      faults: [],
    });
    expect(month[0]).toMatchObject({ type: 'document', number, total: before.total });
    // Nobody has closed this one.
    const open = await failed(cli('audit', 'month', '2018-02'));
    expect(open.code).toBe(1);
    expect(linesOf(open.stdout).at(-1)).toMatchObject({
      complete: false,
      faults: [{ kind: 'not-closed', contract }],
    });

    const history = (await cli('audit', 'contract', contract)).stdout;
    expect(saying(history)).toEqual([]);
    const lines = linesOf(history);
    expect(lines.map(({ type }) => type)).toEqual(
      expect.arrayContaining([
        'ContractAccepted',
        'IdRegistered',
        'PersonalDataErased',
        'InvoiceIssued',
        'MonthClosed',
      ]),
    );
    expect(lines.find(({ type }) => type === 'PersonalDataErased')).toMatchObject({
      log: 'device-registry',
      actor: { role: 'operator' },
      termsVersion: expect.any(String),
      data: { reason: '本人の求め' },
    });
    const early = linesOf(
      (await cli('audit', 'contract', contract, '--known-at', '2018-01-10T00:00:00+09:00')).stdout,
    );
    expect(early.map(({ type }) => type)).not.toContain('PersonalDataErased');
    expect(early.length).toBeLessThan(lines.length);
    const page = join(folder, 'history.html');
    await cli('audit', 'contract', contract, '--page', page);
    const html = await readFile(page, 'utf8');
    expect(html).toContain(`以上 ${lines.length} 件`);
    expect(html).toContain(OTHER);
    expect(saying(html)).toEqual([]);
  });

  it('a replay tells every table that the logs do not lead to', async () => {
    await cli(
      'parked',
      'retry',
      'device-registry',
      'account-directory',
      'device-registry',
      `account-${account}`,
    );
    const replays = linesOf((await cli('audit', 'replay')).stdout);
    expect(replays.length).toBeGreaterThan(8);
    for (const each of replays) expect(each).toMatchObject({ same: true });
    server = await openPglite(system.dataFolder);
    const database = await server.database('device_registry');
    await database.execute(
      `UPDATE ${await directoryOf(database)}.accounts SET status = 'suspended' WHERE account = $1`,
      [other],
    );
    await closeServer();
    const wrong = await failed(cli('audit', 'replay', '--projection', 'account-directory'));
    expect(wrong.code).toBe(1);
    const [told] = linesOf(wrong.stdout) as [
      { same: boolean; tables: { table: string; live: object; replayed: object }[] },
    ];
    expect(told.same).toBe(false);
    expect(
      told.tables.filter(({ live: a, replayed: z }) => JSON.stringify(a) !== JSON.stringify(z)),
    ).toMatchObject([{ table: 'accounts', live: { rows: 2 }, replayed: { rows: 2 } }]);
    await cli('rebuild', 'device-registry', 'account-directory');
    await cli('audit', 'replay', '--projection', 'account-directory');
  });

  it('the external id, registered again, is another account; the others are found, also by a new lookup key', async () => {
    const { stdout } = await cli('keys', 'rotate-lookup');
    expect(stdout).toMatch(/lookup key version 2 .* 1 external ids, 1 digested anew/);
    await system.resume();
    const { operator } = system;
    const again = await new Steps(operator).register(contract, MAIL);
    expect(again).not.toBe(account);
    expect(await operator.call('POST', at('/ids'), { externalId: OTHER })).toMatchObject({
      status: 409,
      body: { code: 'already-registered' },
    });
    expect(
      (await operator.get<{ items: { id: string }[] }>(at(`/ids?externalId=${OTHER}`))).items,
    ).toMatchObject([{ id: other }]);
    // What derives from the former key besides: recipients, the names of logs and their signatures.
    expect(await operator.post(`/invoices/${number}/verification`)).toEqual({ identical: true });
    expect(await new Steps(operator).invoices(contract, '2018-01')).toEqual([before]);
    expect((await operator.get<{ items: { key: string }[] }>('/audit/keys')).items).toEqual(logKeys);
  });
});
