import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrate, openPglite } from '@smartkey/database';
import { ANCHOR_MIGRATION, PROJECTION_MIGRATION } from '@smartkey/projections';
import { externalIdDigest, openKeyMaterial, openSecrets } from '@smartkey/secrets';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deviceRegistryMigrations } from './device-registry.migrations.ts';
import { DisplayNames } from './identity/display-names.ts';
import { Identities } from './identity/identities.ts';
import { ImportSeals } from './imports/import-seals.ts';
import { ImportStore } from './imports/import-store.ts';

let folder: string;
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'smartkey-registry-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

const ACCOUNTS = 1_500;
const CONTRACT = 'ctr_1';
const formerOnes = deviceRegistryMigrations.filter(({ id }) => id < '0004');
const eventOf = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

async function filesWith(text: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(join(folder, 'postgres'), { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && (await readFile(path)).includes(text)) found.push(path);
  }
  return found;
}

describe('tables of the version before', () => {
  it('are sealed, mean what they meant, and their clear text leaves the files', async () => {
    const material = await openKeyMaterial({ dataDir: folder, env: {} });
    const server = await openPglite(folder);
    const database = await server.database('device_registry');
    const secrets = await openSecrets({ database, service: 'device-registry', material });
    await migrate(database, formerOnes, 'service', secrets);
    const numbers = Array.from({ length: ACCOUNTS }, (_, n) => n);
    await database.execute(
      `INSERT INTO identities (contract, digest, account, external_id)
       SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[])`,
      [
        CONTRACT,
        numbers.map((n) => externalIdDigest(material.lookupKey, CONTRACT, `plain-id-${n}`)),
        numbers.map((n) => `rid_${n}` as const),
        numbers.map((n) => `plain-id-${n}`),
      ],
    );
    await database.execute(
      `INSERT INTO display_names (event, account, display_name) SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[])`,
      [numbers.map(eventOf), numbers.map((n) => `rid_${n}` as const), numbers.map((n) => `plain-name-${n}`)],
    );
    await database.script(`
      INSERT INTO imports (id, contract, command, file_digest, dry_run, actor, status, total, done, created_at, finished_at)
        VALUES ('imp_1', '${CONTRACT}', 'c1', 'plain-digest', false, '{}', 'completed', 3, 2, 'x', '2018-01-01T00:00:00.000Z');
      INSERT INTO import_rows VALUES ('imp_1', 1, 'plain-row', 'plain-row-name', 'register', NULL, NULL),
        ('imp_1', 2, 'plain-bad', NULL, 'plain-action', 'unknown-action', 'plain-fault'),
        ('imp_1', 3, 'plain-pending', NULL, 'suspend', NULL, NULL);
      INSERT INTO import_results VALUES ('imp_1', 1, 'registered', NULL, NULL),
        ('imp_1', 2, 'failed', 'unknown-action', 'plain-detail');
      CHECKPOINT`);
    expect(await filesWith('plain-')).not.toEqual([]);

    await migrate(database, deviceRegistryMigrations, 'service', secrets);
    await migrate(database, deviceRegistryMigrations, 'service', secrets);
    expect(await filesWith('plain-')).toEqual([]);

    const identities = new Identities(database, material.lookupKey, secrets.subjectKeys);
    expect((await identities.find(CONTRACT, ['plain-id-7'])).get('plain-id-7')!.account).toBe('rid_7');
    const externalIds = await identities.externalIdsOf(numbers.map((n) => `rid_${n}` as const));
    for (const n of numbers) expect(externalIds.get(`rid_${n}`)).toBe(`plain-id-${n}`);
    const names = await new DisplayNames(database, secrets.subjectKeys).of(numbers.map(eventOf));
    for (const n of numbers) expect(names.get(eventOf(n))).toBe(`plain-name-${n}`);
    const store = new ImportStore(database, new ImportSeals(secrets.secretBox));
    expect((await store.byCommand('c1'))!.fileDigest).toBe('plain-digest');
    expect(await store.rows.behind('imp_1', 0, 10)).toEqual([
      {
        row: 1,
        externalId: 'plain-row',
        displayName: 'plain-row-name',
        action: 'register',
        faultCode: null,
        faultDetail: null,
      },
      {
        row: 2,
        externalId: 'plain-bad',
        displayName: null,
        action: 'plain-action',
        faultCode: 'unknown-action',
        faultDetail: 'plain-fault',
      },
      {
        row: 3,
        externalId: 'plain-pending',
        displayName: null,
        action: 'suspend',
        faultCode: null,
        faultDetail: null,
      },
    ]);
    expect(await store.results('imp_1', 0, 10)).toEqual([
      { row: 1, externalId: 'plain-row', action: 'register', outcome: 'registered', code: '', detail: '' },
      {
        row: 2,
        externalId: 'plain-bad',
        action: 'plain-action',
        outcome: 'failed',
        code: 'unknown-action',
        detail: 'plain-detail',
      },
      { row: 3, externalId: 'plain-pending', action: 'suspend', outcome: 'pending', code: '', detail: '' },
    ]);
    await server.close();
    expect(await filesWith('plain-')).toEqual([]);
  });
});

describe('a read model of the version before that nobody reads any more', () => {
  it('is taken away with its marks, the others stay', async () => {
    const server = await openPglite(undefined);
    const database = await server.database('device_registry');
    const keys = { dataDir: folder, env: {} };
    const secrets = await openSecrets({
      database,
      service: 'device-registry',
      material: await openKeyMaterial(keys),
    });
    await migrate(database, [PROJECTION_MIGRATION, ANCHOR_MIGRATION], 'runtime');
    await migrate(
      database,
      deviceRegistryMigrations.filter(({ id }) => id < '0007'),
      'service',
      secrets,
    );
    await database.script(`
      INSERT INTO projection_generation VALUES
        ('device_registry_contract_facts_v1_1', 'contract-facts', 1, 1, 'live'),
        ('device_registry_account_directory_v2_1', 'account-directory', 2, 1, 'live');
      INSERT INTO projection_mark (consumer, source, partition)
        SELECT generation, 'contract', 0 FROM projection_generation;
      CREATE SCHEMA device_registry_contract_facts_v1_1;
      CREATE TABLE device_registry_contract_facts_v1_1.facts (id text)`);
    await migrate(database, deviceRegistryMigrations, 'service', secrets);
    for (const [column, table] of [
      ['generation', 'projection_generation'],
      ['consumer', 'projection_mark'],
    ] as const)
      expect(await database.query(`SELECT ${column} AS name FROM ${table}`)).toEqual([
        { name: 'device_registry_account_directory_v2_1' },
      ]);
    const schemas = await database.query(
      `SELECT 1 FROM information_schema.schemata WHERE schema_name LIKE '%contract_facts%'`,
    );
    expect(schemas).toEqual([]);
    await server.close();
  });
});
