import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database } from '@smartkey/database';
import { systemActor } from '@smartkey/kernel';
import { contractorOf, until, World } from '../testing/world.fixture.ts';
import type { ImportView } from './import.records.ts';
import { ImportStore } from './import.store.ts';
import { ImportWorker } from './import.worker.ts';

const HEADER = 'externalId,displayName,action';
const csvOf = (...rows: readonly string[]): string => [HEADER, ...rows].join('\r\n');
type Line = readonly [row: string, externalId: string, action: string, outcome: string, code: string];

describe('imports of IDs over HTTP', () => {
  let world: World;
  let contract: string;
  const path = (more = ''): string => `/v1/contracts/${contract}${more}`;
  const send = (csv: string | Uint8Array, query = '', options = {}) =>
    world.call<ImportView>('POST', path(`/ids/imports${query}`), undefined, { csv, ...options });
  const done = (id: string) =>
    until(
      async () => (await world.call<ImportView>('GET', path(`/imports/${id}`))).body,
      ({ status }) => status === 'completed',
    );
  const carriedOut = async (csv: string, query = ''): Promise<ImportView> => {
    const { status, body } = await send(csv, query);
    expect(status).toBe(202);
    return done(body.id);
  };
  const results = async (id: string): Promise<Line[]> => {
    const { body } = await world.call<string>('GET', path(`/imports/${id}/results.csv`));
    const [, ...lines] = body.trimEnd().split('\r\n');
    return lines.map((line) => line.split(',').slice(0, 5) as unknown as Line);
  };

  beforeAll(async () => {
    world = await World.open();
    contract = await world.contracts.accepted('2018-01-01T03:00:00.000Z');
  }, 30_000);
  afterAll(() => world.close());

  it('carries out each row by itself, with a result for each', async () => {
    const kept = await world.register(contract, 'kept');
    const leaving = await world.register(contract, 'leaving');
    await world.enrol(contract, leaving);
    world.authentication.told.length = 0;
    const csv = csvOf(
      'new,新人,register',
      'kept,,register',
      'leaving,,deregister',
      'kept,,suspend',
      'nobody,,deregister',
      'other,,resume',
      'bad,,fly',
    );
    const view = await carriedOut(csv);
    expect(view).toMatchObject({
      status: 'completed',
      dryRun: false,
      total: 7,
      done: 7,
      registered: 1,
      deregistered: 1,
      suspended: 0,
      resumed: 0,
      unchanged: 1,
      failed: 4,
      startedAt: world.now(),
      finishedAt: world.now(),
    });
    expect(await results(view.id)).toEqual([
      ['1', 'new', 'register', 'registered', ''],
      ['2', 'kept', 'register', 'unchanged', 'already-registered'],
      ['3', 'leaving', 'deregister', 'deregistered', ''],
      ['4', 'kept', 'suspend', 'failed', 'duplicate-in-file'],
      ['5', 'nobody', 'deregister', 'failed', 'not-found'],
      ['6', 'other', 'resume', 'failed', 'not-found'],
      ['7', 'bad', 'fly', 'failed', 'unknown-action'],
    ]);
    expect(await world.types(kept)).toEqual(['IdRegistered']);
    expect(world.authentication.told.map(({ type }) => type)).toEqual(['IdDeregistered', 'DeviceRevoked']);
    const listed = await world.call('GET', path('/ids?externalId=new'));
    expect(listed.body).toMatchObject({
      items: [{ externalId: 'new', displayName: '新人', status: 'registered' }],
    });
  });

  it('does not tell of rows that are nobody’s, nor of files of other contracts', async () => {
    const other = await world.contracts.accepted('2018-01-01T03:00:00.000Z');
    const { body } = await send(csvOf('private,,register'));
    const actor = contractorOf(other);
    for (const more of ['', '/results.csv']) {
      expect((await world.call('GET', path(`/imports/${body.id}${more}`), undefined, { actor })).status).toBe(
        404,
      );
      expect((await world.call('GET', `/v1/contracts/${other}/imports/${body.id}${more}`)).status).toBe(404);
    }
    const page = await world.call<{ items: ImportView[] }>('GET', path('/imports?limit=1'));
    expect(page.body.items[0]!.id).toBe(body.id);
    await done(body.id);
  });

  it('a dry run gives the same results and does nothing', async () => {
    await world.register(contract, 'dry-kept');
    const csv = csvOf('dry-new,,register', 'dry-kept,,register', 'dry-gone,,suspend', 'dry-kept,,suspend');
    const dry = await carriedOut(csv, '?dryRun=true');
    expect(dry).toMatchObject({ dryRun: true, registered: 1, unchanged: 1, failed: 2 });
    expect((await world.call('GET', path('/ids?externalId=dry-new'))).body).toMatchObject({ items: [] });
    const wet = await carriedOut(csv);
    expect(await results(wet.id)).toEqual(await results(dry.id));
  });

  it('the same file and key twice is one import; another file with the key is refused', async () => {
    const csv = csvOf('keyed,,register');
    const once = await send(csv, '', { commandId: 'cmd-import' });
    const again = await send(csv, '', { commandId: 'cmd-import' });
    expect(again.status).toBe(202);
    expect(again.body.id).toBe(once.body.id);
    expect(await send(csvOf('other,,register'), '', { commandId: 'cmd-import' })).toMatchObject({
      status: 422,
      body: { code: 'idempotency-key-reused' },
    });
    await done(once.body.id);
  });

  it('writes cells that no spreadsheet takes for a formula', async () => {
    const names = ['=1+1', '+81', '-1', '@sum', '＝full'];
    const { id } = await carriedOut(csvOf(...names.map((name) => `${name},,register`)));
    const { body, headers } = await world.call<string>('GET', path(`/imports/${id}/results.csv`));
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
    const cells = body.split('\r\n').map((line) => line.split(',')[1] ?? '');
    for (const name of ['=1+1', '+81', '-1', '@sum']) expect(cells).toContain(`'${name}`);
    expect(cells.every((cell) => !/^[=+\-@\t\r]/.test(cell))).toBe(true);
  });

  it.each([
    ['a duplicate header', 'externalId,action,action\r\n', 422, 'duplicate-column'],
    ['no header', 'taro,,register\r\n', 422, 'unknown-column'],
    ['an open quote', `${HEADER}\r\n"taro,,register\r\n`, 422, 'malformed-csv'],
    ['Shift_JIS', Buffer.from([...Buffer.from(`${HEADER}\r\n`), 0x8e, 0x52]), 422, 'not-utf-8'],
    ['more than 16 MiB', `${HEADER}\r\n${'x,,register\r\n'.repeat(1_400_000)}`, 413, 'content-too-large'],
  ] as const)('refuses %s as a whole, and keeps nothing of it', async (_, file, status, code) => {
    expect(await send(file)).toMatchObject({ status, body: { code } });
    const [left] = await world.parts.database.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM imports WHERE status = 'receiving'`,
    );
    expect(left!.count).toBe(0);
  });

  it('refuses another type of body, and a contract that is not in force', async () => {
    expect((await world.call('POST', path('/ids/imports'), {})).status).toBe(415);
    const applied = await world.contracts.applied('2018-01-02T00:00:00.000Z');
    expect(
      await world.call('POST', `/v1/contracts/${applied}/ids/imports`, undefined, {
        csv: csvOf('a,,register'),
      }),
    ).toMatchObject({ status: 409, body: { code: 'contract-not-accepted' } });
  });
});

describe('imports survive whatever happens to their worker', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.open({ workImports: false });
  }, 30_000);
  afterAll(() => world.close());

  /** A worker whose process dies where it is told to: before a batch's results are recorded, or after. */
  class Dying extends ImportStore {
    deaths = 0;
    constructor(
      database: Database,
      private readonly diesBefore: (done: number) => boolean,
      private readonly diesAfter: (done: number) => boolean,
    ) {
      super(database);
    }

    override async record(...of: Parameters<ImportStore['record']>): Promise<boolean> {
      const [, done] = of;
      if (this.diesBefore(done)) throw new Error('killed before the results were recorded');
      const recorded = await super.record(...of);
      if (this.diesAfter(done)) throw new Error('killed after the results were recorded');
      return recorded;
    }
  }

  const workerOn = (store: ImportStore, batchSize: number): ImportWorker =>
    new ImportWorker(
      store,
      world.registry.importBatch,
      world.parts.database,
      world.parts.clock,
      world.parts.log,
      batchSize,
    );

  async function takeIn(contract: string, rows: readonly string[]): Promise<string> {
    const { body, status } = await world.call<ImportView>(
      'POST',
      `/v1/contracts/${contract}/ids/imports`,
      undefined,
      {
        csv: csvOf(...rows),
      },
    );
    expect(status).toBe(202);
    return body.id;
  }

  it('killed at every row, before and after its result is recorded: nothing twice, nothing lost', async () => {
    const contract = await world.contracts.accepted('2018-01-01T03:00:00.000Z');
    const known = await world.register(contract, 'known');
    const rows = ['a,,register', 'known,,suspend', 'b,,register', 'zzz,,resume', 'c,,register'];
    const id = await takeIn(contract, rows);
    for (let row = 0; row < rows.length; row += 1) {
      const before = new Dying(
        world.parts.database,
        (at) => at === row,
        () => false,
      );
      await expect(workerOn(before, 1).drain()).rejects.toThrow(/killed before/);
      const after = new Dying(
        world.parts.database,
        () => false,
        (at) => at === row,
      );
      await expect(workerOn(after, 1).drain()).rejects.toThrow(/killed after/);
    }
    await world.restart();
    await workerOn(world.registry.importStore, 1).drain();
    expect(await world.registry.importStore.view(contract, id)).toMatchObject({
      status: 'completed',
      total: 5,
      done: 5,
      registered: 3,
      suspended: 1,
      failed: 1,
    });
    expect(await world.types(known)).toEqual(['IdRegistered', 'IdSuspended']);
    const lines = await world.registry.importStore.results(id, 0, 10);
    expect(lines.map(({ outcome }) => outcome)).toEqual([
      'registered',
      'suspended',
      'registered',
      'failed',
      'registered',
    ]);
    const { events } = await world.parts.store.readAll({ after: 0n, limit: 5000 });
    const its = events.filter(({ metadata }) => metadata.commandId.startsWith(id));
    expect(its).toHaveLength(4);
    expect(new Set(its.map((event) => event.id)).size).toBe(4);
  });

  it('goes on by itself after a restart', async () => {
    const contract = await world.contracts.accepted('2018-01-01T03:00:00.000Z');
    const id = await takeIn(
      contract,
      Array.from({ length: 30 }, (_, row) => `person-${row},,register`),
    );
    const dying = new Dying(
      world.parts.database,
      (at) => at === 20,
      () => false,
    );
    await expect(workerOn(dying, 10).drain()).rejects.toThrow(/killed before/);
    expect(await world.registry.importStore.view(contract, id)).toMatchObject({
      status: 'running',
      done: 20,
    });
    await world.restart();
    world.registry.worker.start();
    const finished = await until(
      () => world.registry.importStore.view(contract, id),
      (view) => view?.status === 'completed',
    );
    expect(finished).toMatchObject({ done: 30, registered: 30 });
    await world.registry.worker.stop();
  });

  it('two workers at once do every row once', async () => {
    const contract = await world.contracts.accepted('2018-01-01T03:00:00.000Z');
    const id = await takeIn(
      contract,
      Array.from({ length: 40 }, (_, row) => `both-${row},,register`),
    );
    const { importStore } = world.registry;
    await Promise.all([workerOn(importStore, 3).drain(), workerOn(importStore, 7).drain()]);
    await workerOn(importStore, 5).drain();
    expect(await importStore.view(contract, id)).toMatchObject({
      status: 'completed',
      done: 40,
      registered: 40,
    });
  });

  it('a row that was undone before the worker came back stays what it was', async () => {
    const contract = await world.contracts.accepted('2018-01-01T03:00:00.000Z');
    const id = await takeIn(contract, ['brief,,register']);
    await expect(
      workerOn(
        new Dying(
          world.parts.database,
          () => true,
          () => false,
        ),
        1,
      ).drain(),
    ).rejects.toThrow();
    const [{ account }] = [
      ...(await world.parts.database.query<{ account: string }>(
        `SELECT account FROM identities WHERE contract = $1`,
        [contract],
      )),
    ] as [{ account: string }];
    await world.call('DELETE', `/v1/contracts/${contract}/ids/${account}`);
    await workerOn(world.registry.importStore, 1).drain();
    expect(await world.registry.importStore.view(contract, id)).toMatchObject({ registered: 1 });
    expect(await world.types(account)).toEqual(['IdRegistered', 'IdDeregistered']);
  });

  it('a file whose sender went away is forgotten', async () => {
    const store = world.registry.importStore;
    const actor = systemActor('test');
    await store.open('imp_gone', 'ctr_x', false, actor, '2018-01-01T00:00:00.000Z');
    await store.addRows('imp_gone', [
      { row: 1, externalId: 'a', displayName: null, action: 'register', faultCode: null, faultDetail: null },
    ]);
    await world.registry.imports.forgetAbandoned();
    expect(await store.rows('imp_gone', 0, 10)).toEqual([]);
    expect(await store.abandoned('2019-01-01T00:00:00.000Z')).toEqual([]);
  });

  it('a batch that cannot be carried out is carried out row by row: one bad row fails alone', async () => {
    const contract = await world.contracts.accepted('2018-01-01T03:00:00.000Z');
    const id = await takeIn(contract, ['good,,register', 'erased,,register', 'fine,,register']);
    const [erased] = await world.parts.database.query<{ account: string }>(
      `INSERT INTO identities (contract, digest, account, external_id) VALUES ($1, $2, 'rid_erased', 'erased') RETURNING account`,
      [
        contract,
        (await import('@smartkey/secrets')).externalIdDigest(world.parts.lookupKey, contract, 'erased'),
      ],
    );
    await world.parts.subjectKeys.erase(erased!.account);
    await workerOn(world.registry.importStore, 10).drain();
    expect(await world.registry.importStore.view(contract, id)).toMatchObject({ registered: 2, failed: 1 });
  });
});
