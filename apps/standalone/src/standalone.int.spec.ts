import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiClient } from '@smartkey/api-client';
import { type PostgresHarness, smallDisk, startPostgres } from '@smartkey/testing';
import { FakeEventStoreDb } from '@smartkey/testing/eventstoredb';
import { KEY, ROOT, start } from './started-program.fixture.ts';

/** What was said to people, without the log. */
const said = (stderr: string): string[] =>
  stderr.split('\n').filter((line) => line !== '' && !line.startsWith('{'));

describe('the standalone program', () => {
  let folder: string;
  const sandbox = () => ({ SMARTKEY_DATA_DIR: folder, SMARTKEY_CLOCK: 'sandbox' });

  beforeAll(async () => {
    await promisify(execFile)(process.execPath, [join(ROOT, 'scripts/build.mjs'), '--quiet']);
    folder = await mkdtemp(join(tmpdir(), 'smartkey-standalone-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('prints its URL and that of its pages, keeps what it was told and when it is, and ends with 0 at SIGTERM', async () => {
    const first = start({ ...sandbox(), SMARTKEY_CLOCK_START: '2018-01-01T00:00:00+09:00' });
    const url = await first.url();
    const operator = new ApiClient(url, KEY);
    const contract = await operator.post<{ id: string }>('/contracts', {
      applicant: { name: '株式会社見本', iijIdContract: 'IIJID-0001' },
      plan: 'enterprise',
    });
    await operator.put('/sandbox/clock', { now: '2018-01-15T12:00:00+09:00' });

    const second = start(sandbox());
    expect(await second.ended).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^SMARTKEY_DATA_DIR .*in use by another process/),
    });

    const end = await first.stop();
    expect(end).toMatchObject({
      code: 0,
      stdout: `${url}\nPortal: ${url.replace('127.0.0.1', 'localhost')}/portal\n`,
    });
    expect(end.stderr).toContain('does not fsync');

    // The stored time beats the setting.
    const again = start({ ...sandbox(), SMARTKEY_CLOCK_START: '2020-01-01T00:00:00Z' });
    const client = new ApiClient(await again.url(), KEY);
    expect(await client.get('/sandbox/clock')).toEqual({ now: '2018-01-15T03:00:00.000Z' });
    expect(await client.get(`/contracts/${contract.id}`)).toMatchObject({
      id: contract.id,
      status: 'applied',
    });
    expect((await again.stop()).code).toBe(0);
  });

  it.each([
    ['PORT', 'eighty'],
    ['SMARTKEY_CLOCK', 'stopped'],
    ['SMARTKEY_CLOCK_START', '2018-02-30T00:00:00Z'],
    ['SMARTKEY_DATA_DIR', '/dev/null/data'],
    ['SMARTKEY_DATA_DIR', '/proc/smartkey/data'],
    ['SMARTKEY_HOST', '[::1]'],
    ['SMARTKEY_HOST', 'nowhere.invalid'],
    ['SMARTKEY_HOST', '192.0.2.7'],
    ['SMARTKEY_HOST', 'two words'],
    ['SMARTKEY_MAX_DEVICES', '99'],
    ['SMARTKEY_INVOICE_SERIES', 'no spaces'],
    ['SMARTKEY_KEY_FILE', '/proc/keys.json'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'ftp://collector'],
    ['SMARTKEY_IMPORT_RETENTION_DAYS', '0'],
    ['SMARTKEY_ATTEMPT_MONTHS', '0'],
    ['SMARTKEY_OPERATOR_KEY', 'two words'],
    ['DATABASE_URL', 'mysql://db/smartkey'],
    ['DATABASE_URL', 'postgres://127.0.0.1:1/smartkey'],
    ['EVENTSTORE_URL', 'esdb://127.0.0.1:2113?tls=false'],
  ])('ends with 1, names %s where it is %s, and leaves nothing behind', async (name, value) => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'smartkey-standalone-'));
    const end = await start({ SMARTKEY_DATA_DIR: elsewhere, SMARTKEY_CLOCK: 'sandbox', [name]: value }).ended;
    expect({ code: end.code, stdout: end.stdout }).toEqual({ code: 1, stdout: '' });
    expect(said(end.stderr)).toEqual([expect.stringMatching(new RegExp(`^${name} `))]);
    expect(await readdir(elsewhere)).toEqual([]);
    await rm(elsewhere, { recursive: true, force: true });
  });

  it('ends with 1 and names PORT where another program listens there, before anything is opened', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const elsewhere = await mkdtemp(join(tmpdir(), 'smartkey-standalone-'));
    const end = await start({ SMARTKEY_DATA_DIR: elsewhere, PORT: String(port) }).ended;
    expect(end).toMatchObject({ code: 1, stdout: '' });
    expect(said(end.stderr)).toEqual([`PORT ${port} is in use by another program`]);
    expect(await readdir(elsewhere)).toEqual([]);
    other.close();
    await rm(elsewhere, { recursive: true, force: true });
  });

  it('ends with 1 and names SMARTKEY_DATA_DIR where it lies on a file system that takes no writes', async () => {
    const disk = await smallDisk(128);
    // Only root may make such a disk.
    if (disk === undefined) return;
    const data = join(disk.folder, 'data');
    const begun = start({ ...sandbox(), SMARTKEY_DATA_DIR: data });
    await begun.url();
    expect((await begun.stop()).code).toBe(0);
    await disk.readOnly(true);
    for (const place of [data, join(disk.folder, 'another')]) {
      const end = await start({ ...sandbox(), SMARTKEY_DATA_DIR: place }).ended;
      expect(end).toMatchObject({ code: 1, stdout: '' });
      expect(said(end.stderr)).toEqual([
        `SMARTKEY_DATA_DIR lies on a file system that takes no writes: ${place}`,
      ]);
    }
    await disk.remove();
  });

  describe('on a PostgreSQL server', () => {
    let postgres: PostgresHarness;
    beforeAll(async () => {
      postgres = await startPostgres({ fsync: 'on' });
    });
    afterAll(() => postgres.stop());

    it('is the same program, and keeps a second one off its database', async () => {
      const data = await mkdtemp(join(tmpdir(), 'smartkey-standalone-'));
      const variables = {
        DATABASE_URL: await postgres.createDatabase(),
        SMARTKEY_DATA_DIR: data,
        SMARTKEY_CLOCK: 'sandbox',
        SMARTKEY_CLOCK_START: '2018-01-01T00:00:00Z',
      };
      const program = start(variables);
      const operator = new ApiClient(await program.url(), KEY);
      await operator.put('/sandbox/clock', { now: '2018-02-01T00:00:00Z' });
      expect(await operator.get('/sandbox/clock')).toEqual({ now: '2018-02-01T00:00:00.000Z' });
      const second = start(variables);
      expect(await second.ended).toMatchObject({ code: 1, stderr: expect.stringMatching(/^DATABASE_URL /m) });
      const end = await program.stop();
      expect(end.code).toBe(0);
      expect(end.stderr).not.toContain('does not fsync');
      await rm(data, { recursive: true, force: true });
    });

    it('keeps its logs in EventStoreDB where one is named, finds them again, and never elsewhere', async () => {
      const fake = await FakeEventStoreDb.start();
      const data = await mkdtemp(join(tmpdir(), 'smartkey-standalone-'));
      const variables = {
        DATABASE_URL: await postgres.createDatabase(),
        EVENTSTORE_URL: fake.connectionString,
        SMARTKEY_DATA_DIR: data,
        SMARTKEY_CLOCK: 'sandbox',
      };
      const first = start({ ...variables, SMARTKEY_CLOCK_START: '2018-01-01T00:00:00Z' });
      const { id } = await new ApiClient(await first.url(), KEY).post<{ id: string }>('/contracts', {
        applicant: { name: '株式会社見本', iijIdContract: 'IIJID-0001' },
        plan: 'enterprise',
      });
      expect((await first.stop()).code).toBe(0);
      expect(fake.log.stream(`smartkey.contract/contract-${id}`)).toHaveLength(1);

      const second = start(variables);
      const operator = new ApiClient(await second.url(), KEY);
      expect(await operator.get(`/contracts/${id}`)).toMatchObject({ id, status: 'applied' });
      expect((await second.stop()).code).toBe(0);

      const elsewhere = await start({ ...variables, EVENTSTORE_URL: '' }).ended;
      expect(elsewhere).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/^EVENTSTORE_URL must name /m),
      });
      await fake.stop();
      await rm(data, { recursive: true, force: true });
    });
  });
});
