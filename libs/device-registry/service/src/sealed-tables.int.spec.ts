import { untilSeen } from '@smartkey/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database } from '@smartkey/database';
import type { Instant, ContractId } from '@smartkey/kernel';
import { openSecrets, KeyRing, resealColumn, dataKeysInUse } from '@smartkey/secrets';
import { deviceRegistrySealedColumns } from './imports/sealed-columns.ts';
import { World } from './testing/world.fixture.ts';
import type { ImportView } from './imports/import-view.ts';

/** Everything that the registry's schema and its read models hold, as text. */
async function dumpOf(database: Database): Promise<string> {
  const tables = await database.query<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
     WHERE schemaname LIKE 'device_registry%' ORDER BY 1`,
  );
  const rows: string[] = [];
  for (const { name } of tables)
    for (const { row } of await database.query<{ row: string }>(`SELECT t::text AS row FROM ${name} AS t`))
      rows.push(`${name} ${row}`);
  return rows.join('\n');
}

describe('what the registry keeps of people', () => {
  let world: World;
  let contract: ContractId;
  const path = (more = ''): string => `/v1/contracts/${contract}${more}`;
  const importing = async (csv: string, query = ''): Promise<string> => {
    const { status, body } = await world.call<ImportView>('POST', path(`/ids/imports${query}`), undefined, {
      csv,
    });
    expect(status).toBe(202);
    await untilSeen(
      async () => (await world.call<ImportView>('GET', path(`/imports/${body.id}`))).body,
      (view) => view.status === 'completed',
    );
    return body.id;
  };

  beforeAll(async () => {
    world = await World.open();
    contract = await world.contracts.accepted('2018-01-01T03:00:00.000Z');
  });
  afterAll(() => world.close());

  it('is sealed in every table: external ids, names and reasons, of refusals and trials too', async () => {
    const { body: one } = await world.call<{ id: string }>('POST', path('/ids'), {
      externalId: 'secret-taro',
      displayName: 'secret-name',
      registeredOn: '2018-01-05',
      reason: 'secret-late',
    });
    const refused = await world.call('POST', path('/ids'), {
      externalId: 'secret-future',
      displayName: 'secret-refused',
      registeredOn: '2030-01-01',
      reason: 'secret-future-reason',
    });
    expect(refused.status).toBe(422);
    for (const [action, reason] of [
      ['suspend', 'secret-suspension'],
      ['resume', 'secret-resumption'],
    ])
      expect((await world.call('POST', path(`/ids/${one.id}/${action}`), { reason })).status).toBe(200);
    expect((await world.call('DELETE', path(`/ids/${one.id}?reason=secret-goodbye`))).status).toBe(200);
    const { body: mistaken } = await world.call<{ id: string; spells: { id: string }[] }>(
      'POST',
      path('/ids'),
      {
        externalId: 'secret-mistake',
      },
    );
    const registration = path(`/ids/${mistaken.id}/registrations/${mistaken.spells[0]!.id}`);
    const corrected = await world.call('PUT', registration, {
      registeredOn: '2018-01-05',
      reason: 'secret-correction',
    });
    expect(corrected.status).toBe(200);
    expect((await world.call('POST', `${registration}/void`, { reason: 'secret-void' })).status).toBe(200);
    const { body: enrolled } = await world.call<{ id: string }>('POST', path('/ids'), {
      externalId: 'secret-hanako',
    });
    expect(
      (await world.call('POST', path(`/ids/${enrolled.id}/enrolments`), { deviceName: 'secret-phone' }))
        .status,
    ).toBe(201);
    const csv = [
      'externalId,displayName,action',
      'secret-row,secret-row-name,register',
      'x,y,secret-action',
    ].join('\n');
    const id = await importing(csv);
    const trial = await importing(csv.replaceAll('row', 'trial'), '?dryRun=true');

    const dump = await dumpOf(world.parts.database);
    expect(dump).toContain(one.id);
    expect(dump.split('\n').filter((row) => /secret-/i.test(row))).toEqual([]);

    // And it is all there for whom it concerns.
    const { body: list } = await world.call<{ items: { externalId: string; displayName?: string }[] }>(
      'GET',
      path('/ids'),
    );
    expect(list.items.map(({ externalId, displayName }) => [externalId, displayName])).toEqual(
      expect.arrayContaining([
        ['secret-taro', 'secret-name'],
        ['secret-hanako', undefined],
        ['secret-row', 'secret-row-name'],
      ]),
    );
    expect(list.items).toHaveLength(4);
    const found = await world.call<{ items: { id: string }[] }>('GET', path('/ids?externalId=secret-taro'));
    expect(found.body.items.map((each) => each.id)).toEqual([one.id]);
    for (const [each, name] of [
      [id, 'secret-row'],
      [trial, 'secret-trial'],
    ] as const) {
      const { body } = await world.call<string>('GET', path(`/imports/${each}/results.csv`));
      expect(body).toContain(`1,${name},register,registered`);
      expect(body).toContain('2,x,secret-action,failed,unknown-action');
    }
  });

  it('is sealed again by a rotation, and means the same', async () => {
    const { database } = world.parts;
    const material = { keyEncryption: new KeyRing([new Uint8Array(32).fill(1)]), source: 'the tests' };
    const { dataKeys, secretBox, subjectKeyStore } = await openSecrets({
      database,
      service: 'device-registry',
      material,
    });
    const id = await dataKeys.rotate();
    for (const column of deviceRegistrySealedColumns)
      expect(await resealColumn(dataKeys, secretBox, column)).toBeGreaterThan(0);
    await subjectKeyStore.rewrap();
    expect([...(await dataKeysInUse(database, deviceRegistrySealedColumns)).keys()]).toEqual([id]);
    const [{ id: first }] = (await world.call<{ items: [{ id: string }] }>('GET', path('/imports?limit=1')))
      .body.items;
    expect((await world.call<string>('GET', path(`/imports/${first}/results.csv`))).body).toContain(
      'secret-trial',
    );
  });

  it('of imports is forgotten 30 days after their end: then 410, and the counts stay', async () => {
    const id = await importing('externalId,action\nlater,register');
    const results = () => world.call<{ code: string }>('GET', path(`/imports/${id}/results.csv`));
    const rows = async () => {
      const [row] = await world.parts.database.query<{ rows: number }>(
        `SELECT (SELECT count(*) FROM import_rows)::integer + (SELECT count(*) FROM import_results)::integer AS rows`,
      );
      return row!.rows;
    };
    const ended = Date.parse(world.now());
    const at = (millis: number) => new Date(ended + millis).toISOString() as Instant;
    const DAY = 24 * 3_600_000;
    await world.setClock(at(30 * DAY - 1));
    expect((await results()).status).toBe(200);
    await world.setClock(at(30 * DAY));
    const gone = await results();
    expect([gone.status, gone.body.code]).toEqual([410, 'import-purged']);
    expect(await untilSeen(rows, (count) => count === 0)).toBe(0);
    expect((await world.call<ImportView>('GET', path(`/imports/${id}`))).body).toMatchObject({
      status: 'completed',
      registered: 1,
    });
    expect((await results()).status).toBe(410);
    expect(
      (await world.call('GET', path('/imports/imp_00000000000000000000000000/results.csv'))).status,
    ).toBe(404);
  });
});
