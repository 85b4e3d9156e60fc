import { untilSeen } from '@smartkey/testing';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Database } from '@smartkey/database';
import { systemActor, type AccountId, type ContractId, type ImportId } from '@smartkey/kernel';
import { ProjectionRebuildingError } from '@smartkey/projections';
import { externalIdDigest } from '@smartkey/secrets';
import { World } from '../testing/world.fixture.ts';
import type { ImportView } from './import-view.ts';
import { ImportRetention } from './import-retention.ts';
import { ImportSeals } from './import-seals.ts';
import { ImportStore } from './import-store.ts';
import { ImportWorker } from './import-worker.ts';

const csvOf = (rows: readonly string[]): string => ['externalId,displayName,action', ...rows].join('\r\n');

describe('imports survive whatever happens to their worker', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.open({ workImports: false });
  });
  afterAll(() => world.close());

  /** A worker whose process dies where it is told to: before a batch's results are recorded, or after. */
  class Dying extends ImportStore {
    deaths = 0;
    constructor(
      database: Database,
      private readonly diesBefore: (done: number) => boolean,
      private readonly diesAfter: (done: number) => boolean,
    ) {
      super(database, new ImportSeals(world.parts.secretBox));
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
      new ImportRetention(store, world.parts.clock, 30),
      world.parts.database,
      world.parts.clock,
      world.parts.log,
      batchSize,
    );

  async function takeIn(contract: ContractId, rows: readonly string[]): Promise<ImportId> {
    const { body, status } = await world.call<ImportView>(
      'POST',
      `/v1/contracts/${contract}/ids/imports`,
      undefined,
      {
        csv: csvOf(rows),
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
    const finished = await untilSeen(
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
      ...(await world.parts.database.query<{ account: AccountId }>(
        `SELECT account FROM identities WHERE contract = $1`,
        [contract],
      )),
    ] as [{ account: AccountId }];
    await world.call('DELETE', `/v1/contracts/${contract}/ids/${account}`);
    await workerOn(world.registry.importStore, 1).drain();
    expect(await world.registry.importStore.view(contract, id)).toMatchObject({ registered: 1 });
    expect(await world.types(account)).toEqual(['IdRegistered', 'IdDeregistered']);
  });

  it('a file whose sender went away is forgotten', async () => {
    const store = world.registry.importStore;
    const actor = systemActor('test');
    await store.open('imp_gone', 'ctr_x', false, actor, '2018-01-01T00:00:00.000Z');
    await store.rows.add('imp_gone', [
      { row: 1, externalId: 'a', displayName: null, action: 'register', faultCode: null, faultDetail: null },
    ]);
    await new ImportRetention(store, world.parts.clock, 30).forget();
    expect(await store.rows.behind('imp_gone', 0, 10)).toEqual([]);
    expect(await store.abandoned('2019-01-01T00:00:00.000Z')).toEqual([]);
  });

  it('while a read model is built anew rows wait: none fails for it', async () => {
    const contract = await world.contracts.accepted('2018-01-01T03:00:00.000Z');
    const id = await takeIn(contract, ['first,,register', 'second,,register']);
    const { importBatch, importStore } = world.registry;
    const carryOut = jest
      .spyOn(importBatch, 'carryOut')
      .mockRejectedValue(new ProjectionRebuildingError('account-directory is being rebuilt'));
    await expect(workerOn(importStore, 10).drain()).rejects.toThrow(ProjectionRebuildingError);
    expect(await importStore.view(contract, id)).toMatchObject({ status: 'running', done: 0 });
    carryOut.mockRestore();
    await workerOn(importStore, 10).drain();
    expect(await importStore.view(contract, id)).toMatchObject({ registered: 2, failed: 0 });
  });

  it('a batch that cannot be carried out is carried out row by row: one bad row fails alone', async () => {
    const contract = await world.contracts.accepted('2018-01-01T03:00:00.000Z');
    const id = await takeIn(contract, ['good,,register', 'erased,,register', 'fine,,register']);
    const [sealed] = await world.parts.subjectKeys.seal('rid_erased', ['erased']);
    await world.parts.database.execute(
      `INSERT INTO identities (contract, digest, account, sealed) VALUES ($1, $2, 'rid_erased', $3)`,
      [contract, externalIdDigest(world.parts.lookupKey, contract, 'erased'), sealed],
    );
    await world.parts.subjectKeys.erase('rid_erased');
    await workerOn(world.registry.importStore, 10).drain();
    expect(await world.registry.importStore.view(contract, id)).toMatchObject({ registered: 2, failed: 1 });
  });
});
