import { keyIdOf } from '@smartkey/secrets';
import type { Data } from './open-data.ts';
import { KEEPERS } from './services.ts';

/** Versions of the key-encryption keys that wrap the data keys of all services. */
export async function keysNeeded(data: Data): Promise<readonly string[]> {
  const versions = new Set<string>();
  for (const keeper of KEEPERS) {
    const database = await data.schema(keeper);
    const [there] = (await database?.query<{ there: boolean }>(
      `SELECT to_regclass('data_keys') IS NOT NULL AS there`,
    )) ?? [{ there: false }];
    if (database === undefined || there?.there !== true) continue;
    const rows = await database.query<{ wrapped: string }>('SELECT wrapped FROM data_keys');
    for (const { wrapped } of rows) versions.add(keyIdOf(wrapped));
  }
  return [...versions].sort();
}
