import { untilSeen } from '@smartkey/testing';
import type { ContractId } from '@smartkey/kernel';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { World } from '../testing/world.fixture.ts';
import type { ImportView } from './import-view.ts';
import type { StoredRow } from './import-records.ts';
import { ROWS_TOGETHER } from './import-rows.ts';

const rowOf = (row: number): StoredRow => ({
  row,
  externalId: `person-${row}`,
  displayName: null,
  action: 'register',
  faultCode: null,
  faultDetail: null,
});

describe('the rows of imports as they lie in the tables', () => {
  let world: World;
  let contract: ContractId;
  beforeAll(async () => {
    world = await World.open({ workImports: false });
    contract = await world.contracts.accepted('2018-01-01T03:00:00.000Z');
  });
  afterAll(() => world.close());

  const post = (csv: string) =>
    world.call<ImportView>('POST', `/v1/contracts/${contract}/ids/imports`, undefined, { csv });

  it('a file of 100,000 rows is taken in with a statement for each thousand: a gateway must not have given it up before', async () => {
    const rows = Array.from(
      { length: 100_000 },
      (_, n) => `person-${n}@example.co.jp,山田 太郎 ${n},register`,
    );
    const executed = jest.spyOn(world.parts.database, 'execute');
    const { status, body } = await post(['externalId,displayName,action', ...rows].join('\r\n'));
    expect([status, body.total]).toEqual([202, 100_000]);
    const written = executed.mock.calls.filter(([sql]) => sql.includes('INSERT INTO import_rows'));
    executed.mockRestore();
    expect(written).toHaveLength(100);
    const last = await world.registry.importStore.rows.behind(body.id, 99_998, 5);
    expect(last.map(({ row, externalId }) => [row, externalId])).toEqual([
      [99_999, 'person-99998@example.co.jp'],
      [100_000, 'person-99999@example.co.jp'],
    ]);
  }, 300_000);

  it('are read from any row on, however they lie together', async () => {
    const { importStore } = world.registry;
    await importStore.open('imp_cuts', contract, false, { role: 'operator', key: 'k' }, world.now());
    const all = Array.from({ length: 2_345 }, (_, n) => rowOf(n + 1));
    for (let at = 0, size = 1; at < all.length; at += size, size = 1 + ((size * 7) % ROWS_TOGETHER))
      await importStore.rows.add('imp_cuts', all.slice(at, at + size));
    for (const after of [0, 1, 7, 8, 999, 1_000, 1_001, 2_344, 2_345])
      for (const limit of [1, 500, 3_000])
        expect(await importStore.rows.behind('imp_cuts', after, limit)).toEqual(
          all.slice(after, after + limit),
        );
  });

  it('Invoices, late facts: progress names each month once, with its number where it was issued meanwhile', async () => {
    const { importStore } = world.registry;
    const id = 'imp_0000000000000000000affects';
    await importStore.open(id, contract, false, { role: 'operator', key: 'k' }, world.now());
    await importStore.rows.add(id, [1, 2, 3].map(rowOf));
    await importStore.queue({ id, command: 'affects', fileDigest: 'digest', total: 3 });
    const told = [
      [{ month: '2018-02', number: 'SKM-000002' }],
      [
        { month: '2018-01', number: null },
        { month: '2018-02', number: 'SKM-000002' },
      ],
      [{ month: '2018-01', number: 'SKM-000003' }],
    ] as const;
    for (const [done, affects] of told.entries())
      await importStore.record(id, done, { results: [{ row: done + 1, outcome: 'registered' }], affects });
    const { body } = await world.call<ImportView>('GET', `/v1/contracts/${contract}/imports/${id}`);
    expect(body).toMatchObject({
      done: 3,
      affects: [
        { month: '2018-01', number: 'SKM-000003' },
        { month: '2018-02', number: 'SKM-000002' },
      ],
    });
  });

  it('long rows are kept in smaller parts', async () => {
    const rows = Array.from(
      { length: 3_000 },
      (_, n) => `${'長'.repeat(200)}${n},${'名'.repeat(200)},register`,
    );
    const { body } = await post(['externalId,displayName,action', ...rows].join('\n'));
    const parts = await world.parts.database.query<{ size: number }>(
      'SELECT length(sealed) AS size FROM import_rows WHERE import = $1',
      [body.id],
    );
    expect(parts.length).toBeGreaterThan(3);
    expect(Math.max(...parts.map(({ size }) => size))).toBeLessThan(2_000_000);
    expect(await world.registry.importStore.rows.behind(body.id, 2_999, 1)).toMatchObject([{ row: 3_000 }]);
  });

  it('a batch of registrations is one statement for identities, keys and names, and keeps a result only where it says more than done', async () => {
    const { body } = await post('externalId,displayName,action\nalone,名前,register\nagain,,suspend\n');
    await world.parts.database.execute(`DELETE FROM imports WHERE id <> $1`, [body.id]);
    const written: string[] = [];
    const spies = (['query', 'execute'] as const).map((method) => {
      const spy = jest.spyOn(world.parts.database, method);
      return { spy, texts: () => spy.mock.calls.map(([sql]) => sql) };
    });
    await world.registry.worker.drain();
    for (const { spy, texts } of spies) {
      written.push(...texts().filter((sql) => /^\s*(INSERT|WITH)/i.test(sql)));
      spy.mockRestore();
    }
    expect(written.filter((sql) => /INTO (identities|subject_keys|display_names)/.test(sql))).toHaveLength(1);
    const kept = await world.parts.database.query('SELECT row FROM import_results WHERE import = $1', [
      body.id,
    ]);
    expect(kept).toEqual([{ row: 2 }]);
    const results = await world.registry.importStore.results(body.id, 0, 10);
    expect(results.map(({ row, outcome, code }) => [row, outcome, code])).toEqual([
      [1, 'registered', ''],
      [2, 'failed', 'not-found'],
    ]);
  });

  it('an account that another has reserved in the meantime is the account, and gets the name', async () => {
    const { identities } = world.registry;
    const named = { event: '00000000-0000-4000-8000-000000000001', displayName: '二人目' };
    const [first] = await identities.reserveNew(contract, [{ externalId: 'raced' }], world.now());
    const [second, other] = await identities.reserveNew(
      contract,
      [{ externalId: 'raced', named }, { externalId: 'not-raced' }],
      world.now(),
    );
    expect([first!.made, second!.made, other!.made]).toEqual([true, false, true]);
    expect(second!.account).toBe(first!.account);
    const { database } = world.parts;
    expect(await database.query('SELECT 1 FROM display_names WHERE event = $1', [named.event])).toEqual([]);
    const keys = await database.query('SELECT subject FROM subject_keys WHERE subject = ANY($1::text[])', [
      [first!.account, other!.account],
    ]);
    expect(keys).toHaveLength(2);
    expect(await identities.externalIdsOf([first!.account, other!.account])).toEqual(
      new Map([
        [first!.account, 'raced'],
        [other!.account, 'not-raced'],
      ]),
    );
  });

  it('rows that were kept one by one before are worked off and shown as ever', async () => {
    const { body } = await post('externalId,action\na,register\nb,register\nc,register\n');
    const { database, secretBox } = world.parts;
    const { ImportSeals } = await import('./import-seals.ts');
    const seals = new ImportSeals(secretBox);
    await database.execute('DELETE FROM import_rows WHERE import = $1', [body.id]);
    for (const row of [1, 2, 3])
      await database.execute('INSERT INTO import_rows (import, row, sealed) VALUES ($1, $2, $3)', [
        body.id,
        row,
        await seals.sealRow(body.id, rowOf(row)),
      ]);
    expect(await world.registry.importStore.rows.behind(body.id, 0, 10)).toEqual([1, 2, 3].map(rowOf));
    const results = await world.registry.importStore.results(body.id, 1, 10);
    expect(results.map(({ row, outcome }) => [row, outcome])).toEqual([
      [2, 'pending'],
      [3, 'pending'],
    ]);
    await database.execute(`DELETE FROM imports WHERE id <> $1`, [body.id]);
    await world.registry.worker.drain();
    const view = await untilSeen(
      async () => (await world.call<ImportView>('GET', `/v1/contracts/${contract}/imports/${body.id}`)).body,
      ({ status }) => status === 'completed',
    );
    expect(view).toMatchObject({ registered: 3, failed: 0 });
  });
});
