import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrate, openPglite } from '@smartkey/database';
import { instantOf } from '@smartkey/kernel';
import { keyIdOf, openKeyMaterial, openSecrets, type Secrets } from '@smartkey/secrets';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gatewayMigrations } from './gateway.migrations.ts';
import { IdempotencyStore } from './idempotency/idempotency-store.ts';
import { KeyStore } from './keys/key-store.ts';

let folder: string;
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'smartkey-gateway-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

const NAMES = 3_000;
/** As 0007 finds the tables. */
const before = gatewayMigrations.slice(
  0,
  gatewayMigrations.findIndex(({ id }) => id === 'gateway-0007-nothing-in-the-clear'),
);

/** Files of the embedded database that hold a text. */
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
    const database = await server.database('gateway');
    const secrets: Secrets = await openSecrets({ database, service: 'gateway', material });
    const { secretBox } = secrets;
    await migrate(database, before, 'gateway', { secretBox });
    await database.execute(
      `INSERT INTO keys (id, prefix, hash, role, name, created_at, created_by, command_id, issued_at)
       SELECT 'key_' || n, 'p' || n, decode('00', 'hex'), 'auditor', CASE WHEN n % 2 = 0 THEN '監査人 花子-' || n END, now(),
         'bootstrap', 'c' || n, now()
       FROM generate_series(1, ${NAMES}) AS n`,
    );
    await database.execute(
      `INSERT INTO idempotency (scope, fingerprint, owner, lease_until, expires_at, status, headers, body)
       SELECT decode(lpad(to_hex(n), 8, '0'), 'hex'), decode('00', 'hex'), 'o', now(), now() + interval '1 day', 201, '{}',
         convert_to('{"externalId":"taro-' || n || '@example.jp"}', 'UTF8')
       FROM generate_series(1, ${NAMES}) AS n`,
    );
    await database.script('CHECKPOINT');
    expect(await filesWith('監査人 花子-')).not.toEqual([]);
    expect(await filesWith('@example.jp')).not.toEqual([]);

    await migrate(database, gatewayMigrations, 'gateway', { secretBox });
    await migrate(database, gatewayMigrations, 'gateway', { secretBox });
    for (const text of ['監査人 花子-', '@example.jp']) expect(await filesWith(text)).toEqual([]);

    const keys = new KeyStore(database, secretBox, (error) => {
      throw error;
    });
    expect((await keys.find('key_2'))!.name).toBe('監査人 花子-2');
    expect((await keys.find('key_3'))!.name).toBeNull();
    expect((await keys.list({ limit: NAMES })).filter(({ name }) => name !== null)).toHaveLength(NAMES / 2);
    const answers = new IdempotencyStore(database, secretBox);
    const scope = Buffer.from('0000000a', 'hex');
    const row = (await answers.read(scope))!;
    expect(keyIdOf(row.sealed!)).toBe('d1');
    const answer = await answers.answerOf(scope, row, instantOf(Date.now()));
    expect(answer!.body.toString()).toBe('{"externalId":"taro-10@example.jp"}');
    await server.close();
    for (const text of ['監査人 花子-', '@example.jp']) expect(await filesWith(text)).toEqual([]);
  });
});
