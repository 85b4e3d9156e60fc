import { hasTable } from '@smartkey/database';
import { keyIdOf } from '@smartkey/secrets';
import type { Data } from './open-data.ts';
import { KEEPERS } from './services.ts';

/** Versions of the key-encryption keys that wrap the data keys of all services. */
export async function keysNeeded(data: Data): Promise<readonly string[]> {
  const versions = new Set<string>();
  for await (const { database } of data.started(KEEPERS)) {
    if (!(await hasTable(database, 'data_keys'))) continue;
    const rows = await database.query<{ wrapped: string }>('SELECT wrapped FROM data_keys');
    for (const { wrapped } of rows) versions.add(keyIdOf(wrapped));
  }
  return [...versions].sort();
}
